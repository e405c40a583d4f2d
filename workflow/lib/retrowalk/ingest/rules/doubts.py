"""Warnings that only whole columns give: units, rounding, constant columns, absent baselines, zeros for missing."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from retrowalk.ingest.arrange import participant_column
from retrowalk.ingest.combine import KEY
from retrowalk.ingest.numbers import filled
from retrowalk.ingest.problems import WARNING, Problem, cohort_file, fault, who
from retrowalk.ingest.raw import Raw
from retrowalk.ingest.rules.values import FEWEST_FOR_UNIT
from retrowalk.plan.trial import Cohort, Outcome

#: Fewer values than this say nothing of rounding.
FEWEST_FOR_ROUNDING = 12
#: Share of values on a coarse step from which the scale was read off on that step.
ROUNDED = 0.9
#: Steps finer than this share of the scale are no coarse reading.
COARSE = 0.04
#: Fewer values than this may well be the same by chance.
FEWEST_FOR_CONSTANT = 4
#: Fewer zeros whose companion is missing say nothing.
FEWEST_ZEROS = 3
#: Zeros stand for missing where they are such a share of the values whose companion is missing.
SHARE_OF_ZEROS = 0.8


def outcomes(measured: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Yield outcomes without any value, and warn of doubtful units, constant columns and coarse rounding."""
    for outcome in cohort.outcomes:
        cells = measured[measured["outcome"] == outcome.name]
        columns = _columns(outcome, cohort)
        if not filled(cells["text"]).any():
            remedy = f'Correct the columns of "{outcome.name}" in {cohort_file(cohort)}, or remove the outcome.'
            yield fault(cohort, "outcome_empty", f"{outcome.name} has no values", remedy, column=columns)
            continue
        held = cells[cells["value"].notna()]
        yield from _unit(held, outcome, columns, cohort)
        yield from _constant(held, outcome, cohort)
        yield from _rounded(held["value"], outcome, columns, cohort)


def _columns(outcome: Outcome, cohort: Cohort) -> str:
    """Return the columns of an outcome in words."""
    return " + ".join(dict.fromkeys(place.text for place in cohort.intake.outcomes[outcome.name].places))


def _unit(held: pd.DataFrame, outcome: Outcome, columns: str, cohort: Cohort) -> Iterator[Problem]:
    """Values that use a tenth of their range are likely in another unit (cm for mm), in all visits or in one."""
    if outcome.low is None or outcome.high is None or held.empty:
        return
    tenth = outcome.low + (outcome.high - outcome.low) / 10
    remedy = f'If the file uses another unit, set "unit" of "{outcome.name}" in {cohort_file(cohort)}.'
    within = held["value"].between(outcome.low, tenth)
    if within.all():
        yield fault(
            cohort,
            "unit_doubtful",
            f"every value of {outcome.name} is between {held['value'].min():g} and {held['value'].max():g}, "
            f"but the instrument's maximum is {outcome.high:g} {outcome.unit}",
            remedy,
            column=columns,
            severity=WARNING,
        )
        return
    visits = held.groupby("visit", sort=False)["value"].agg(["size", "min", "max", "median"])
    for visit, small in visits.iterrows():
        others = visits.drop(visit)["median"]
        few = small["size"] < FEWEST_FOR_UNIT or others.empty
        if not few and outcome.low <= small["min"] and small["max"] <= tenth and 0 < small["median"] * 5 < others.min():
            yield fault(
                cohort,
                "unit_differs",
                f"the values of {outcome.name} at {visit} are between {small['min']:g} and {small['max']:g}, "
                f"but the medians of the other visits are {others.min():g} or more",
                "Check whether this visit was recorded in another unit (cm instead of mm); an outcome has one unit per file.",
                column=" + ".join(dict.fromkeys(held.loc[held["visit"] == visit, "column"])),
                severity=WARNING,
            )


def _constant(held: pd.DataFrame, outcome: Outcome, cohort: Cohort) -> Iterator[Problem]:
    counts = held.groupby("visit", sort=False)["value"].agg(["size", "nunique", "first"])
    for visit, count in counts[(counts["size"] >= FEWEST_FOR_CONSTANT) & (counts["nunique"] == 1)].iterrows():
        yield fault(
            cohort,
            "constant_column",
            f"all {count['size']:g} values of {outcome.name} at {visit} are {count['first']:g}",
            "Check whether the column was filled down by mistake.",
            column=" + ".join(dict.fromkeys(held.loc[held["visit"] == visit, "column"])),
            severity=WARNING,
        )


