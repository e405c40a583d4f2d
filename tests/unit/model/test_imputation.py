"""Multiple imputation against participant-by-participant loops, the mixed model, hand-made arithmetic and a published trial."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from tests.unit.cells import refused
from tests.unit.model.conftest import VISITS

from retrowalk.analyses import IMPUTATION, with_purpose
from retrowalk.facts import fact
from retrowalk.model.ancova import fit_ancova
from retrowalk.model.imputation import (
    Incomplete,
    Pooled,
    SetAnalysis,
    impute,
    incomplete_trial,
    pool,
    tipping_point,
)
from retrowalk.model.imputation.tipping import shifted
from retrowalk.model.longitudinal import Longitudinal, fit_mmrm
from visitwise import Posterior

pytestmark = pytest.mark.numeric

STRATEGIES = [entry.name for entry in with_purpose(IMPUTATION)]
BY_REFERENCE = [strategy for strategy in STRATEGIES if strategy != "imputation_mar"]


@dataclass(frozen=True)
class Imputed:
    """One trial with its draws."""

    fit: Longitudinal
    trial: Incomplete
    analysis: SetAnalysis
    posterior: Posterior
    normal: np.ndarray

    def completed(self, strategy: str) -> np.ndarray:
        return impute(self.trial, self.posterior, strategy, self.normal)

    def pooled(self, strategy: str, arm: str = "retro", place: int = -1) -> Pooled:
        values = self.completed(strategy)[:, :, place]
        squares = (self.analysis.residuals(values) ** 2).sum(axis=1)
        return pool(self.analysis.slope(values, arm), self.analysis.variance(squares, arm), self.analysis.df)


def imputed(
    data: pd.DataFrame,
    visits: list[str],
    draws: int,
    seed: int = 1,
    *,
    baseline: str = "V0",
    control: str = "control",
    adjust_for: tuple[str, ...] = (),
) -> Imputed:
    fit = fit_mmrm(data, visits, baseline, control, adjust_for)
    trial = incomplete_trial(fit, data, baseline, control, adjust_for)
    rng = np.random.default_rng(seed)
    posterior = fit.fit.posterior(draws, rng)
    normal = rng.standard_normal((draws, *trial.values.shape))
    return Imputed(fit, trial, SetAnalysis.of(trial, baseline, adjust_for), posterior, normal)


@pytest.fixture
def gaps(trial) -> Callable[[str], pd.DataFrame]:
    """A trial with all kinds of gaps: after the last value, before it, all values; rom_uneven is small and has its own."""

    def read(name: str) -> pd.DataFrame:
        data, visits = trial(name), VISITS[name][1:]
        if name == "rom_uneven":
            return data
        people = data.index[data[visits].notna().all(axis=1)]
        for arm in sorted(set(data["arm"])):
            mine = [person for person in people if data.loc[person, "arm"] == arm]
            data.loc[mine[0], visits] = np.nan
            if len(visits) > 1:
                data.loc[mine[1], visits[:-1]] = np.nan
                data.loc[mine[2], visits[-1]] = np.nan
            else:
                data.loc[mine[1], visits] = np.nan
        return data

    return read


# --- Rubin's rules ----------------------------------------------------------------------------------------------------


def test_pooling_is_the_arithmetic_of_rubin_and_of_barnard_and_rubin():
    # Q = 2, U = 1, B = 1: T = 1 + 4/3 = 7/3, lambda = 4/7.
    total, share = Fraction(7, 3), Fraction(4, 7)
    old = (3 - 1) / share**2
    observed = Fraction(11, 13) * 10 * (1 - share)
    df = 1 / (1 / old + 1 / observed)
    assert (old, observed) == (Fraction(49, 8), Fraction(330, 91))
    result = pool(np.array([1.0, 2, 3]), np.array([0.5, 1, 1.5]), 10)
    assert (result.estimate, result.se**2) == pytest.approx((2, float(total)), rel=1e-12)
    assert result.missing_information == pytest.approx(float(share), rel=1e-12)
    assert result.df == pytest.approx(float(df), rel=1e-12)
    assert result.statistic == pytest.approx(2 / float(total) ** 0.5, rel=1e-12)
    assert result.p_value == pytest.approx(2 * stats.t.sf(result.statistic, float(df)), rel=1e-12)
    half = stats.t.isf(0.025, float(df)) * result.se
    assert (result.ci_low, result.ci_high) == pytest.approx((2 - half, 2 + half), rel=1e-12)


def test_many_sets_and_many_participants_leave_the_df_of_rubin_and_of_the_complete_data():
    rng = np.random.default_rng(3)
    few = pool(rng.normal(size=5), np.ones(5), 1e9)
    assert few.df == pytest.approx(4 / few.missing_information**2, rel=1e-6)
    many = pool(np.tile([-1.0, 1], 50_000), np.ones(100_000), 60)
    assert many.df == pytest.approx(61 / 63 * 60 / 2, rel=1e-3)
    level = pool(rng.normal(size=5), np.ones(5), 1e9, alpha=0.2)
    assert level.ci_high - level.estimate == pytest.approx(stats.t.isf(0.1, level.df) * level.se)


# --- the analysis of the sets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("adjust_for", [(), ("sex",)], ids=["plain", "adjusted"])
def test_the_sets_are_analysed_as_statsmodels_does_one_by_one(gaps, adjust_for):
    made = imputed(gaps("wob_3arm"), ["V1", "V2"], 6, adjust_for=adjust_for)
    people, values = made.trial.people, made.completed("imputation_mar")[:, :, 1]
    design = np.column_stack(
        [
            np.ones(len(people)),
            people["V0"],
            people["arm"] == "forward",
            people["arm"] == "retro",
            *(people[name] == "male" for name in adjust_for),
        ]
    ).astype(float)
    for own, one in zip(made.analysis.residuals(values), values, strict=True):
        fit = OLS(one, design).fit()
        np.testing.assert_allclose(own, fit.resid, atol=1e-9)
        assert made.analysis.df == fit.df_resid
        for column, arm in ((2, "forward"), (3, "retro")):
            assert made.analysis.slope(one, arm) == pytest.approx(fit.params[column], rel=1e-9)
            assert made.analysis.variance((own**2).sum(), arm) ** 0.5 == pytest.approx(fit.bse[column], rel=1e-9)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", ["pain_15v15", "rom_uneven"])
def test_with_nothing_missing_every_strategy_gives_the_ancova(trial, name, strategy):
    data = trial(name).dropna()
    made = imputed(data, VISITS[name][1:], 20, adjust_for=("sex",))
    np.testing.assert_array_equal(
        made.completed(strategy), np.broadcast_to(made.trial.values, made.completed(strategy).shape)
    )
    for place, visit in enumerate(made.trial.visits):
        pooled = made.pooled(strategy, place=place)
        fit = fit_ancova(data, visit, "V0", "control", ("sex",)).differences.loc["retro"]
        assert (pooled.estimate, pooled.se) == pytest.approx((fit["estimate"], fit["se"]), rel=1e-10)
        assert pooled.missing_information == pytest.approx(0, abs=1e-20)
        # Barnard and Rubin's df stay a little below those of the complete data.
        assert pooled.df == pytest.approx((fit["df"] + 1) / (fit["df"] + 3) * fit["df"], rel=1e-10)


def test_covariates_that_cannot_be_told_apart_are_refused(gaps):
    made = imputed(gaps("wob_3arm"), ["V1", "V2"], 2)
    people = made.trial.people.assign(twice=2 * made.trial.people["V0"])
    trial = Incomplete(people, *(getattr(made.trial, name) for name in ("arms", "visits", "values", "own")), 0, 0, ())
    with refused(fact("not_told_apart_from_arms")):
        SetAnalysis.of(trial, "V0", ("twice",))


# --- each strategy, participant by participant ------------------------------------------------------------------------


def mean_of(made: Imputed, draw: int, person: str, arm: str, visit: str) -> float:
    """Return the mean of a participant at a visit in an arm, from the coefficients by name."""
    names = made.fit.fit.coefficients["term"]
    b = dict(zip(names, made.posterior.coefficients[draw], strict=True))
    people = made.trial.people
    total = b["Intercept"] + b["baseline"] * people.loc[person, "V0"]
    total += b.get("covariate sex[T.male]", 0) * (people.loc[person, "sex"] == "male" if "sex" in people else 0)
    first = made.trial.visits[0]
    if visit != first:
        total += b[f"visit[T.{visit}]"] + b[f"baseline:visit[T.{visit}]"] * people.loc[person, "V0"]
    if arm != "control":
        total += b[f"arm[T.{arm}]"] + (b[f"arm[T.{arm}]:visit[T.{visit}]"] if visit != first else 0)
    return total


def course(made: Imputed, draw: int, person: str, values: dict[str, float], strategy: str) -> dict[str, float]:
    """Return the mean of a participant at each visit under a strategy, written as in Carpenter, Roger and Kenward."""
    visits, arm = made.trial.visits, made.trial.people.loc[person, "arm"]
    own = {visit: mean_of(made, draw, person, arm, visit) for visit in visits}
    control = {visit: mean_of(made, draw, person, "control", visit) for visit in visits}
    measured = [visit for visit in visits if not np.isnan(values[visit])]
    if strategy == "imputation_mar":
        return own
    if strategy == "copy_reference" or not measured:
        return control
    mean, last = {}, measured[-1]
    for visit in visits:
        if visits.index(visit) <= visits.index(last):
            mean[visit] = own[visit]
        elif strategy == "jump_to_reference":
            mean[visit] = control[visit]
        else:
            mean[visit] = own[last] + (control[visit] - control[last])
    return mean


def by_precision(
    mean: np.ndarray, sigma: np.ndarray, values: np.ndarray, missing: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance of the missing values given the others, through the inverse of the covariance."""
    inverse = np.linalg.inv(sigma)
    covariance = np.linalg.inv(inverse[np.ix_(missing, missing)])
    moved = covariance @ inverse[np.ix_(missing, ~missing)] @ (values - mean)[~missing]
    return mean[missing] - moved, covariance


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("name", "adjust_for"), [("balance_4post", ("sex",)), ("rom_uneven", ()), ("wob_3arm", ("sex",))]
)
def test_conditional_means_are_those_of_a_loop_over_participants(gaps, name, adjust_for, strategy):
    data, visits = gaps(name), VISITS[name][1:]
    made = imputed(data, visits, 3, adjust_for=adjust_for)
    ours = impute(made.trial, made.posterior, strategy, np.zeros_like(made.normal))
    kinds = set()
    for place, (person, row) in enumerate(data[visits].iterrows()):
        assert made.trial.people.index[place] == person
        missing = row.isna().to_numpy()
        kinds.add("".join("." if gap else "x" for gap in missing))
        np.testing.assert_array_equal(ours[:, place, ~missing], np.tile(row.to_numpy()[~missing], (3, 1)))
        for draw in range(3):
            mean = course(made, draw, person, row.to_dict(), strategy)
            expected, _ = by_precision(
                np.array([mean[visit] for visit in visits]),
                made.posterior.covariance[draw],
                row.to_numpy(),
                missing,
            )
            np.testing.assert_allclose(ours[draw, place, missing], expected, rtol=1e-9, atol=1e-8)
    size = len(visits)
    before = set() if name == "rom_uneven" else {"." * (size - 1) + "x"}
    assert {"." * size, "x" * (size - 1) + "."} | before <= kinds


