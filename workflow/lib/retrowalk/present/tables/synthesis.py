"""Tables of effect sizes, of pools, and of what could not be pooled."""

from collections.abc import Mapping

import pandas as pd

from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.table import Table, marked
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.cited import fixed
from retrowalk.present.words.computations import made_from
from retrowalk.present.words.facts import caveats, in_words, method, reason
from retrowalk.present.words.phrases import sentence
from retrowalk.vocabulary import DOMAINS

SIGN_NOTE = "Positive values of g favour backward walking."
#: Rows of the estimate record that the table of pools shows.
SHOWN_TERMS = ["pooled", "i2", "prediction"]


def effects_table(
    effects: pd.DataFrame, name: str, title: str, mark: str, alpha: float, cohorts: Mapping[str, Cohort]
) -> Table:
    """Return every effect size, and what it was made from; `cohorts` are {name: cohort} of the plan."""
    known = effects[effects["estimate"].notna()]
    rows = [
        [
            *_study(row),
            cited.count(row),
            cited.estimate_with_interval(row, numbers.SIZE),
            made_from(row["method"]),
        ]
        for _, row in known.iterrows()
    ]
    heads = [*STUDY_HEADS, "n", f"Hedges g ({numbers.level(alpha)} CI)", "Calculated from"]
    computed = known.drop_duplicates("method")
    notes = [
        SIGN_NOTE,
        *_counted(known),
        *(sentence(method(row, _cohort(row, cohorts))) for _, row in computed.iterrows()),
    ]
    notes += [
        f"{row['cohort']}, {row['outcome'].replace('_', ' ')}: {texts}."
        for _, row in known.iterrows()
        if (texts := "; ".join(caveats(row, _cohort(row, cohorts), cohorts)))
    ]
    return Table(
        name, marked(title, mark), pd.DataFrame(rows, columns=heads), tuple(notes), in_words(known, cohorts.values())
    )


def unusable_table(effects: pd.DataFrame, name: str, title: str, mark: str, cohorts: Mapping[str, Cohort]) -> Table:
    """Return the results that no effect size can be made from, each with the reason."""
    unknown = effects[effects["estimate"].isna()]
    rows = [[*_study(row), _why(row, cohorts)] for _, row in unknown.iterrows()]
    heads = [*STUDY_HEADS, "Reason"]
    return Table(name, marked(title, mark), pd.DataFrame(rows, columns=heads), (), in_words(unknown, cohorts.values()))


def pooled_table(
    pooled: pd.DataFrame, name: str, title: str, mark: str, alpha: float, cohorts: Mapping[str, Cohort]
) -> Table:
    """Return the pools; a single study has a row without numbers."""
    rows, notes_of_pools = [], []
    for (domain, comparator, population), group in pooled.groupby(
        ["outcome", "reference_arm", "population"], sort=False
    ):
        terms = group.set_index("term", drop=False).reindex([*SHOWN_TERMS, "studies"])
        pool, spread, new_study = (terms.loc[term] for term in SHOWN_TERMS)
        where = [DOMAINS[domain], comparator.replace("_", " "), population.replace("_", " ")]
        rows.append(
            [
                *where,
                cited.count(terms.loc["studies"], "estimate"),
                cited.count(pool),
                cited.estimate_with_interval(pool, numbers.SIZE),
                cited.count(spread, "estimate"),
                cited.interval(new_study, numbers.SIZE),
            ]
        )
        notes_of_pools.append(f"{', '.join(where)}: {_why(pool, cohorts)}.")
    level = numbers.level(alpha)
    heads = ["Domain", "Comparator", "Condition", "Studies", "n", f"Pooled g ({level} CI)", "I2 (%)"]
    computed = pooled[pooled["term"].isin(SHOWN_TERMS) & (pooled["method"] != "")].drop_duplicates("method")
    about = {"pooled": "pooled g", "i2": fixed("I2"), "prediction": "prediction interval"}
    notes = [
        SIGN_NOTE,
        "n, participants of the pooled studies, counted as in the table of effect sizes.",
        *(sentence(f"{about[row['term']]}: {method(row)}") for _, row in computed.iterrows()),
        *notes_of_pools,
    ]
    frame = pd.DataFrame(rows, columns=[*heads, f"{level} prediction interval"])
    return Table(name, marked(title, mark), frame, tuple(notes), in_words(pooled, cohorts.values()))


def _counted(known: pd.DataFrame) -> list[str]:
    """Return the note on what n counts: of participant data those with a value, of an article what it reports."""
    if known.empty:
        return []
    published = known["analysis"] == "published"
    own = "participants of the two arms with a value at the visit"
    reported = "participants of the two arms as the article reports them"
    if published.all():
        return [f"n, {reported}."]
    return [f"n, {own}{f'; of published results, {reported}' if published.any() else ''}."]


def _why(row: pd.Series, cohorts: Mapping[str, Cohort]) -> str:
    """Return why a row has no numbers, and what a reader must know of it."""
    cohort = _cohort(row, cohorts)
    return "; ".join(filter(None, [reason(row, cohort), *caveats(row, cohort, cohorts)]))


def _cohort(row: pd.Series, cohorts: Mapping[str, Cohort]) -> Cohort | None:
    """Return the cohort that a row was made from; None of a paper, which may have a cohort's name."""
    return None if row["analysis"] == "published" else cohorts.get(row["cohort"])


STUDY_HEADS = ("Study", "Outcome", "Condition", "Comparator")


def _study(row: pd.Series) -> list[str]:
    return [row["cohort"], row["outcome"].replace("_", " "), row["population"], row["reference_arm"].replace("_", " ")]
