"""What cannot be fitted has an error with a name, or a rung of the ladder with its reason."""

from string import Formatter

import numpy as np
import pandas as pd
import pytest

from visitwise import LADDER, MixedModel, Reason, fit_many
from visitwise.errors import (
    EmptyCellError,
    MissingCovariateError,
    NotFittedError,
    NoVariationError,
    RankDeficientError,
    RepeatedVisitError,
    SpecificationError,
    TooFewError,
    VisitwiseError,
)
from visitwise.reasons import WORDS

from .conftest import MMRM, simulate


def people(data: pd.DataFrame, *places: int) -> pd.DataFrame:
    """Return the rows of some of the participants."""
    return data[data["participant"].isin(data["participant"].unique()[list(places)])]


FAULTS = {
    "a column twice under two names": (
        lambda d: d.assign(again=2 * d["baseline"] + 1),
        "value ~ baseline + again + arm * visit",
        RankDeficientError,
        "the coefficient again cannot be told apart",
    ),
    "a factor that says the same": (
        lambda d: d.assign(group=d["arm"]),
        "value ~ arm * visit + group",
        RankDeficientError,
        r"group\[T.retro\] cannot be told apart",
    ),
    "a visit without data in an arm": (
        lambda d: d[~((d["arm"] == "retro") & (d["visit"] == "V2"))],
        MMRM,
        EmptyCellError,
        "there is no value for arm retro, visit V2, so arm:visit cannot be estimated",
    ),
    "fewer values than coefficients": (
        lambda d: people(d, 0, 1, -1),
        MMRM,
        TooFewError,
        "7 values of 3 participants are too few for 9 coefficients",
    ),
    "one participant": (lambda d: people(d, 0), "value ~ 1", TooFewError, "of 1 participants"),
    "no values": (lambda d: d.assign(value=np.nan), MMRM, TooFewError, "no row has a value"),
    "no rows": (lambda d: d.iloc[:0], MMRM, TooFewError, "no row has a value"),
    "a text for a number": (
        lambda d: d.assign(baseline=d["baseline"].astype(str)),
        MMRM,
        SpecificationError,
        "baseline is text with .* different values",
    ),
    "more coefficients than cells": (lambda d: d.iloc[:1], MMRM, TooFewError, "of 1 participants are too few"),
    "an expression that is not finite": (
        lambda d: d.assign(baseline=d["baseline"] - 6),
        "value ~ arm + I(0 / (baseline - baseline))",
        SpecificationError,
        "is not a finite number in row",
    ),
    "no term": (lambda d: d, "value ~ 0", SpecificationError, "has no term"),
    "a visit at which all have the same value": (
        lambda d: d.assign(value=d["value"].where((d["visit"] != "V2") | d["value"].isna(), 7)),
        MMRM,
        NoVariationError,
        "all values at visit V2 are the same",
    ),
    "a constant response": (
        lambda d: d.assign(value=d["value"] * 0 + 3),
        MMRM,
        NoVariationError,
        "does not vary",
    ),
    "a response that the covariates explain": (
        lambda d: d.assign(value=d["value"] * 0 + 2 * d["baseline"]),
        MMRM,
        NoVariationError,
        "does not vary once the fixed effects",
    ),
    "a participant twice at a visit": (
        lambda d: pd.concat([d, d.dropna().head(1)]),
        MMRM,
        RepeatedVisitError,
        "participant P0001 has more than one value at visit V1",
    ),
    "a missing covariate": (
        lambda d: d.assign(baseline=d["baseline"].where(d["participant"] != "P0002")),
        MMRM,
        MissingCovariateError,
        "baseline is missing or infinite in 3 rows that have a value, first for participant P0002 at visit V1",
    ),
    "an infinite covariate": (
        lambda d: d.assign(baseline=d["baseline"].where(d["participant"] != "P0002", np.inf)),
        MMRM,
        MissingCovariateError,
        "missing or infinite",
    ),
    "a missing participant": (
        lambda d: d.assign(participant=d["participant"].where(d["participant"] != "P0002")),
        MMRM,
        MissingCovariateError,
        "participant is missing",
    ),
    "an infinite value": (
        lambda d: d.assign(value=d["value"].where(d["participant"] != "P0002", np.inf)),
        MMRM,
        SpecificationError,
        "infinite value",
    ),
    "a response of text": (
        lambda d: d.assign(value=d["value"].astype(str)),
        MMRM,
        SpecificationError,
        "not a column of numbers",
    ),
    "a misspelt column": (
        lambda d: d,
        "value ~ arms * visit",
        SpecificationError,
        "no column 'arms'.* Did you mean arm",
    ),
    "a column twice": (
        lambda d: pd.concat([d, d[["arm"]]], axis=1),
        MMRM,
        SpecificationError,
        "two columns 'arm'",
    ),
    "a formula with a slip": (lambda d: d, "value ~ arm +* visit", SpecificationError, "cannot be read"),
    "lme4's bar": (
        lambda d: d,
        "value ~ arm + (1 | participant)",
        SpecificationError,
        "given as `covariance`",
    ),
    "mmrm's covariance": (
        lambda d: d,
        "value ~ arm + us(visit | participant)",
        SpecificationError,
        "given as `covariance`",
    ),
    "all other columns": (lambda d: d, "value ~ .", SpecificationError, "names every term"),
    "no table": (lambda d: [1.0, 2.0], MMRM, SpecificationError, "must be a pandas DataFrame, not a list"),
    "no response": (lambda d: d, "arm * visit", SpecificationError, "has no response"),
    "a transformed response": (lambda d: d, "np.log(value) ~ arm", SpecificationError, "must be one column"),
    "an unknown function": (lambda d: d, "value ~ wurzel(arm)", SpecificationError, "cannot be made of the data"),
}