def test_the_values_drawn_have_the_covariance_that_the_others_leave(gaps):
    data, visits = gaps("balance_4post"), VISITS["balance_4post"][1:]
    made = imputed(data, visits, 2)
    draws = 20_000
    posterior = Posterior(
        np.repeat(made.posterior.coefficients[:1], draws, axis=0),
        np.repeat(made.posterior.covariance[:1], draws, axis=0),
        1.0,
    )
    few = made.trial.missing.any(axis=1).nonzero()[0][:8]
    trial = Incomplete(
        made.trial.people.iloc[few],
        made.trial.arms,
        made.trial.visits,
        made.trial.values[few],
        made.trial.own[few],
        made.trial.reference[few],
        0,
        (),
    )
    normal = np.random.default_rng(2).standard_normal((draws, *trial.values.shape))
    ours = impute(trial, posterior, "jump_to_reference", normal)
    sizes = set()
    for place in range(len(few)):
        missing = trial.missing[place]
        sizes.add(int(missing.sum()))
        _, expected = by_precision(np.zeros(4), posterior.covariance[0], np.zeros(4), missing)
        found = np.atleast_2d(np.cov(ours[:, place, missing].T))
        sd = np.sqrt(np.diagonal(expected))
        np.testing.assert_allclose(found / sd / sd[:, None], expected / sd / sd[:, None], atol=5 / draws**0.5)
    assert len(sizes) > 1


