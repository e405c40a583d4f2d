"""Draw a bundled cohort: each part of its design in turn, again until what an abstract reports is true of it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from retrowalk.errors import RetrowalkError
from retrowalk.simulate.cohort_design import CohortDesign, Covariate
from retrowalk.simulate.requirements import OF_ATTENDANCE, OF_COVARIATE, OF_OUTCOME, DrawnOutcome
from retrowalk.simulate.trial import Enrolled, draw_attendance, draw_outcome, enrol, on_scale

T = TypeVar("T")

#: The rarest event of a bundled cohort (the mean and SD of an age to two decimals) comes once in 20,000 draws.
MOST_DRAWS = 200_000


@dataclass(frozen=True)
class DrawnCohort:
    """What was drawn so far, with an entry or row per participant.

    `values` are arrays with a column per visit, as if nobody had missed a visit; `taken` says of each outcome which of
    them the file may hold, `last` is the place of the last visit attended, `reason` why a participant withdrew, `reversed`
    marks who changes the other way.
    """

    enrolled: Enrolled
    covariates: Mapping[str, np.ndarray]
    values: Mapping[str, np.ndarray]
    taken: Mapping[str, np.ndarray]
    last: np.ndarray
    reason: np.ndarray
    reversed: np.ndarray

    def observed(self, outcome: str) -> np.ndarray:
        """Return the values of an outcome, NaN where the file has none."""
        visits = np.arange(self.values[outcome].shape[1])
        attended = visits <= self.last[:, None]
        return np.where(self.taken[outcome] & attended, self.values[outcome], np.nan)


def draw_cohort(design: CohortDesign, rng: np.random.Generator) -> DrawnCohort:
    """Return a cohort that meets every requirement of its design.

    Raises
    ------
    RetrowalkError
        A requirement is not met.
    """
    cohort = None
    for names in design.draws:
        cohort = draw_until(
            partial(_draw_together, design, cohort, names, rng),
            {words: test for name in names for words, test in _requirements(design, name).items()},
            f"{design.name}, {' and '.join(names)}",
        )
    return cohort


def draw_until(
    draw: Callable[[], T], requirements: Mapping[str, Callable[[T], bool]], what: str, most: int = MOST_DRAWS
) -> T:
    """Return the first draw that meets every requirement.

    Parameters
    ----------
    draw
        Makes one draw.
    requirements
        {what it demands, in words: the test of a draw}; cheap ones that often fail go first.
    what
        What is drawn, for the message.
    most
        The number of draws after which it gives up.

    Raises
    ------
    RetrowalkError
        No draw met them all. The message says in how many draws each requirement was the first to fail.
    """
    failed = Counter()
    for _ in range(most):
        drawn = draw()
        fault = next((name for name, meets in requirements.items() if not meets(drawn)), None)
        if fault is None:
            return drawn
        failed[fault] += 1
    counts = "; ".join(f'"{name}" failed in {count}' for name, count in failed.most_common())
    raise RetrowalkError(
        f"{what}: none of {most} draws meets every constraint ({counts}). "
        f"Any seed should work: try another one in config/config.yaml, or relax the constraint."
    )


def _draw_together(
    design: CohortDesign, cohort: DrawnCohort | None, names: tuple[str, ...], rng: np.random.Generator
) -> DrawnCohort:
    for name in names:
        cohort = _PARTS[name](design, cohort, rng) if name in _PARTS else _draw_named(design, cohort, name, rng)
    return cohort


# --- the parts of a design --------------------------------------------------------------------------------------------


def _draw_named(design: CohortDesign, cohort: DrawnCohort, name: str, rng: np.random.Generator) -> DrawnCohort:
    """Return the cohort with a covariate, a product or an outcome."""
    if name in design.covariates:
        covariate = _covariate(design.covariates[name], len(cohort.reason), rng)
        return replace(cohort, covariates={**cohort.covariates, name: covariate})
    if name in design.products:
        product = design.products[name]
        first, second = (cohort.values[factor] for factor in product.of)
        decimals = round(-np.log10(product.resolution))
        return _with_values(cohort, name, np.round(first * second / product.divided_by, decimals))
    outcome = design.trial.outcome(name)
    values = draw_outcome(outcome, cohort.enrolled.arm, cohort.enrolled.factor, rng)
    if design.reversal and name in design.reversal.outcomes:
        change = values[cohort.reversed, 1] - values[cohort.reversed, 0]
        values[cohort.reversed, 1] = values[cohort.reversed, 0] - design.reversal.share * change
        values = on_scale(values, outcome)
    return _with_values(cohort, name, values)


def _with_values(cohort: DrawnCohort, outcome: str, values: np.ndarray) -> DrawnCohort:
    return replace(cohort, values={**cohort.values, outcome: values})


def _covariate(covariate: Covariate, n: int, rng: np.random.Generator) -> np.ndarray:
    if covariate.integers:
        return rng.integers(*covariate.integers, n, endpoint=True)
    if covariate.chance_of_first is not None:
        return np.where(rng.random(n) < covariate.chance_of_first, *covariate.choice)
    if covariate.choice:
        return rng.choice(covariate.choice, n)
    return on_scale(rng.normal(covariate.mean, covariate.sd, n), covariate)


def _enrolment(design: CohortDesign, cohort: DrawnCohort | None, rng: np.random.Generator) -> DrawnCohort:
    enrolled = enrol(design.trial, rng)
    n, visits = len(enrolled.participant), len(design.trial.visits)
    outcomes = [*(outcome.name for outcome in design.trial.outcomes), *design.products]
    taken = {
        name: np.repeat(np.isin(enrolled.arm, design.asked_of.get(name, list(design.trial.arms)))[:, None], visits, 1)
        for name in outcomes
    }
    return DrawnCohort(
        enrolled=enrolled,
        covariates={},
        values={},
        taken=taken,
        last=np.full(n, visits - 1),
        reason=np.full(n, "", dtype=object),
        reversed=np.zeros(n, dtype=bool),
    )


def _reversal(design: CohortDesign, cohort: DrawnCohort, rng: np.random.Generator) -> DrawnCohort:
    n = len(cohort.reversed)
    return replace(cohort, reversed=np.arange(n) == rng.integers(n))


def _withdrawals(design: CohortDesign, cohort: DrawnCohort, rng: np.random.Generator) -> DrawnCohort:
    last, reason = cohort.last.copy(), cohort.reason.copy()
    for arm, words in design.withdrawals.items():
        participant = rng.choice(np.flatnonzero(cohort.enrolled.arm == arm))
        last[participant], reason[participant] = 0, words
    return replace(cohort, last=last, reason=reason)


def _attendance(design: CohortDesign, cohort: DrawnCohort, rng: np.random.Generator) -> DrawnCohort:
    dropout = design.trial.dropout
    attended = draw_attendance(dropout, design.trial.outcome(dropout.outcome), cohort.values, rng)
    last = attended.sum(axis=1) - 1
    withdrew = np.flatnonzero(last < attended.shape[1] - 1)
    last_value = cohort.values[dropout.outcome][withdrew, last[withdrew]]
    worst_first = withdrew[np.argsort(-last_value, kind="stable")]
    reason = cohort.reason.copy()
    for participant, words in zip(worst_first, design.reasons, strict=False):
        reason[participant] = words
    return replace(cohort, last=last, reason=reason)


def _gaps(design: CohortDesign, cohort: DrawnCohort, rng: np.random.Generator) -> DrawnCohort:
    completers = np.flatnonzero(cohort.last == len(design.trial.weeks) - 1)
    # One participant is chosen, several are dealt out: so the bundled files were made, and their bytes stay.
    several = sum(gap.participants for gap in design.gaps) > 1
    chosen = list(rng.permutation(completers)) if several else [rng.choice(completers)]
    taken = {name: mask.copy() for name, mask in cohort.taken.items()}
    for gap in design.gaps:
        participants, chosen = chosen[: gap.participants], chosen[gap.participants :]
        for name in gap.outcomes:
            taken[name][participants, design.trial.weeks.index(gap.week)] = False
    return replace(cohort, taken=taken)


_PARTS: Mapping[str, Callable[[CohortDesign, DrawnCohort | None, np.random.Generator], DrawnCohort]] = {
    "enrolment": _enrolment,
    "reversal": _reversal,
    "withdrawals": _withdrawals,
    "attendance": _attendance,
    "gaps": _gaps,
}


# --- what must be true of them ----------------------------------------------------------------------------------------


def _requirements(design: CohortDesign, name: str) -> dict[str, Callable[[DrawnCohort], bool]]:
    """Return the tests of a part of the design, by their words."""

    def statistic_of(statistic: str, cohort: DrawnCohort) -> float:
        treated = cohort.enrolled.arm == design.treated
        if name == "attendance":
            return OF_ATTENDANCE[statistic](cohort.last, len(design.trial.visits), treated)
        if name in design.covariates:
            return OF_COVARIATE[statistic](cohort.covariates[name])
        return OF_OUTCOME[statistic](_outcome(design, cohort, name))

    return {
        f"{name}: {statistic} {limits}": lambda cohort, statistic=statistic, limits=limits: limits.include(
            statistic_of(statistic, cohort)
        )
        for statistic, limits in design.require.get(name, {}).items()
    }


def _outcome(design: CohortDesign, cohort: DrawnCohort, name: str) -> DrawnOutcome:
    direction, limits = 0.0, ()
    if name not in design.products:
        outcome = design.trial.outcome(name)
        means = outcome.means[design.treated]
        direction = np.sign(means[-1] - means[0])
        limits = tuple(limit for limit in (outcome.low, outcome.high) if limit is not None)
    changes_direction = design.reversal is not None and name in design.reversal.outcomes
    return DrawnOutcome(
        values=cohort.observed(name),
        treated=cohort.enrolled.arm == design.treated,
        reversed=cohort.reversed & changes_direction,
        last=cohort.last,
        direction=direction,
        limits=limits,
    )
