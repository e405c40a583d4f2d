"""The references of the methods: one store (CSL-JSON), and how they are written as text, BibTeX and CSL-JSON."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

STORE = Path(__file__).parent / "references.json"
REFERENCES_FILE = "references.json"

#: The words of the methods that a reference stands behind, at the first place in a paragraph where they occur.
PHRASES = {
    "mixed model for repeated measures": ["mallinckrodt2008"],
    "analysis of covariance": ["vickers2001"],
    "constrained longitudinal model": ["liu2009"],
    "Missing baseline values were replaced by the mean of all arms combined": ["white2005"],
    "Kenward and Roger": ["kenward1997"],
    "exact small-sample correction": ["hedges1981"],
    "Newcombe's interval": ["newcombe1998"],
    "number needed to treat": ["altman1998"],
    "Rubin's rules": ["rubin1987"],
    "Barnard and Rubin": ["barnard1999"],
    "Carpenter, Roger and Kenward 2013": ["carpenter2013"],
    "The randomisation test": ["ernst2004"],
    "Holm's method": ["holm1979"],
    "counts as reliable": ["jacobson1991"],
    "Shapiro-Wilk test": ["shapiro1965"],
    "Brunner-Munzel test": ["brunner2000"],
    "Greenhouse and Geisser": ["greenhouse1959"],
    "Paule-Mandel": ["paule1982"],
    "Hartung-Knapp": ["hartung2001"],
    "CONSORT 2025": ["hopewell2025"],
}
#: The same of the programs of the run, by their names in provenance.json.
OF_SOFTWARE = {
    "snakemake": "molder2021",
    "pandas": "mckinney2010",
    "numpy": "harris2020",
    "scipy": "virtanen2020",
    "statsmodels": "seabold2010",
    "pingouin": "vallat2018",
    "seaborn": "waskom2021",
    "matplotlib": "hunter2007",
}
_MOST_AUTHORS = 6
#: Signs that mean something to LaTeX.
_LATEX = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def by_id() -> dict[str, dict[str, Any]]:
    """Return the store: {id: CSL-JSON item}."""
    return {item["id"]: item for item in json.loads(STORE.read_text(encoding="utf-8"))}


def as_text(item: dict[str, Any]) -> str:
    """Return a reference as Vancouver style has it."""
    names = [_vancouver(author) for author in item["author"] if author.get("literal") != "others"]
    more = len(names) < len(item["author"]) or len(names) > _MOST_AUTHORS
    names = [*names[:_MOST_AUTHORS], "et al"] if more else names
    authors = ", ".join(names)
    year = item["issued"]["date-parts"][0][0]
    title = item["title"] if item["title"][-1] in "?!" else f"{item['title']}."
    doi = f" doi:{item['DOI']}" if "DOI" in item else ""
    match item["type"]:
        case "book":
            where = f"{item['publisher-place']}: {item['publisher']}; {year}."
        case "paper-conference":
            where = f"In: {item['container-title']}; {year}. p. {item['page']}."
        case _:
            issue = f"({item['issue']})" if "issue" in item else ""
            where = f"{item['container-title-short']}. {year};{item['volume']}{issue}:{item['page']}."
    return f"{authors}. {title} {where}{doi}"


def _vancouver(author: dict[str, str]) -> str:
    initials = "".join(re.findall(r"\b[^\W\d_]", re.sub(r"\b(der|van|de)\b", "", author["given"])))
    particle = re.search(r"\b(van der|van|de)$", author["given"])
    return f"{f'{particle[0]} ' if particle else ''}{author['family']} {initials}"


def as_bibtex(items: Iterable[dict[str, Any]]) -> str:
    """Return references as a BibTeX file (UTF-8)."""
    return "\n".join(map(_entry, items))


def _entry(item: dict[str, Any]) -> str:
    kinds = {"book": "book", "paper-conference": "inproceedings"}
    place = "booktitle" if item["type"] == "paper-conference" else "journal"
    names = [
        author["literal"] if "literal" in author else f"{author['family']}, {author['given']}"
        for author in item["author"]
    ]
    fields = {
        "author": " and ".join(names),
        "title": item["title"],
        place: item.get("container-title"),
        "publisher": item.get("publisher"),
        "address": item.get("publisher-place"),
        "year": str(item["issued"]["date-parts"][0][0]),
        "volume": item.get("volume"),
        "number": item.get("issue"),
        "pages": item.get("page", "").replace("-", "--") or None,
    }
    lines = [f"  {name} = {{{_braced(name, value)}}}," for name, value in fields.items() if value]
    # A DOI is an address: escaped it would lead nowhere.
    lines += [f"  doi = {{{item['DOI']}}},"] if "DOI" in item else []
    return "\n".join([f"@{kinds.get(item['type'], 'article')}{{{item['id']},", *lines, "}\n"])


def _braced(name: str, value: str) -> str:
    escaped = "".join(_LATEX.get(sign, sign) for sign in value)
    # BibTeX styles take capitals off a title, names and abbreviations too, unless braces keep them.
    return re.sub(r"\b\w*[A-Z]\w*\b", lambda found: f"{{{found[0]}}}", escaped) if name == "title" else escaped