def test_the_control_arm_is_imputed_alike_by_every_strategy_but_for_gaps(gaps):
    made = imputed(gaps("balance_4post"), VISITS["balance_4post"][1:], 4)
    control = (made.trial.people["arm"] == "control").to_numpy()
    assert made.trial.missing[control].any()
    own = made.completed("imputation_mar")
    for strategy in BY_REFERENCE:
        other = made.completed(strategy)
        np.testing.assert_allclose(other[:, control], own[:, control], rtol=1e-12)
        assert not np.allclose(other[:, ~control], own[:, ~control])


# --- who is in it -----------------------------------------------------------------------------------------------------


def test_everybody_randomised_is_imputed_those_without_any_value_too(gaps):
    data, visits = gaps("rom_uneven"), VISITS["rom_uneven"][1:]
    nobody = data[visits].isna().all(axis=1)
    assert nobody.sum() >= 2
    made = imputed(data, visits, 3)
    assert list(made.trial.people.index) == list(data.index)
    assert made.fit.never_measured == nobody.sum()
    assert np.isfinite(made.completed("imputation_mar")).all()
    assert made.trial.left_out == 0


def test_a_missing_baseline_takes_the_mean_over_all_arms_and_a_missing_covariate_leaves_out(gaps):
    data, visits = gaps("rom_uneven"), VISITS["rom_uneven"][1:]
    data.iloc[[3, 12], data.columns.get_loc("V0")] = np.nan
    data.iloc[5, data.columns.get_loc("sex")] = None
    made = imputed(data, visits, 3, adjust_for=("sex",))
    assert made.trial.left_out == 1
    assert data.index[5] not in made.trial.people.index
    known = data.drop(data.index[5])["V0"]
    assert made.trial.people.loc[data.index[[3, 12]], "V0"].to_list() == [pytest.approx(known.mean())] * 2