#: {fault: its reason}, where the data are the cause and not the call.
REASONS = {
    "a column twice under two names": Reason("not_told_apart", {"coefficient": "again"}),
    "a factor that says the same": Reason("not_told_apart", {"coefficient": "group[T.retro]"}),
    "a visit without data in an arm": Reason("empty_cell", {"cell": "arm retro, visit V2", "term": "arm:visit"}),
    "fewer values than coefficients": Reason("too_few_values", {"values": 7, "participants": 3, "coefficients": 9}),
    "one participant": Reason("too_few_values", {"values": 2, "participants": 1, "coefficients": 1}),
    "no values": Reason("no_values", {"response": "value"}),
    "no rows": Reason("no_values", {"response": "value"}),
    "a text for a number": Reason("too_many_levels", {"column": "baseline", "levels": 23}),
    "more coefficients than cells": Reason("too_few_values", {"values": 1, "participants": 1, "coefficients": 2}),
    "a visit at which all have the same value": Reason("constant_visit", {"column": "visit", "visit": "V2"}),
    "a constant response": Reason("no_variation"),
    "a response that the covariates explain": Reason("no_variation"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_data_cause_has_a_code_with_its_values(uneven, fault):
    change, formula, error, _ = FAULTS[fault]
    with pytest.raises(error) as caught:
        MixedModel(formula).fit(change(uneven))
    assert caught.value.reason == REASONS.get(fault)
    if fault in REASONS:
        assert str(caught.value) == str(caught.value.reason)
        assert set(caught.value.reason.values) == {
            name for _, name, _, _ in Formatter().parse(WORDS[caught.value.reason.code]) if name
        }


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_a_name_and_says_where(uneven, fault):
    change, formula, error, says = FAULTS[fault]
    with pytest.raises(error, match=says) as caught:
        MixedModel(formula).fit(change(uneven))
    assert isinstance(caught.value, VisitwiseError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"covariance": "ar"}, "'ar' is not a covariance structure. Did you mean ar1"),
        ({"covariance": ("us", "toeplitz")}, "'toeplitz' is not a covariance structure. Did you mean toep"),
        ({"covariance": ()}, "empty"),
        ({"covariance": 5}, "a name or a sequence of names, not 5"),
        ({"covariance": [["us"]]}, "not a covariance structure"),
        ({"group": 3}, "group must be text, not 3"),
        ({"alpha": "0.05"}, "not '0.05'"),
        ({"df": "kr"}, "df may be kenward-roger, satterthwaite, residual, normal, not 'kr'"),
        ({"information": "fisher"}, "information may be observed, expected"),
        ({"alpha": 95}, "between 0 and 1, not 95"),
        ({"group": "visit"}, "has more than one visit"),
    ],
)
def test_options_are_checked(uneven, options, says):
    of_fit = {name: options.pop(name) for name in ("df", "information", "alpha") if name in options}
    with pytest.raises(SpecificationError, match=says):
        MixedModel(MMRM, **options).fit(uneven, **of_fit)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda f: f.contrasts("arm", by="visit", reference="ctrl"), "arm has no level 'ctrl'. Its levels are control"),
        (lambda f: f.contrasts("arms", reference="control"), "'arms' is not a factor of the model"),
        (lambda f: f.contrasts("arm", reference="control", change_from="V1"), "a change needs one factor"),
        (lambda f: f.marginal_means("baseline"), "'baseline' is not a factor"),
        (lambda f: f.marginal_means("arm", by="arm"), "named twice"),
        (lambda f: f.marginal_means([]), "name a factor"),
        (lambda f: f.marginal_means(5), "named by text, not 5"),
        (lambda f: f.contrasts(["arm"], reference="control"), "of one factor"),
        (lambda f: f.joint_test(3), "'3' is not a term"),
        (lambda f: f.linear("abc"), "must be numbers"),
        (lambda f: f.linear([0.0] * 9), "zero throughout"),
        (lambda f: f.linear(pd.DataFrame([[1.0] * 9], columns=list("abcdefghi"))), "must be the coefficients"),
        (lambda f: f.predict({"arm": ["retro"]}), "must be a pandas DataFrame"),
        (lambda f: f.joint_test("arm:baseline"), "not a term of the model. Its terms are baseline, visit, arm"),
        (lambda f: f.linear([1.0, 2.0]), "a finite number for each of 9 coefficients"),
        (lambda f: f.predict(pd.DataFrame({"arm": ["retro"], "visit": ["V1"]})), "no column 'baseline'"),
        (lambda f: f.predict(pd.DataFrame({"arm": ["x"], "visit": ["V1"], "baseline": [1.0]})), "arm is x in row 0"),
        (
            lambda f: f.predict(pd.DataFrame({"arm": ["retro"], "visit": ["V1"], "baseline": [np.nan]})),
            "baseline is nan",
        ),
    ],
)
def test_what_is_asked_of_a_fit_is_checked(fitted, ask, says):
    with pytest.raises(SpecificationError, match=says):
        ask(fitted())


