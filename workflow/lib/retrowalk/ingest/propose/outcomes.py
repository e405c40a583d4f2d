"""The outcomes of a cohort file: measures with their instruments, and what stands for missing in them."""

from collections import Counter
from collections.abc import Mapping
from math import inf
from typing import Any

import pandas as pd

from retrowalk.errors import DataError
from retrowalk.ingest.numbers import to_numbers, why_not_a_number, with_point
from retrowalk.ingest.propose.draft import NOT_MEASURED, Draft, Measure, short_name
from retrowalk.ingest.propose.instruments import fitting_unit, limits, match
from retrowalk.ingest.propose.questions import Question
from retrowalk.ingest.rules.values import CODES
from retrowalk.plan.intake import places
from retrowalk.schemas import listed

NO_INSTRUMENT = "none"


def write_outcomes(draft: Draft, measures: list[Measure]) -> None:
    """Write down the measures that an instrument fits, each under a short name."""
    _refuse_unknown_measures(draft, measures)
    outcomes: dict[str, dict[str, Any]] = {}
    names: set[str] = set()
    without = []
    for measure in measures:
        draft.measured |= set(measure.columns)
        chosen = _instrument(draft, measure)
        if chosen is None:
            without.append(measure)
            continue
        key, unit = chosen
        name = short_name(measure.name if 0 < len(measure.name) <= 25 else key, names)
        label = _outcome_label(outcomes, measure, draft.instruments[key])
        outcomes[name] = {"instrument": key, "label": label} | _outcome(draft, measure, name, key, unit)
        _show(draft, measure, name, f"{draft.instruments[key]['label']}, {unit}")
    if not outcomes:
        words = listed((measure.columns[0] for measure in without), 6) or "none"
        raise DataError(
            f"No outcome could be matched to an instrument (columns that look like measurements: {words}). Name it with "
            "--instrument COLUMN=NAME, where NAME is an instrument in config/instruments.yaml. If yours is missing, add it there."
        )
    _choose_primary(draft, outcomes)
    draft.content["outcomes"] = outcomes


def _refuse_unknown_measures(draft: Draft, measures: list[Measure]) -> None:
    """Raise where an instrument is given for a column that is no measure."""
    columns = dict.fromkeys(each for measure in measures for each in (*measure.columns, measure.name) if each)
    for key in draft.answers.given:
        kind, _, column = key.partition(":")
        if kind == "instrument" and column not in columns:
            raise DataError(
                f"--instrument {column}={draft.answers.given[key]}: there is no such measure. Found: {listed(columns, 40)}."
            )


def _outcome(draft: Draft, measure: Measure, name: str, key: str, unit: str) -> dict[str, Any]:
    """Return what the cohort file says of an outcome behind its instrument and label."""
    outcome = {"unit": unit} if unit != draft.instruments[key]["unit"] else {}
    outcome |= _where(draft, measure)
    repeats = "repeat" in draft.content and not measure.trials and _repeats(draft, measure)
    if measure.trials:
        outcome["trials"] = _mean_of_trials(draft, name)
    if measure.limbs or ("side" in draft.content and _differs_by_limb(draft, measure)):
        outcome["limbs"] = "mean"
        draft.assumed.append(
            f'The value of "{name}" is the mean of both limbs; set "limbs: worse" or "limbs: index" to use only one.'
        )
    if repeats:
        outcome["trials"] = _mean_of_trials(draft, name)
    return outcome


def _mean_of_trials(draft: Draft, name: str) -> str:
    draft.assumed.append(
        f'The value of "{name}" at a visit is the mean of its trials; set "trials: best" to use the best one.'
    )
    return "mean"


def _where(draft: Draft, measure: Measure) -> dict[str, Any]:
    """Return the keys that say where the values of an outcome stand."""
    if "outcome" in draft.content:
        return {"in_file": measure.where["in_file"]}
    if "visit" in draft.content:
        columns = {visit: place for visit, place in measure.where.items() if visit}
        return ({"columns": columns} if columns else {}) | {"column": measure.where[""]}
    visits = [visit["name"] for visit in draft.content["visits"]]
    columns = {visit: measure.where[visit] for visit in visits if visit in measure.where}
    return {"columns": columns} | ({} if visits[-1] in columns else {"primary_visit": list(columns)[-1]})


def _show(draft: Draft, measure: Measure, name: str, instrument: str) -> None:
    """Write down for the user what each column of an outcome is, and the values that are in them."""
    low, high = measure.values.min(), measure.values.max()
    values = f"values {low:g} to {high:g}" if len(measure.values) else "no values"
    for place, (column, at) in enumerate(_columns(measure, draft)):
        draft.use(column, f"{name}{at}" if place else f"{name}{at}: {instrument}", "" if place else values)


def _choose_primary(draft: Draft, outcomes: dict[str, dict[str, Any]]) -> None:
    """Give one outcome the role of the primary one: the first of pain, or the first, unless somebody says which."""
    options = {name: outcome["label"] for name, outcome in outcomes.items()}
    pain = [name for name in outcomes if draft.instruments[outcomes[name]["instrument"]]["domain"] == "pain"]
    default = (pain or list(outcomes))[0]
    question = Question("primary", "which outcome is primary?", "--primary", options, default)
    primary = draft.answers.ask(question) if len(outcomes) > 1 else default
    outcomes[primary]["role"] = "primary"
    if len(outcomes) > 1 and draft.answers.respond is None and not draft.answers.given.get("primary"):
        draft.content["primary_guessed"] = True


