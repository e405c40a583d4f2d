"""The table at the top of the report: the primary comparison of each cohort, and the interpretation of its interval."""

import pandas as pd
from markupsafe import Markup

from retrowalk.estimates import pick
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.report.tables import PageTable, downloadable
from retrowalk.present.tables.rows import main_comparisons
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.direction import for_whom
from retrowalk.present.words.phrases import is_corrected, primary_p, sentence_case
from retrowalk.vocabulary import SYNTHETIC

ALONE = "single group, no comparison"


def summary_table(results: list[tuple[Cohort, pd.DataFrame]], analysis: Analysis) -> PageTable:
    """Return a row for each primary comparison, and one for each cohort that compares nothing.

    Parameters
    ----------
    results
        Each cohort with its estimates, in the order of the plan.
    analysis
        What the plan says of all cohorts.
    """
    rows, shown = [], []
    for cohort, table in results:
        primary = pick(main_comparisons(table, cohort), role="primary")
        shown.append(primary)
        rows += [_compared(row, cohort) for _, row in primary.iterrows()]
        if primary.empty:
            rows.append([_link(cohort), _outcome(cohort), ALONE, numbers.ABSENT, "", "", ""])
    heads = ["Cohort", "Outcome", "Arms", f"Difference ({numbers.level(analysis.alpha)} CI)"]
    heads += ["Interpretation", "p", "n"]
    corrected = [cohort.name for cohort, _ in results if is_corrected(cohort, analysis)]
    notes = []
    if corrected:
        notes.append(f"p values of {', '.join(corrected)} are adjusted for several arms by Holm's method.")
    title = "Primary comparison of each cohort"
    long = [False, True, True, False, True, False, False]
    return PageTable("summary-table", "summary", title, heads, rows, tuple(notes), long, downloadable(pd.concat(shown)))


def _compared(row: pd.Series, cohort: Cohort) -> list[str]:
    digits = numbers.digits_for(cohort.outcome(row["outcome"]).resolution)
    allocated = "" if cohort.randomised else " (change; not randomised)"
    return [
        _link(cohort),
        _outcome(cohort),
        f"{cohort.arm(row['arm']).label} minus {cohort.control_arm.label}{allocated}",
        cited.estimate_with_interval(row, digits),
        interval_says(row, cohort),
        cited.p_value(row, primary_p(row)),
        "" if pd.isna(row["n"]) else cited.cited(str(row["n"]), row, "n"),
    ]


def interval_says(row: pd.Series, cohort: Cohort) -> str:
    """Return in a few words what the interval of a comparison allows to be said."""
    if pd.isna(row["estimate"]):
        return "not estimated"
    if row["ci_low"] <= 0 <= row["ci_high"]:
        return "uncertain: compatible with a difference in either direction"
    outcome = cohort.outcome(row["outcome"])
    if outcome.better == "neither":
        return f"{'higher' if row['estimate'] > 0 else 'lower'}; neither direction is known to be better"
    favoured = cohort.arm(row["arm"]) if row["estimate"] * outcome.sign > 0 else cohort.control_arm
    return f"whole interval{'' if cohort.randomised else ':'} {for_whom(cohort, favoured.label)}"


def _outcome(cohort: Cohort) -> str:
    outcome = cohort.primary_outcome
    visit = cohort.visit(outcome.primary_visit)
    return f"{numbers.labelled(outcome.label, outcome.unit)}, {sentence_case(visit.label)}"


def _link(cohort: Cohort) -> Markup:
    link = Markup('<a href="#cohort-{0}">{0}</a>').format(cohort.name)
    return link + Markup(' <span class="mark">{}</span>').format(SYNTHETIC) if cohort.mark else link