def test_an_arm_alone_has_nothing_to_be_compared_with(uneven):
    fit = MixedModel("value ~ arm * visit").fit(uneven[uneven["arm"] == "control"])
    with pytest.raises(SpecificationError, match="one level only"):
        fit.contrasts("arm", by="visit", reference="control")
    row = fit.joint_test("arm").iloc[0]
    assert np.isnan(row["statistic"])
    assert "one level only" in row["note"]


def test_a_design_belongs_to_its_model(uneven, balance):
    design = MixedModel(MMRM).prepare(uneven)
    assert MixedModel(MMRM, covariance="cs").fit(design).structure == "cs"
    for other in (
        MixedModel("value ~ arm * visit"),
        MixedModel(MMRM, group="arm"),
        MixedModel(MMRM, participant="sex"),
    ):
        with pytest.raises(SpecificationError, match="prepared by another model"):
            other.fit(design)
    two = pd.concat([uneven.assign(trial="a"), uneven.assign(trial="b")])
    with pytest.raises(SpecificationError, match="holds 2 trials: `fit` fits one, `fit_many` all"):
        MixedModel(MMRM).fit(MixedModel(MMRM).prepare(two, "trial"))
    with pytest.raises(RepeatedVisitError, match="many trials below each other are for fit_many"):
        MixedModel(MMRM).fit(two)
    assert fit_many(MixedModel(MMRM), MixedModel(MMRM).prepare(two, "trial")).n_fitted == 2
    with pytest.raises(SpecificationError, match="no column 'simulation' to tell the trials apart"):
        fit_many(MixedModel(MMRM), two, trial="simulation")


def test_a_factor_never_takes_the_place_of_a_number(uneven):
    fit = MixedModel("value ~ estimate * visit").fit(uneven.rename(columns={"arm": "estimate"}))
    with pytest.raises(SpecificationError, match="must not be called estimate"):
        fit.marginal_means("estimate")


def test_text_that_does_not_tell_the_order_of_visits_is_no_lag(uneven):
    named = uneven.assign(visit=uneven["visit"].map({"V1": "post", "V2": "later", "V3": "end"}))
    with pytest.raises(NotFittedError, match="do not tell their order in time") as caught:
        MixedModel(MMRM, covariance="ar1").fit(named)
    assert codes(caught.value.reason.values["tried"]) == [("ar1", "unknown_order")]
    assert MixedModel(MMRM, covariance=LADDER).fit(named).structure == "us"
    ordered = named.assign(visit=pd.Categorical(named["visit"], ["post", "later", "end"]))
    theirs = MixedModel(MMRM, covariance="ar1").fit(uneven)
    assert MixedModel(MMRM, covariance="ar1").fit(ordered).criterion == pytest.approx(theirs.criterion, abs=1e-9)


# --- the ladder ----------------------------------------------------------------------------------------------------------
def codes(attempts):
    """Return each structure that was tried with the code of why it was not fitted, or of its caveat."""
    return [(attempt.structure, attempt.why and attempt.why.code) for attempt in attempts]


