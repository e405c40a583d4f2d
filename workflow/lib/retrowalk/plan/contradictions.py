"""What a schema cannot see: keys that contradict each other, names given twice, files that are not there."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retrowalk.file_types import READABLE, find_type
from retrowalk.plan.build import EVENT_TEXTS, as_list, build_threshold, texts_of_visit
from retrowalk.plan.intake import places
from retrowalk.plan.paths import COHORTS, CONFIG, INSTRUMENTS
from retrowalk.plan.trial import Cohort
from retrowalk.schemas import HIDDEN, NONCHARACTERS, listed, nearest, on_one_line
from retrowalk.vocabulary import (
    ADHERENCE_COLUMNS,
    MEASUREMENT_COLUMNS,
    PARTICIPANT_COLUMNS,
    WITHDRAWAL_COLUMNS,
)

#: What no covariate and no visit can be called: columns of the tables and of the design matrix.
RESERVED = (*PARTICIPANT_COLUMNS, *WITHDRAWAL_COLUMNS, *ADHERENCE_COLUMNS, *MEASUREMENT_COLUMNS, "intercept")


#: Keys whose text readers see, and signs that no text may hold.
_SEEN_KEYS = ("label", "title", "citation", "condition")
_NO_TEXT = re.compile(f"[{NONCHARACTERS}]")


def unreadable(content: Any, place: tuple[str, ...]) -> Iterator[str]:
    """Yield a fault for each text that shows nothing where readers expect words, or holds signs that no text may hold."""
    if isinstance(content, dict | list):
        parts = content.items() if isinstance(content, dict) else enumerate(content, start=1)
        for name, part in parts:
            yield from unreadable(part, (*place, f"item {name}" if isinstance(content, list) else f'"{name}"'))
    elif isinstance(content, str):
        where = "".join(f", {on_one_line(part)}" for part in place)
        if _NO_TEXT.search(content):
            yield f"{where}: it contains an invalid character (U+{ord(_NO_TEXT.search(content)[0]):04X}). Retype it."
        elif place and place[-1].strip('"') in _SEEN_KEYS and not HIDDEN.sub("", content).strip():
            yield f"{where}: the text is blank. Write the words that readers should see."


def contradictions(content: dict[str, Any], path: Path, instruments: dict[str, Any]) -> list[str]:
    """Return a line for each fault that the schema cannot see."""
    found = [
        *_file_faults(content),
        *_name_faults(content),
        *_design_faults(content),
        *_conduct_faults(content),
        *_outcome_faults(content, instruments),
        *_column_faults(content),
    ]
    return [on_one_line(f"{path}, {fault}") for fault in found]


def _not_one_of(word: str, allowed: list[str], place: str, what: str, else_do: str = "") -> list[str]:
    if word in allowed:
        return []
    remedy = f" Correct it, or {else_do}." if else_do else ""
    return [f'{place}: "{word}" is not {what}{nearest(word, allowed)}. Allowed: {listed(allowed) or "none"}.{remedy}']


def _file_faults(content: dict[str, Any]) -> Iterator[str]:
    yield from _table_faults(content, "")
    for key in ("participants_table", "events"):
        if key in content:
            yield from _table_faults(content[key], f'"{key}", ')


def _table_faults(content: dict[str, Any], place: str) -> Iterator[str]:
    file = Path(content["file"])
    kind = find_type(file)
    if set("{}") & set(str(file)):
        yield f'{place}"file": {file} contains a brace, which Snakemake interprets as a wildcard. Rename the file or folder.'
    if _leaves_folder(file):
        remedy = "Put the data file in data/ and give that path."
        yield f'{place}"file": {file} is outside the working folder. {remedy}'
    elif kind is None:
        endings = ", ".join(READABLE)
        yield f'{place}"file": {file} is of a type that cannot be read. Allowed: {endings}. Save it as one of these types.'
    elif not _is_file(file):
        put = "Put the data file there or correct the path."
        yield f'{place}"file": {_why_no_file(file)}. {put}'
    for key, has_it, what in (
        ("sheet", kind and kind.has_sheets, "only a spreadsheet has sheets"),
        ("header", kind and kind.has_header_rows, f"{kind.name if kind else 'it'} has no header rows"),
        ("encoding", kind and kind.has_encoding, "only a text file needs an encoding"),
    ):
        if key in content and not has_it:
            yield f'{place}"{key}": {what}, but this is {file.name}. Remove the key.'
    if "encoding" in content and not _is_encoding(content["encoding"]):
        yield f'{place}"encoding": "{content["encoding"]}" is not a known encoding. Allowed: for example utf-8, cp1252, mac-roman.'
    rows = as_list(content.get("header", 1))
    if rows != list(range(rows[0], rows[0] + len(rows))):
        yield f'{place}"header": the rows {listed(rows)} are not consecutive. Give them in the form [3, 4].'


def _leaves_folder(file: Path) -> bool:
    """Whether a path, its links followed, leads out of the working folder: such a file would not travel with it."""
    try:
        return file.is_absolute() or not file.resolve().is_relative_to(Path.cwd().resolve())
    except (OSError, RuntimeError, ValueError):
        return False  # a path that leads nowhere: links in a circle, a name that no system takes


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False


def _why_no_file(file: Path) -> str:
    """Return what stands in the place of a data file."""
    try:
        if file.is_dir():
            return f"{file} is a folder"
        if file.exists():
            return f"{file} is not a file"
        if file.is_symlink() and not os.path.lexists(file.parent / os.readlink(file)):
            return f"{file} is a link to a file that does not exist"
        others = [other.name for other in file.parent.glob("*") if other.is_file()]
    except (OSError, RuntimeError, ValueError):
        others = []
    return f"there is no file {file}{nearest(file.name, others)}"


def _is_encoding(name: str) -> bool:
    import codecs

    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _name_faults(content: dict[str, Any]) -> Iterator[str]:
    arms, visits, outcomes = content["arms"].values(), content["visits"], content["outcomes"]
    visit_names = [visit["name"] for visit in visits]
    for word in content.get("covariates", {}):
        if word in (*RESERVED, "baseline", *visit_names, *outcomes):
            yield f'"covariates": the name "{word}" is already taken. Choose another, such as "{word}_at_entry".'
    for word in visit_names:
        if word in RESERVED:
            yield f'"visits": the name "{word}" is already taken. Choose another, such as "week_4".'
    raw = [text for visit in visits for text in texts_of_visit(visit)] if "visit" in content else []
    for place, what, words in (
        ("arms", "name", [arm["name"] for arm in arms]),
        ("arms", "label", [arm["label"] for arm in arms]),
        ("visits", "name", visit_names),
        ("visits", "label", [visit["label"] for visit in visits]),
        ("visits", "in_file", raw),
        ("outcomes", "label", [outcome["label"] for outcome in outcomes.values()]),
    ):
        for word in dict.fromkeys(words):
            if words.count(word) > 1:
                yield f'"{place}": the {what} "{word}" is used twice. Use a different one for each.'
    yield from _not_one_of(content["control"], [arm["name"] for arm in arms], '"control"', "the name of an arm")


def _design_faults(content: dict[str, Any]) -> Iterator[str]:
    design, arms = content["design"], len(content["arms"])
    weeks = [visit["week"] for visit in content["visits"]]
    if weeks != sorted(set(weeks)):
        yield f'"visits": the weeks {listed(weeks)} do not increase. List the visits in order, baseline first.'
    elif weeks[0] != 0:
        yield f'"visits": the first visit is baseline, so its week must be 0, not {weeks[0]}. Count the weeks from baseline.'
    if design != "single_group" and arms < 2:
        yield f'"arms": a {design} design needs at least two arms, but there is only one. Add the other.'
    if design == "single_group" and arms > 1:
        yield f'"arms": a single_group design has one arm, but there are {arms}. Set design: comparison or parallel.'
    if content["randomised"] and design != "parallel":
        yield f'"randomised": a {design} design is not randomised. Set randomised: false, or design: parallel.'
    if "primary_estimator" in content and not content["randomised"]:
        yield (
            '"primary_estimator": the groups of a cohort that was not randomised are always compared by their changes in a '
            "mixed model of all visits. Remove the key."
        )
    covariates = list(content.get("covariates", {}))
    for key in ("side", "index_side"):
        side = content.get(key, {})
        if side and str(side["left"]) == str(side["right"]):
            yield f'"{key}": left and right are both "{side["left"]}". Use a different text for each.'
    dates = content.get("date", "")
    if dates and isinstance(dates, str) and "visit" not in content:
        yield '"date": the file has one row per participant, so give the column of each visit: {baseline: column}.'
    for word in dates if isinstance(dates, dict) else []:
        yield from _not_one_of(word, [visit["name"] for visit in content["visits"]], '"date"', "a visit")
    for key in ("adjust_for", "strata"):
        for word in content.get(key, []):
            yield from _not_one_of(word, covariates, f'"{key}"', "one of the covariates", 'add it to "covariates"')


def _conduct_faults(content: dict[str, Any]) -> Iterator[str]:
    """Yield what contradicts itself in what is said of allocation, sessions, protocol and adverse events."""
    for key in ("randomised_on", "allocation"):
        if key in content and not content["randomised"]:
            yield f'"{key}": the cohort was not randomised ("randomised" is false). Remove the key, or set randomised: true.'
    per_protocol, events = content.get("per_protocol", {}), content.get("events", {})
    given = [key for key in ("column", "attended_at_least") if key in per_protocol]
    if "per_protocol" in content and len(given) != 1:
        fault = "both are given" if given else "neither is given"
        yield f'"per_protocol": exactly one of "column" (with "yes") and "attended_at_least" is needed, but {fault}. Give one of them.'
    if "attended_at_least" in per_protocol and "sessions" not in content:
        yield '"per_protocol", "attended_at_least": the number of sessions attended is not given. Add "sessions".'
    serious = events.get("serious", {})
    for place, said in (('"per_protocol"', per_protocol), ('"events", "serious"', serious)):
        if said.get("yes") == "":
            yield f'{place}, "yes": the text is empty, but an empty cell means neither yes nor no. Give the text that means yes.'
        elif "no" in said and str(said["yes"]) == str(said["no"]):
            yield f'{place}: yes and no are both "{said["yes"]}". Use a different text for each.'
    if events:
        columns = {"participant": content["participant"]} | events
        named = [(f'"events", "{key}"', columns[key]) for key in EVENT_TEXTS if key in columns]
        yield from _given_twice([*named, *[('"events", "serious"', serious.get("column"))] * bool(serious)], {})


#: What to do with a family of one.
ALONE = "Give another secondary outcome the same word, or remove the key."


def _outcome_faults(content: dict[str, Any], instruments: dict[str, Any]) -> Iterator[str]:
    visits = [visit["name"] for visit in content["visits"]]
    primary = [name for name, outcome in content["outcomes"].items() if outcome.get("role") == "primary"]
    if len(primary) != 1:
        which = f": {listed(primary)}" if primary else ""
        yield f'"outcomes": exactly one must have "role: primary", but {len(primary)} have it{which}. Choose one.'
    for name, outcome in content["outcomes"].items():
        place = f'"outcomes", "{name}"'
        word, known = outcome["instrument"], list(instruments)
        yield from _not_one_of(word, known, f'{place}, "instrument"', f"in {INSTRUMENTS}", "add the instrument there")
        if word in instruments and "unit" in outcome:
            units = [instruments[word]["unit"], *instruments[word].get("other_units", {})]
            add = f'add it to its "other_units" in {INSTRUMENTS}'
            yield from _not_one_of(outcome["unit"], units, f'{place}, "unit"', f"a unit of {word}", add)
        for visit in outcome.get("columns", {}):
            yield from _not_one_of(visit, visits, f'{place}, "columns"', "a visit")
        at = outcome.get("primary_visit", visits[-1])
        yield from _not_one_of(at, visits[1:], f'{place}, "primary_visit"', "a visit after baseline")
        yield from _shape_faults(content, name, outcome, place)
        better = instruments.get(word, {}).get("better", "")
        yield from _combining_faults(content, outcome, place, better)
        if "responders" in outcome and better == "neither":
            yield f'{place}, "responders": the instrument has no better direction, so nobody can be a responder. Remove the key.'
        unit = outcome.get("unit", instruments.get(word, {}).get("unit", ""))
        terms = [build_threshold(fields).term(unit) for fields in outcome.get("responders", [])]
        for term in dict.fromkeys(term for term in terms if terms.count(term) > 1):
            shown = term.replace("_", " ")
            yield f'{place}, "responders": the threshold of {shown} is given twice (compared to six digits). Keep one.'
        word = outcome.get("family", "")
        if "family" in outcome and outcome.get("role") == "primary":
            yield f'{place}, "family": the primary outcome is tested alone. Remove the key.'
        elif word and [each.get("family") for each in content["outcomes"].values()].count(word) == 1:
            yield f'{place}, "family": no other outcome belongs to the family "{word}", so there is nothing to correct. {ALONE}'
        other = outcome.get("missing_with", "")
        if other:
            others = [each for each in content["outcomes"] if each != name]
            yield from _not_one_of(other, others, f'{place}, "missing_with"', "another outcome")


def _shape_faults(content: dict[str, Any], name: str, outcome: dict[str, Any], place: str) -> Iterator[str]:
    """Yield what does not fit the shape of the file: a row a participant, a row a visit, or a row a value."""
    if "outcome" in content and "in_file" not in outcome:
        yield (
            f'{place}: the file has one row per value ("outcome" is given), so give "in_file", the text for {name} in '
            f'the column "{content["outcome"]}".'
        )
    elif "outcome" not in content and "in_file" in outcome:
        yield f'{place}: "in_file" is for files with one row per value, but "outcome" is not given. Give the column instead.'
    elif "outcome" not in content and "visit" in content and "column" not in outcome:
        rows = 'one row per participant and visit ("visit" is given)'
        yield f'{place}: the file has {rows}, so give "column" instead of "columns".'
    elif "visit" not in content and "columns" not in outcome:
        rows = 'one row per participant ("visit" is not given)'
        yield f'{place}: the file has {rows}, so give "columns" instead of "column".'
    elif "visit" not in content:
        visits = [visit["name"] for visit in content["visits"]]
        at = outcome.get("primary_visit", visits[-1])
        if at in visits[1:] and at not in outcome["columns"]:
            yield (
                f'{place}, "columns": no column is given for the visit "{at}", the visit of the primary comparison. '
                'Add it, or choose another "primary_visit".'
            )


def _combining_faults(content: dict[str, Any], outcome: dict[str, Any], place: str, better: str) -> Iterator[str]:
    """Yield what is not said of several values that become one: trials of a test, measures of both limbs."""
    named = [*outcome.get("columns", {}).values(), outcome.get("column", ""), outcome.get("in_file", "")]
    two_limbs = any(isinstance(each, dict) for each in named)
    lists = [part for each in named for part in (each.values() if isinstance(each, dict) else [each])]
    if any(isinstance(each, list) for each in lists) and "trials" not in outcome:
        yield f'{place}: a visit has several columns, but it is not stated how to combine them. Add "trials".'
    if two_limbs and "limbs" not in outcome:
        yield f'{place}: left and right are given, but it is not stated how to combine them. Add "limbs".'
    if "limbs" in outcome and not two_limbs and "side" not in content:
        yield f'{place}, "limbs": it is not stated which value is left and which is right. Give left and right, or "side".'
    for key, word in (("trials", "best"), ("limbs", "worse")):
        if outcome.get(key) == word and better == "neither":
            yield f'{place}, "{key}": the instrument has no better direction, so no value is {word}. Use mean.'
    if outcome.get("limbs") == "index" and "index_side" not in content:
        yield f'{place}, "limbs": no column states which side is the index side. Add "index_side".'


def _column_faults(content: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each column that is given two meanings; only a covariate may be an outcome's column too."""
    single = ("participant", "arm", "visit", "outcome", "value", "repeat")
    frame = [(f'"{key}"', content[key]) for key in single if key in content]
    frame += [(f'"{key}"', content[key]["column"]) for key in ("side",) if key in content]
    frame += [(f'"withdrawal", "{key}"', column) for key, column in content.get("withdrawal", {}).items()]
    frame += [
        (f'"sessions", "{key}"', column)
        for key, column in content.get("sessions", {}).items()
        if isinstance(column, str)
    ]
    frame += (
        [('"per_protocol"', content["per_protocol"]["column"])] if "column" in content.get("per_protocol", {}) else []
    )
    measured = [
        (f'"outcomes", "{name}"', place.text)
        for name, outcome in content["outcomes"].items()
        for named in (*outcome.get("columns", {}).values(), outcome.get("column", ""), outcome.get("in_file", ""))
        for place in places(named)
    ]
    covariates = [
        (f'"covariates", "{name}"', fields if isinstance(fields, str) else fields["column"])
        for name, fields in content.get("covariates", {}).items()
    ]
    taken: dict[str, str] = {}
    yield from _given_twice(frame, taken)
    yield from _given_twice(measured, {} if "outcome" in content else dict(taken))
    yield from _given_twice(covariates, dict(taken))


def _given_twice(columns: list[tuple[str, str]], taken: dict[str, str]) -> Iterator[str]:
    for place, column in columns:
        if column in taken:
            yield f'{place}: the column "{column}" is already used for {taken[column]}. Use a different column for each.'
        taken.setdefault(column, place)


def shared_files(cohorts: list[Cohort]) -> list[str]:
    """Return a line for each file whose rows two cohorts would count twice."""
    found = []
    for i, cohort in enumerate(cohorts):
        for other in cohorts[:i]:
            table, other_table = cohort.intake.table, other.intake.table
            # Where a sheet is not named it is the first, which the other may have named.
            sheets, others = set(table.sheets), set(other_table.sheets)
            alike = sheets & others or "" in sheets | others
            # Rows that are chosen by different values of a column are different rows.
            only, other_only = cohort.intake.only, other.intake.only
            apart = only and other_only and only != other_only
            if Path(table.file) == Path(other_table.file) and alike and not apart:
                found.append(
                    f'{COHORTS / cohort.name}.yaml, "file": {table.file} is also the file of cohort "{other.name}", so its '
                    f'participants would be counted twice. Remove one of the two from {CONFIG}, or give a "sheet" in both.'
                )
    return found