def test_an_arm_that_the_model_lacks_is_left_out(gaps):
    data = gaps("wob_3arm")
    data.loc[data["arm"] == "forward", "V2"] = np.nan
    made = imputed(data, ["V1", "V2"], 2)
    assert made.trial.arms == ["control", "retro"]
    assert made.trial.left_out == (data["arm"] == "forward").sum()


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(gaps):
    data, visits = gaps("rom_uneven"), VISITS["rom_uneven"][1:]
    one, again, other = (imputed(data, visits, 10, seed).completed("jump_to_reference") for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    filled = imputed(data, visits, 10).trial.missing
    assert (one[:, filled] != other[:, filled]).all()
    np.testing.assert_array_equal(one[:, ~filled], other[:, ~filled])


# --- against the mixed model ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["balance_4post", "wob_3arm"])
def test_imputation_under_missing_at_random_is_the_mixed_model(trial, name):
    data, visits, draws = trial(name), VISITS[name][1:], 3000
    assert data[visits].isna().any(axis=None)
    made = imputed(data, visits, draws)
    for place, visit in enumerate(visits):
        for arm in made.trial.arms[1:]:
            pooled, model = made.pooled("imputation_mar", arm, place), made.fit.differences.loc[(arm, visit)]
            between = pooled.missing_information * pooled.se**2
            # Beyond Monte Carlo error: the draws hold that the covariance is not known, the model puts its estimate in.
            assert abs(pooled.estimate - model["estimate"]) < 5 * (between / draws) ** 0.5 + 0.02 * model["se"]
            assert pooled.se == pytest.approx(model["se"], rel=0.06)


def test_references_bring_the_difference_nearer_to_none_in_their_order(gaps):
    data, visits = gaps("balance_4post"), VISITS["balance_4post"][1:]
    data.loc[data["arm"] == "retro", visits] += 12
    made = imputed(data, visits, 200)
    mar, jump, copy, increments = (
        made.pooled(strategy).estimate
        for strategy in ("imputation_mar", "jump_to_reference", "copy_reference", "copy_increments")
    )
    assert 0 < jump < copy < mar
    assert jump < increments < mar


# --- one visit --------------------------------------------------------------------------------------------------------


def test_with_one_visit_the_three_references_are_one(gaps):
    made = imputed(gaps("pain_15v15"), ["V1"], 400)
    assert made.trial.missing.sum() == 4
    completed = [made.completed(strategy) for strategy in BY_REFERENCE]
    for other in completed[1:]:
        np.testing.assert_array_equal(completed[0], other)
    # Where 13 of 15 follow their arm and 2 the control, about 13 of 15 of the difference is left.
    mar, jump = made.pooled("imputation_mar"), made.pooled("jump_to_reference")
    assert jump.estimate / mar.estimate == pytest.approx(13 / 15, abs=0.05)


def test_with_one_visit_imputing_at_random_is_the_ancova_of_those_measured(gaps):
    data, draws = gaps("pain_15v15"), 4000
    made = imputed(data, ["V1"], draws)
    pooled = made.pooled("imputation_mar")
    fit = fit_ancova(data, "V1", "V0", "control").differences.loc["retro"]
    assert abs(pooled.estimate - fit["estimate"]) < 5 * pooled.se * (pooled.missing_information / draws) ** 0.5
    assert pooled.se == pytest.approx(fit["se"], rel=0.05)


# --- delta and the tipping point --------------------------------------------------------------------------------------


@pytest.fixture
def tipped(gaps) -> tuple[Imputed, np.ndarray, np.ndarray]:
    """A trial that favours the arm, its completed values at the last visit and the arm's imputed ones."""
    data, visits = gaps("balance_4post"), VISITS["balance_4post"][1:]
    data.loc[data["arm"] == "retro", visits[-1]] += 3
    made = imputed(data, visits, 60, adjust_for=("sex",))
    missing = made.trial.missing[:, -1] & (made.trial.people["arm"] == "retro").to_numpy()
    return made, made.completed("imputation_mar")[:, :, -1], missing


@pytest.mark.parametrize("delta", [0.0, -4.0, 2.5, -60.0])
def test_shifted_is_the_analysis_of_the_shifted_values(tipped, delta):
    made, completed, missing = tipped
    people = made.trial.people
    design = np.column_stack(
        [np.ones(len(people)), people["V0"], people["arm"] == "retro", people["sex"] == "male"]
    ).astype(float)
    fits = [OLS(values + delta * missing, design).fit() for values in completed]
    expected = pool(
        np.array([fit.params[2] for fit in fits]), np.array([fit.bse[2] ** 2 for fit in fits]), fits[0].df_resid, 0.1
    )
    ours = shifted(made.analysis, completed, missing, "retro", delta, 0.1)
    for name in ("estimate", "se", "df", "statistic", "p_value", "ci_low", "ci_high", "missing_information"):
        assert getattr(ours, name) == pytest.approx(getattr(expected, name), rel=1e-8), name


def test_at_the_tipping_point_p_is_alpha_and_before_it_below(tipped):
    made, completed, missing = tipped
    tip = tipping_point(made.analysis, completed, missing, "retro", -80.0)
    assert -80 < tip.delta < 0
    there = shifted(made.analysis, completed, missing, "retro", tip.delta)
    assert there.p_value == pytest.approx(0.05, rel=1e-6)
    assert there.ci_low == pytest.approx(0, abs=1e-6)
    assert tip.pooled == replace(there, p_value=0.05, ci_low=0.0)  # as they are by definition, without rounding
    for share in np.linspace(0, 0.99, 12):
        assert shifted(made.analysis, completed, missing, "retro", share * tip.delta).p_value < 0.05
    other = tipping_point(made.analysis, completed, missing, "retro", -80.0, alpha=0.01)
    assert other is None or tip.delta < other.delta <= 0


def test_there_is_no_tipping_point_too_near_the_wrong_way_or_without_a_difference(tipped):
    made, completed, missing = tipped
    tip = tipping_point(made.analysis, completed, missing, "retro", -80.0)
    assert tipping_point(made.analysis, completed, missing, "retro", 0.9 * tip.delta) is None
    unsure = completed - 0.9 * made.pooled("imputation_mar").estimate * (made.trial.people["arm"] == "retro").to_numpy()
    assert tipping_point(made.analysis, unsure, missing, "retro", -80.0) is None
    assert tipping_point(made.analysis, completed, np.zeros_like(missing), "retro", -80.0) is None


# --- a published trial ------------------------------------------------------------------------------------------------

PUBLISHED = {
    "imputation_mar": (-2.82, 1.12),
    "copy_reference": (-2.40, 1.12),
    "jump_to_reference": (-2.14, 1.14),
    "copy_increments": (-2.48, 1.12),
}
DELTAS = [
    (0, -2.79, 0.013),
    (1, -2.55, 0.024),
    (2, -2.31, 0.042),
    (3, -2.06, 0.071),
    (4, -1.82, 0.114),
    (5, -1.58, 0.175),
]


@pytest.fixture(scope="module")
def antidepressant(shared) -> pd.DataFrame:
    """A subset of an antidepressant trial: change of HAMD-17 at four visits."""
    data = pd.read_csv(shared / "trials" / "antidepressant" / "antidepressant_data.csv")
    data = data.assign(visit=data["VISIT"].astype(str))
    people = data.drop_duplicates("PATIENT").set_index("PATIENT")[["THERAPY", "GENDER", "BASVAL"]]
    wide = people.join(data.pivot(index="PATIENT", columns="visit", values="CHANGE"))
    return wide.rename(columns={"THERAPY": "arm"})


def published(data: pd.DataFrame, draws: int, seed: int) -> Imputed:
    about = {"baseline": "BASVAL", "control": "PLACEBO", "adjust_for": ("GENDER",)}
    return imputed(data, ["4", "5", "6", "7"], draws, seed, **about)


def check_published(made: Imputed, estimates: float, errors: float, p_values: float) -> None:
    assert made.analysis.df == 168
    for strategy, (estimate, se) in PUBLISHED.items():
        pooled = made.pooled(strategy, "DRUG")
        assert pooled.estimate == pytest.approx(estimate, abs=estimates), strategy
        assert pooled.se == pytest.approx(se, abs=errors), strategy
    completed = made.completed("imputation_mar")[:, :, -1]
    missing = made.trial.missing[:, -1] & (made.trial.people["arm"] == "DRUG").to_numpy()
    for delta, estimate, p_value in DELTAS:
        pooled = shifted(made.analysis, completed, missing, "DRUG", delta)
        # The published deltas come from one run of 500 draws whose estimate at 0 is .03 from that of 1,000.
        assert pooled.estimate == pytest.approx(estimate, abs=estimates + 0.03), delta
        assert pooled.p_value == pytest.approx(p_value, abs=p_values), delta
    tip = tipping_point(made.analysis, completed, missing, "DRUG", 20.0)
    assert 2.1 < tip.delta < 2.6


def test_with_few_draws_the_published_results_come_close(antidepressant):
    made = published(antidepressant, 300, seed=1)
    # Monte Carlo error of an estimate: sqrt(missing information x variance / draws) = sqrt(.14 x 1.25 / 300) = .024.
    check_published(made, estimates=0.08, errors=0.04, p_values=0.03)
    order = [made.pooled(strategy, "DRUG").estimate for strategy in PUBLISHED]
    mar, copy, jump, increments = order
    assert mar < increments < copy < jump


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_a_thousand_draws_the_published_results_are_met(antidepressant, seed):
    check_published(published(antidepressant, 1000, seed), estimates=0.05, errors=0.03, p_values=0.02)
