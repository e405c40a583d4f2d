"""The forest of the pooled results: effect sizes of the studies of a set, and pooled estimates."""

from typing import Any

import pandas as pd

from retrowalk.estimates import pick, rows_of
from retrowalk.present.figures.forest import ForestRow, draw_forest
from retrowalk.present.figures.style import FigureSettings
from retrowalk.present.figures.subject import Drawing, SetSubject
from retrowalk.present.tables.study_sets import StudySet
from retrowalk.present.tables.table import marked
from retrowalk.present.words import numbers
from retrowalk.synthesise.membership import left_out
from retrowalk.vocabulary import DOMAINS


def drawing(subject: SetSubject, settings: FigureSettings) -> Drawing | None:
    """Draw the forest of a set of studies, or nothing where no study has an effect size."""
    lines = forest_rows(subject.study_set)
    if not lines:
        return None
    figure = draw_forest(
        lines,
        settings,
        text_heading=f"g ({numbers.level(subject.alpha)} CI)",
        axis_label="Hedges g",
        sides=("favours comparator", "favours backward walking"),
        mark=subject.mark,
    )
    return Drawing(figure, marked(_described(subject), subject.mark))


def drawn_rows(subject: SetSubject) -> pd.DataFrame:
    """Return the effect sizes of the studies, and their pools."""
    return pd.concat([subject.study_set.effects, subject.study_set.pooled], ignore_index=True)


def legend(subject: SetSubject) -> str:
    """Return the words below the forest."""
    return f"{_described(subject)} Bars, confidence intervals; diamonds, pooled estimates."


def _described(subject: SetSubject) -> str:
    what = "Hedges g of each study, by domain and comparator, and pooled estimates."
    return f"{subject.study_set.title}: {what}"


def forest_rows(study_set: StudySet) -> list[ForestRow]:
    """Return a heading a domain and comparator, a line a study, and the pooled line where there are two or more.

    Below a pooled line stand what the studies differ by and, from three studies, the prediction interval. A study that is
    not in the pool beside which it stands is marked.
    """
    rows = []
    known = study_set.effects[study_set.effects["estimate"].notna()]
    is_apart = left_out(study_set.effects).notna()
    for (domain, comparator), group in known.groupby(["term", "reference_arm"], sort=False):
        rows.append(ForestRow(f"{DOMAINS[domain]}, {comparator.replace('_', ' ')}", kind="heading"))
        about = pick(study_set.pooled, outcome=domain, reference_arm=comparator)
        pools = pick(about, term="pooled")
        pools = pools[pools["estimate"].notna()]
        for row in group.itertuples():
            outcome = row.outcome.replace("_", " ")
            # A trial of the reader's own stands beside published ones: the line says which it is.
            own = "" if row.analysis == "published" or study_set.mark else ", participant data"
            apart = is_apart[row.Index] and len(pools) > 0
            label = f"{row.cohort}: {outcome} (n = {row.n}{own}{', not pooled' if apart else ''})"
            rows.append(_row(label, row, "apart" if apart else "study"))
        for row in rows_of(pools):
            where = "pooled" if row.population == "all_conditions" else f"pooled, {row.population}"
            rows.append(_row(f"{where} (n = {row.n})", row, "pooled"))
            rows += _spread(pick(about, population=row.population).set_index("term"))
    return rows


def _spread(terms: pd.DataFrame) -> list[ForestRow]:
    """Return the line on how much the studies of a pool differ: I2, tau2 and the prediction interval, where it has them."""
    parts = [
        f"{name} = {numbers.number(terms.loc[term, 'estimate'], digits)}{unit}"
        for term, name, digits, unit in (("i2", "I\u00b2", 0, "%"), ("tau2", "\u03c4\u00b2", 2, ""))
        if term in terms.index
    ]
    if "prediction" not in terms.index:
        return [ForestRow(", ".join(parts), kind="spread")] if parts else []
    low, high = terms.loc["prediction", ["ci_low", "ci_high"]]
    label = ", ".join([*parts, "prediction interval"])
    return [ForestRow(label, low=low, high=high, text=numbers.interval(low, high, 2), kind="spread")]


def _row(label: str, row: Any, kind: str) -> ForestRow:
    text = numbers.estimate_with_interval(row.estimate, row.ci_low, row.ci_high, 2)
    return ForestRow(label, row.estimate, row.ci_low, row.ci_high, text, kind)