def _instrument(draft: Draft, measure: Measure) -> tuple[str, str] | None:
    given = draft.answers.given
    for column in (*measure.columns, measure.name):
        wanted = given.get(f"instrument:{column}")
        if wanted:
            if wanted not in draft.instruments:
                raise DataError(
                    f'--instrument: "{wanted}" is not in config/instruments.yaml. Allowed: {listed(draft.instruments, 40)}.'
                )
            unit = fitting_unit(measure.words, measure.values, draft.instruments[wanted])
            return wanted, unit or draft.instruments[wanted]["unit"]
    found = match(measure.words, measure.values, draft.instruments)
    if found and found.sure:
        return found.instrument, found.unit
    options = {key: draft.instruments[key]["label"] for key in draft.instruments}
    options[NO_INSTRUMENT] = "omit this measure"
    low, high = (measure.values.min(), measure.values.max()) if len(measure.values) else ("?", "?")
    text = f"which instrument was used for {listed(measure.columns, 4)} (values {low} to {high})?"
    key = f"instrument:{measure.columns[0]}"
    default = found.instrument if found else NO_INSTRUMENT
    chosen = draft.answers.ask(Question(key, text, f"--instrument {measure.columns[0]}=NAME", options, default))
    if chosen == NO_INSTRUMENT:
        return None
    unit = fitting_unit(measure.words, measure.values, draft.instruments[chosen])
    if found and chosen == found.instrument:
        draft.assumed.append(
            f"The instrument of {listed(measure.columns[:1])} was chosen from its values ({options[chosen]}); other instruments also fit."
        )
    return chosen, unit or draft.instruments[chosen]["unit"]


def _columns(measure: Measure, draft: Draft) -> list[tuple[str, str]]:
    """Return each column of a measure with where it belongs, in words: " at Week 4, left"."""
    labels = {visit["name"]: visit["label"] for visit in draft.content["visits"]}
    columns = []
    for visit, named in measure.where.items():
        at = f" at {labels[visit]}" if visit in labels else ""
        columns += [(place.text, at + (f", {place.side}" if place.side else "")) for place in places(named)]
    return columns


def _outcome_label(outcomes: Mapping[str, Any], measure: Measure, instrument: Mapping[str, Any]) -> str:
    taken = [outcome["label"] for outcome in outcomes.values()]
    return instrument["label"] if instrument["label"] not in taken else f"{instrument['label']} ({measure.columns[0]})"


def _differs_by_limb(draft: Draft, measure: Measure) -> bool:
    keys = [draft.content["participant"], draft.content["visit"]]
    column = measure.columns[-1]
    held = draft.cells[draft.cells[column] != ""]
    return bool((held.groupby(keys)[column].nunique() > 1).mean() > 0.3)


def _repeats(draft: Draft, measure: Measure) -> bool:
    keys = [draft.content["participant"], draft.content["visit"]]
    column = measure.columns[-1]
    return bool(draft.cells[draft.cells[column] != ""].duplicated(keys).any())


def write_missing(draft: Draft) -> None:
    """Write down the texts and codes that stand for "not measured" in the columns of the outcomes.

    A code inside the instrument's range may be a value: it counts as missing only where somebody says so.
    """
    words, possible = Counter(), set()
    ranges = {name: _limits(draft, outcome) for name, outcome in draft.content["outcomes"].items()}
    for name, outcome in draft.content["outcomes"].items():
        low, high = ranges[name]
        for texts in _cells_of(draft, outcome):
            numbers = to_numbers(with_point(texts, draft.main.decimal_in_cells))
            odd = texts[(texts != "") & numbers.isna()]
            words.update(text for text in odd if why_not_a_number(text) == ("", ""))
            codes = numbers[numbers.isin([code for code in CODES if abs(code) > 10 or code < 0])]
            largest = numbers[~numbers.isin(codes)].max()
            for text, number in zip(texts[codes.index], codes, strict=True):
                outside = not low <= number <= high
                if outside or number < 0 or number > 1.5 * largest:
                    words[text] += 1
                    # A missing code holds for the whole file, and may be a value of another outcome.
                    elsewhere = any(least <= number <= most < inf for least, most in ranges.values())
                    possible |= {text} if not outside or elsewhere else set()
    missing = []
    for text, count in words.items():
        cells = "1 cell" if count == 1 else f"{count} cells"
        asked = Question(
            f"missing:{text}",
            f'"{text}" appears in {cells} of the outcomes. Does it mean "not measured"?',
            f'"missing" in the cohort file for "{text}"',
            {"yes": "it does", "no": "it is a value, or an error in the file"},
            "no" if text in possible else "yes",
        )
        answer = "yes" if text.casefold() in NOT_MEASURED else draft.answers.ask(asked)
        if answer == "yes":
            missing.append(text)
            draft.rows.append((f'"{text}"', "not measured", cells))
    if missing:
        draft.content["missing"] = missing


def _limits(draft: Draft, outcome: Mapping[str, Any]) -> tuple[float, float]:
    """Return the range of an outcome in the unit of the file."""
    instrument = draft.instruments[outcome["instrument"]]
    return limits(instrument, outcome.get("unit", instrument["unit"]))


def _cells_of(draft: Draft, outcome: Mapping[str, Any]) -> list[pd.Series]:
    """Return the cells of each column of an outcome, in a file with one row a value its rows of the value column."""
    if "value" in draft.content:
        codes = [place.text for place in places(outcome["in_file"])]
        return [draft.cells.loc[draft.cells[draft.content["outcome"]].isin(codes), draft.content["value"]]]
    named = (*outcome.get("columns", {}).values(), outcome.get("column", ""))
    return [draft.cells[place.text] for each in named for place in places(each)]
