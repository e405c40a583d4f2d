"""The arms compared over all visits by mixed models: MMRM, the constrained model, and changes since baseline."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retrowalk.errors import FitError
from retrowalk.facts import Fact, fact
from retrowalk.model.ancova import FEWEST_IN_ARM, lacks, take_mean_baseline
from visitwise import LADDER, Attempt, ManyFits, MixedFit, MixedModel, Reason, constrained

#: Columns of a table of differences.
_NUMBERS = ["estimate", "se", "df", "statistic", "p_value", "ci_low", "ci_high"]


@dataclass(frozen=True)
class Longitudinal:
    """Arms compared with the control at each visit after baseline.

    Attributes
    ----------
    fit
        The mixed model.
    differences
        Index (arm, visit), arm - control: estimate, se, df, statistic, p_value, ci_low, ci_high (the outcome's unit).
        An arm or a visit that could not take part is not in it.
    marginal_means
        Index (arm, visit): the same columns; None where the model gives none.
    compare
        The differences of a fit of this model to one or many trials, one row an arm and visit (and trial).
    counts
        Values in the fit, a row an arm and a column a visit.
    imputed_baselines, left_out, never_measured
        Participants whose baseline was the mean over all arms; those with a value who lack baseline or a covariate; those
        without any value.
    lacking
        What those left out lack (`ancova.lacks`).
    """

    fit: MixedFit
    differences: pd.DataFrame
    marginal_means: pd.DataFrame | None
    compare: Callable[[MixedFit | ManyFits], pd.DataFrame]
    counts: pd.DataFrame
    imputed_baselines: int
    left_out: int
    never_measured: int
    lacking: tuple[str, ...]

    @property
    def caveats(self) -> list[Fact]:
        """The ladder where it was climbed, and what else a reader must know of the fit."""
        failed = tried_in_vain(self.fit.tried)
        caveats = []
        if failed:
            caveats.append(fact("simpler_structure", structure=self.fit.structure, tried=failed))
        caveats += [fact_of(attempt.why) for attempt in self.fit.tried if attempt.fitted and attempt.why]
        return caveats


def tried_in_vain(attempts: Iterable[Attempt]) -> list[list[Any]]:
    """Return the structures that could not be fitted, each with its reason."""
    return [[attempt.structure, fact_of(attempt.why)] for attempt in attempts if not attempt.fitted]


def fact_of(why: Reason) -> Fact:
    """Return a reason of the engine as a fact."""
    values = {name: tried_in_vain(value) if isinstance(value, tuple) else value for name, value in why.values.items()}
    return Fact(why.code, values)


def fit_mmrm(
    data: pd.DataFrame,
    visits: list[str],
    baseline: str,
    control: str,
    adjust_for: tuple[str, ...] = (),
    *,
    impute_baseline: bool = True,
    covariance: str | tuple[str, ...] = LADDER,
    times: dict[str, float] | None = None,
    alpha: float = 0.05,
) -> Longitudinal:
    """Fit the mixed model for repeated measures: value ~ baseline x visit + arm x visit (+ covariates).

    Parameters
    ----------
    data
        One row a participant: `arm`, the covariates, and a column a visit (the outcome's unit).
    visits, baseline
        Columns of the values after baseline, in their order in time, and of baseline.
    control
        The arm that the others are compared with.
    adjust_for
        Columns of covariates: numbers enter as they are, anything else as a category.
    impute_baseline
        Whether a missing baseline takes the mean over all arms (valid under randomisation: White and Thompson 2005,
        Stat Med 24:993); else the participant is left out.
    covariance
        The structure of a participant's visits, or several in the order in which they are tried.
    times
        {visit: week}, which a covariance in continuous time needs.
    alpha
        One minus the confidence level.

    Returns
    -------
    Longitudinal
        By REML, with the first structure of `covariance` that can be fitted (by default the ladder, unstructured first),
        and Kenward and Roger's degrees of freedom. Missing values are taken to be missing at random.

    Raises
    ------
    FitError
        An arm without any baseline, or too little data to compare.
    VisitwiseError
        The engine's reason: too little data for the model, or no structure that can be fitted.

    Notes
    -----
    Mallinckrodt CH et al. Drug Inf J 2008;42:303-319. Checked against R's mmrm (the engine's reference/mmrm.csv).
    """
    measured = data[data[visits].notna().any(axis=1)]
    unknown = set(measured.index[measured[baseline].isna()]) if impute_baseline else set()
    if impute_baseline:
        measured, _ = take_mean_baseline(measured, baseline)
    complete = measured.dropna(subset=[baseline, *adjust_for])
    long = _long(complete, visits, control, adjust_for, baseline)
    model = _model(["baseline * visit", "arm * visit", *_terms(adjust_for)], covariance, times)
    fit = model.fit(long, alpha=alpha)

    def compare(fits: MixedFit | ManyFits) -> pd.DataFrame:
        return fits.contrasts("arm", by="visit", reference=control)

    return Longitudinal(
        fit=fit,
        differences=_by_arm_and_visit(compare(fit)),
        marginal_means=_by_arm_and_visit(fit.marginal_means("arm", by="visit")),
        compare=compare,
        counts=_counts(long),
        imputed_baselines=len(unknown & set(long["participant"])),
        left_out=len(measured) - len(complete),
        never_measured=len(data) - len(measured),
        lacking=lacks(measured.drop(complete.index), adjust_for, baseline),
    )


def fit_clda(
    data: pd.DataFrame,
    visits: list[str],
    baseline: str,
    control: str,
    adjust_for: tuple[str, ...] = (),
    *,
    alpha: float = 0.05,
) -> Longitudinal:
    """Fit the constrained longitudinal model: baseline is a response, and the arms share its mean.

    Parameters and errors are those of `fit_mmrm`; covariates have an effect of their own at each visit. Only for arms
    made by randomisation. Checked against R's mmrm (the engine's reference/clda.csv).
    """
    complete = data.dropna(subset=list(adjust_for))
    measured = data[data[[baseline, *visits]].notna().any(axis=1)]
    excluded = measured.drop(complete.index, errors="ignore")
    long = _long(complete, visits, control, adjust_for, keep=(baseline,))
    if not (long["visit"] == baseline).any():
        raise FitError("nobody_has_baseline")
    terms = constrained(long, control=control, baseline=baseline, covariates=_renamed(adjust_for))
    fit = MixedModel(terms.formula, covariance=LADDER).fit(terms.data, alpha=alpha)

    def compare(fits: MixedFit | ManyFits) -> pd.DataFrame:
        return terms.terms.merge(fits.coefficients, on="term", validate="one_to_many")

    return Longitudinal(
        fit=fit,
        differences=_by_arm_and_visit(compare(fit)),
        marginal_means=None,
        compare=compare,
        counts=_counts(long),
        imputed_baselines=0,
        left_out=len(excluded),
        never_measured=len(data) - len(measured),
        lacking=lacks(excluded, adjust_for),
    )


def fit_changes(
    data: pd.DataFrame,
    visits: list[str],
    baseline: str,
    control: str,
    adjust_for: tuple[str, ...] = (),
    *,
    covariance: str | tuple[str, ...] = LADDER,
    alpha: float = 0.05,
) -> Longitudinal:
    """Fit value ~ arm x visit (+ covariates x visit) at all visits; the differences are those between changes.

    Parameters and errors are those of `fit_mmrm`; `covariance` may be "random_intercept", for comparison with the
    studies. Checked against R's lme4 with lmerTest and pbkrtest (the engine's reference/random_intercept.csv).
    """
    complete = data.dropna(subset=list(adjust_for))
    measured = data[data[[baseline, *visits]].notna().any(axis=1)]
    excluded = measured.drop(complete.index, errors="ignore")
    long = _long(complete, visits, control, adjust_for, keep=(baseline,))
    if (_counts(long).get(baseline, pd.Series([0])) < FEWEST_IN_ARM).any():
        raise FitError("arm_too_small_at_baseline")
    wide = long.pivot(index=["arm", "participant"], columns="visit", values="value")
    changes = wide.sub(wide[baseline], axis=0).drop(columns=baseline)
    apart = (changes - changes.groupby("arm").transform("mean")).abs().max()
    if (apart <= 1e-10 * wide.abs().to_numpy().max(where=wide.notna().to_numpy(), initial=0)).any():
        raise FitError("same_change_within_arms")
    model = _model(["arm * visit", *(f"{name} * visit" for name in _terms(adjust_for))], covariance)
    fit = model.fit(long, alpha=alpha)

    def compare(fits: MixedFit | ManyFits) -> pd.DataFrame:
        return fits.contrasts("arm", by="visit", reference=control, change_from=baseline)

    return Longitudinal(
        fit=fit,
        differences=_by_arm_and_visit(compare(fit)),
        marginal_means=None,
        compare=compare,
        counts=_counts(long),
        imputed_baselines=0,
        left_out=len(excluded),
        never_measured=len(data) - len(measured),
        lacking=lacks(excluded, adjust_for),
    )


def _model(terms: list[str], covariance: str | tuple[str, ...], times: dict[str, float] | None = None) -> MixedModel:
    return MixedModel(f"value ~ {' + '.join(terms)}", "participant", "visit", covariance, times=times)


def _renamed(names: tuple[str, ...]) -> list[str]:
    """Return the names that covariates have in the model, where none can be that of another column."""
    return [f"covariate {name}" for name in names]


def _terms(names: tuple[str, ...]) -> list[str]:
    return [f"`{name}`" for name in _renamed(names)]


def _long(
    data: pd.DataFrame,
    visits: list[str],
    control: str,
    adjust_for: tuple[str, ...],
    baseline: str = "",
    keep: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return one row a participant and visit with a value, without the visits and arms that cannot be compared.

    A visit takes part where the control and another arm have two values or more, and the values of an arm are not all
    the same in every arm; an arm, where it has two at each of these visits. `keep` are visits that take part whatever
    they hold.
    """
    by_arm = data.groupby("arm")[visits]
    counts = by_arm.count()
    if control not in counts.index:
        raise FitError("control_not_analysed")
    varies = (by_arm.max() > by_arm.min()).any()
    enough = (counts >= FEWEST_IN_ARM) & varies
    others = enough.drop(index=control)
    compared = [visit for visit in visits if enough.loc[control, visit] and others[visit].any()]
    if not compared:
        raise FitError("arm_too_small_at_any_visit")
    arms = [control, *others.index[others[compared].all(axis=1)]]
    if len(arms) < 2:
        raise FitError("no_arm_at_every_visit")
    columns = {name: f"covariate {name}" for name in adjust_for} | ({baseline: "baseline"} if baseline else {})
    order = [*keep, *compared]
    wide = data.loc[data["arm"].isin(arms), ["arm", *columns, *order]].rename_axis("participant").reset_index()
    long = wide.rename(columns=columns).melt(
        ["participant", "arm", *columns.values()], order, var_name="visit", value_name="value"
    )
    long["value"] = long["value"].astype(float)
    return long.dropna(subset="value").assign(visit=lambda table: pd.Categorical(table["visit"], order))


def _counts(long: pd.DataFrame) -> pd.DataFrame:
    return long.groupby(["arm", "visit"], observed=False).size().unstack(fill_value=0)


def _by_arm_and_visit(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype({"arm": object, "visit": object}).set_index(["arm", "visit"])[_NUMBERS]
