"""Parts of sentences: listings, capitals, cautions, and numbers of the plan with their source."""

import re
from typing import Any

import pandas as pd

from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.words import cited, numbers
from retrowalk.vocabulary import (
    CHANGE,
)

#: What the plan says in place of a citation.
UNPUBLISHED = "unpublished"


NO_CONTROL = "There is no control group; a change within one group is not a treatment effect."


BLOCKS = "any blocks of the randomisation are unknown and were not preserved"


NOT_RANDOMISED = "The groups were not randomised; differences between them are not treatment effects."


#: What is said of a comparison of such groups.
NOT_A_RANDOMISED_COMPARISON = "not a randomised comparison"


def sentence_case(text: str) -> str:
    """Return text with its first letter small, unless it is an abbreviation (KOOS) or a name (Timed Up and Go)."""
    is_name = not text[1:2].islower() or re.search("[A-Z][a-z]", text[1:])
    return text if is_name else text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """Return text as a sentence: a capital first, unless a symbol such as z or g stands there, and a full stop.

    A text that begins with a label of the plan is not for it: a label is never altered.
    """
    return f"{text[:1].upper() if text[1:2].isalpha() else text[:1]}{text[1:]}."


def listing(words: list[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def series(parts: list[str], mark: str) -> str:
    """Return parts that are long, or lists themselves, as "a; b; and c" with the mark between them; one part alone."""
    *earlier, last = parts
    return f"{f'{mark} '.join(earlier)}{mark} and {last}" if earlier else last


def of_cohort(shown: str, cohort: Cohort, *key: str | int) -> str:
    """Return a number with its source in what the plan says of a cohort."""
    return cited.planned(shown, "cohorts", cohort.name, *key)


def of_outcome(shown: str, cohort: Cohort, outcome: Outcome, *key: str | int) -> str:
    """Return a number with its source in what the plan says of an outcome of a cohort."""
    return of_cohort(shown, cohort, "outcomes", [each.name for each in cohort.outcomes].index(outcome.name), *key)


def caution(cohort: Cohort) -> str:
    """Return why a result is not a treatment effect, or "" for a randomised trial."""
    if cohort.randomised:
        return ""
    return NOT_RANDOMISED if cohort.intervention_arms else NO_CONTROL


def is_corrected(cohort: Cohort, analysis: Analysis) -> bool:
    """Return whether the p values of the primary comparisons are corrected: Holm, over several arms."""
    return len(cohort.intervention_arms) > 1 and analysis.multiplicity == "holm"


def primary_p(row: Any) -> str:
    """Return the column of the p value of a primary comparison: that of the adjusted one where there is one."""
    return "p_value" if pd.isna(row.p_adjusted) else "p_adjusted"


def refuse_within_arm(row: Any) -> None:
    """Raise ValueError where a row is no comparison of two arms: a change within an arm is never told as an effect.

    It is a fault of the program, not of the data.
    """
    if row.reference_arm in ("", row.arm) or row.term == CHANGE:
        key = (row.outcome, row.analysis, row.arm, row.visit, row.term)
        raise ValueError(f"not a comparison of two arms, and told as one: {key}")


def has_important_change(outcome: Outcome) -> bool:
    """Return whether the outcome has a change of one participant that counts as important, and a direction for it."""
    return outcome.important_change is not None and outcome.better != "neither"


def important_change(outcome: Outcome) -> str:
    """Return the important change of one participant with its source; it is no measure of a difference between arms."""
    value = numbers.with_unit(f"{outcome.important_change:g}", outcome.unit)
    return f"the minimal important change for one participant, {value} ({outcome.important_change_source})"