def test_too_few_for_an_unstructured_matrix_is_a_rung(uneven):
    few = people(uneven, 0, 1, -2, -1)
    too_few = Reason("too_few_participants", {"participants": 4, "needed": 5})
    with pytest.raises(NotFittedError, match="unstructured: 4 participants, and 5 are needed") as caught:
        MixedModel("value ~ arm + visit").fit(few)
    (attempt,) = caught.value.reason.values["tried"]
    assert (caught.value.reason.code, attempt.why) == ("no_structure", too_few)
    with pytest.raises(NotFittedError) as caught:
        MixedModel("value ~ arm + visit", group="arm").fit(people(uneven, 0, 1, 2, -3, -2, -1))
    (attempt,) = caught.value.reason.values["tried"]
    assert attempt.why == Reason("too_few_in_a_group", {"participants": 3, "needed": 4})
    fit = MixedModel("value ~ arm + visit", covariance=LADDER).fit(few)
    assert (fit.tried[0].why, fit.tried[0].reason) == (too_few, "4 participants, and 5 are needed")
    assert (fit.tried[-1].why, fit.tried[-1].reason) == (None, "")
    assert fit.structure == fit.tried[-1].structure != "us"
    assert [attempt.structure for attempt in fit.tried] == list(LADDER[: len(fit.tried)])
    assert "Not fitted:   unstructured: 4 participants" in fit.summary()


def test_a_covariance_at_its_boundary_is_no_fit():
    data = simulate(12, 3, seed=5, missing=0)
    own = data["participant"].map(
        dict(zip(data["participant"].unique(), np.random.default_rng(1).normal(size=12), strict=True))
    )
    same = data.assign(value=own + data["visit"].str[1].astype(int))
    with pytest.raises(NotFittedError, match="becomes singular") as caught:
        MixedModel("value ~ arm + visit", covariance=LADDER).fit(same)
    assert str(caught.value).count("singular") == len(LADDER)
    assert codes(caught.value.reason.values["tried"]) == [(structure, "singular") for structure in LADDER]


def test_an_unbounded_likelihood_climbs_the_ladder():
    data = simulate(8, 5, seed=3)
    with pytest.raises(NotFittedError, match="unstructured"):
        MixedModel(MMRM).fit(data)
    fit = MixedModel(MMRM, covariance=LADDER).fit(data)
    assert not any(attempt.fitted for attempt in fit.tried[:-1])
    assert all(attempt.reason for attempt in fit.tried[:-1])
    assert np.isfinite(fit.contrasts("arm", by="visit", reference="control")["se"]).all()


def test_rungs_that_are_one_model_are_tried_once():
    same = simulate(8, 2, seed=1, missing=0).assign(value=lambda d: d["participant"].str[1:].astype(float) ** 2)
    with pytest.raises(NotFittedError) as caught:
        MixedModel("value ~ arm + visit", covariance=LADDER).fit(
            same.assign(value=same["value"] + (same["visit"] == "V2"))
        )
    assert "unstructured" in str(caught.value)
    assert "Toeplitz" not in str(caught.value)
    assert "compound symmetry" in str(caught.value)


def test_a_variance_between_participants_of_zero_is_said_and_judged():
    rng = np.random.default_rng(3)
    data = simulate(20, 2, seed=2, missing=0)
    own = data["participant"].map(dict(zip(data["participant"].unique(), rng.normal(size=20), strict=True)))
    against = data.assign(value=own * np.where(data["visit"] == "V1", 1, -1) + rng.normal(size=40) / 2)
    formula = "value ~ arm * visit"
    fit = MixedModel(formula, covariance="random_intercept").fit(against)
    assert fit.caveats == ("the variance between participants is estimated as zero",)
    assert codes(fit.tried) == [("random_intercept", "on_boundary")]
    assert fit.covariance.loc["V1", "V2"] == 0
    # On the boundary the model is that of independent values: least squares, with its degrees of freedom.
    assert fit.coefficients["df"].to_list() == pytest.approx([36.0] * 4)
    symmetric = MixedModel(formula, covariance="cs").fit(against)
    assert symmetric.covariance.loc["V1", "V2"] < 0
    assert symmetric.criterion < fit.criterion
    opposite = data.assign(value=own * np.where(data["visit"] == "V1", 1, -1) + (data["visit"] == "V1"))
    assert MixedModel(formula, covariance="random_intercept").fit(opposite).caveats == fit.caveats
    inside = MixedModel(formula, covariance="random_intercept").fit(data.assign(value=own + data["value"]))
    assert inside.caveats == ()