def _rounded(values: pd.Series, outcome: Outcome, columns: str, cohort: Cohort) -> Iterator[Problem]:
    if len(values) < FEWEST_FOR_ROUNDING or values.nunique() < 3:
        return
    for step in _coarse_steps(outcome):
        share = float((np.abs(values / step - np.round(values / step)) < 1e-6).mean())
        if share >= ROUNDED:
            yield fault(
                cohort,
                "rounded",
                f"{share:.0%} of the values of {outcome.name} are multiples of {step:g} {outcome.unit}, "
                f"but the instrument is read to {outcome.resolution:g}",
                "Check whether they were rounded; rounding hides small changes.",
                column=columns,
                severity=WARNING,
            )
            return


def _coarse_steps(outcome: Outcome) -> list[float]:
    """Return the steps of a rounded reading, the coarsest first: 10 and 5 units, and 10 and 5 steps of a short scale.

    A scale of centimetres is rounded at 0.5; whole degrees on a scale of 180, or whole seconds, are a usual reading.
    """
    steps = {each for each in (10.0, 5.0) if each > 2 * outcome.resolution}
    if outcome.low is not None and outcome.high is not None:
        whole = outcome.high - outcome.low
        steps |= {each * outcome.resolution for each in (10, 5) if each * outcome.resolution >= COARSE * whole}
        # A scale with few steps has nothing between them.
        steps = {each for each in steps if whole > 2 * each}
    return sorted(steps, reverse=True)


def covariates(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Warn of covariates that are the same in everybody."""
    for covariate in cohort.covariates:
        column = cohort.intake.covariates[covariate.name].column
        texts = participant_column(raw, column).texts
        texts = texts[texts != ""]
        if len(texts) >= FEWEST_FOR_CONSTANT and len(set(texts)) == 1:
            yield fault(
                cohort,
                "constant_column",
                f'{covariate.name} is "{texts[0]}" in all {len(texts)} participants',
                f"Check whether the column was filled down by mistake, or remove it from {cohort_file(cohort)}.",
                column=column,
                table=cohort.intake.people_table,
                severity=WARNING,
            )


def baselines(measured: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Warn of an outcome that nobody has at baseline, and of a participant with a later value but none at baseline."""
    held_by_all = measured[filled(measured["text"]) & filled(measured["participant"])]
    for outcome in cohort.outcomes:
        held = held_by_all[held_by_all["outcome"] == outcome.name]
        first = held["visit"] == cohort.baseline.name
        later = held[~first].drop_duplicates("participant")
        if len(later) and not first.any():
            yield fault(
                cohort,
                "baseline_absent",
                f"{outcome.name} has no baseline value for any participant",
                f'If it was measured, give its column for "{cohort.baseline.name}" in {cohort_file(cohort)}.',
                column=" + ".join(dict.fromkeys(held["column"])),
                severity=WARNING,
            )
            continue
        for cell in later[~later["participant"].isin(held.loc[first, "participant"])].itertuples():
            yield fault(
                cohort,
                "baseline_missing",
                f"{who(cell.participant)} has a later value of {outcome.name} but no baseline value",
                "Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.",
                row=cell.row,
                column=cell.column,
                value=cell.text,
                severity=WARNING,
            )


def zeros_for_missing(joined: pd.DataFrame, cohort: Cohort) -> Iterator[Problem]:
    """Warn of an outcome that is 0 just where a companion measured at other visits is missing (an empty diary).

    Looked at are participants who have the companion at some visit: an outcome that one arm was never asked for is no
    companion.
    """
    people, visits, names = (pd.Index(joined[key].unique()) for key in ("participant", "visit", "outcome"))
    cube = np.full((len(people), len(visits), len(names)), np.nan)
    places = (index.get_indexer(joined[key]) for index, key in zip((people, visits, names), joined[KEY], strict=True))
    cube[tuple(places)] = joined["value"]
    have = ~np.isnan(cube)
    for outcome in cohort.outcomes:
        if (
            cohort.intake.outcomes[outcome.name].missing_with
            or outcome.name not in names
            or outcome.low not in (0, None)
        ):
            continue
        own = names.get_loc(outcome.name)
        for other in (each for each in cohort.outcomes if each.name in names and each.name != outcome.name):
            companion = have[:, :, names.get_loc(other.name)]
            seen = have[:, :, own] & companion.any(axis=1)[:, None]
            alone, beside = cube[:, :, own][seen & ~companion], cube[:, :, own][seen & companion]
            zeros = int((alone == 0).sum())
            usual = (beside == 0).mean() if len(beside) else 1.0
            if zeros >= FEWEST_ZEROS and zeros / len(alone) >= SHARE_OF_ZEROS and usual < SHARE_OF_ZEROS / 2:
                yield fault(
                    cohort,
                    "zeros_for_missing",
                    f"{outcome.name} is 0 at {zeros} of the {len(alone)} visits at which {other.name} is missing, and at "
                    f"{usual:.0%} of the others; these zeros may be missing values",
                    f'If they are, add "missing_with: {other.name}" to "{outcome.name}" in {cohort_file(cohort)}.',
                    column=_columns(outcome, cohort),
                    severity=WARNING,
                )
                break
