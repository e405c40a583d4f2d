"""The words of a cohort file, and a line in config.yaml, without touching what stands there already."""

import json
import re
from collections.abc import Mapping
from typing import Any

from retrowalk.errors import PlanError
from retrowalk.plan.paths import CONFIG

#: What is said above a key, so that somebody who has never seen such a file can go on.
COMMENTS = {
    "title": "How the report describes this cohort. Edit the wording as you like.",
    "provenance": "individual: real participants. synthetic: simulated participants; everything made from them is marked.",
    "condition": "Determines which important changes apply. Spell it as in config/instruments.yaml.",
    "randomised": "true only if participants were randomly allocated to the arms.",
    "comparator_type": "What the control arm received: add-on, active, none or not_stated.",
    "file": "The file as received. The checksum shows whether it has changed since.",
    "only": "The rows to use: those with these values in these columns.",
    "participant": "Columns of the file.",
    "missing": 'Texts that mean "not measured", in addition to an empty cell.',
    "arms": "Each arm as written in the file, with its short name and the label that readers see.",
    "visits": "In order, baseline first. week: weeks since baseline.",
    "outcomes": "Units are those of the file. Exactly one outcome is primary.",
    "covariates": "For the table of baseline characteristics.",
    "adjust_for": "Covariates that the comparison adjusts for, in addition to baseline. Choose them before you see results.",
    "withdrawal": "after: the last visit attended by a participant who withdrew.",
    "assumptions": "Printed with the cohort. Correct what is wrong and delete what no longer applies.",
}
_PLAIN = re.compile(r"[A-Za-z_][\w ./+-]*[\w/+-]|[A-Za-z_]")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nan", "inf"}


def cohort_text(name: str, content: Mapping[str, Any]) -> str:
    """Return a cohort file with comments.

    Parameters
    ----------
    name
        The cohort.
    content
        Its keys in order (`Proposal.content`); `primary_guessed` adds a comment and is no key.
    """
    comments = dict(COMMENTS)
    if content.get("primary_guessed"):
        comments["outcomes"] += " The primary outcome here is a guess: correct it before you see results."
    lines = [f"# Cohort {name}. Every key is explained in config/README.md."]
    for key, value in content.items():
        if key == "primary_guessed":
            continue
        if key in comments:
            lines += ["", f"# {comments[key]}"]
        lines += _entry(key, value)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any) -> list[str]:
    if key in ("arms", "outcomes", "covariates"):
        lines = [f"{key}:"]
        for name, fields in value.items():
            if key == "outcomes":
                lines += [f"  {_scalar(name)}:", *(f"    {each}: {_inline(field)}" for each, field in fields.items())]
            else:
                lines.append(f"  {_scalar(name)}: {_inline(fields)}")
        return lines
    if key in ("visits", "assumptions"):
        return [f"{key}:", *(f"  - {_inline(each)}" for each in value)]
    return [f"{key}: {_inline(value)}"]


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}" if float(value).is_integer() else repr(value)
    plain = _PLAIN.fullmatch(value) and value.casefold() not in _WORDS
    # JSON's quotes are YAML's.
    return value if plain else json.dumps(value, ensure_ascii=False)


def with_cohort(text: str, name: str) -> str:
    """Return the text of config.yaml with one more name below `cohorts`; all else stays as it is, comments included.

    Raises
    ------
    PlanError
        The list is written in a way that is not understood.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    lines = text.splitlines(keepends=True)
    start = next((place for place, line in enumerate(lines) if re.match(r"cohorts\s*:", line)), None)
    changed = None
    if start is not None:
        one_line = re.match(r"(cohorts\s*:\s*\[)(.*?)(\s*\].*)", lines[start], flags=re.DOTALL)
        if one_line:
            comma = ", " if one_line[2].strip() else ""
            lines[start] = f"{one_line[1]}{one_line[2]}{comma}{name}{one_line[3]}"
            changed = "".join(lines)
        else:
            changed = _below(lines, start, name)
    yaml = YAML(typ="safe", pure=True)
    try:
        before, after = yaml.load(text), yaml.load(changed) if changed else None
    except YAMLError:
        before, after = {}, None
    if not isinstance(after, dict) or after != {**before, "cohorts": [*(before.get("cohorts") or []), name]}:
        raise PlanError(
            f'{CONFIG}, "cohorts": the list is written in a form to which names cannot be added automatically. Add "  - {name}" by hand.'
        )
    return changed


def _below(lines: list[str], start: int, name: str) -> str:
    """Put a name after the last item of a list with an item a line."""
    last, indent = start, "  "
    for place in range(start + 1, len(lines)):
        item = re.match(r"(\s*)- ", lines[place])
        if item:
            last, indent = place, item[1]
        elif lines[place].strip() and not lines[place].lstrip().startswith("#"):
            break
    end = "\r\n" if lines[last].endswith("\r\n") else "\n"
    if not lines[last].endswith("\n"):
        lines[last] += end
    lines.insert(last + 1, f"{indent}- {name}{end}")
    return "".join(lines)
