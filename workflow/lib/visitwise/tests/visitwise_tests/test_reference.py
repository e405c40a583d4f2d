"""The mixed models against R (mmrm, lme4 with lmerTest and pbkrtest), SAS and a published trial."""

import pandas as pd
import pytest

from visitwise import STRUCTURES, MixedModel

from . import differences
from .conftest import MMRM, post
from .differences import TOLERANCES


@pytest.mark.parametrize(
    ("compared", "rows"),
    [
        (differences.mmrm, 891),
        (differences.clda, 140),
        (differences.random_intercept, 120),
        (differences.continuous_time, 12),
        (differences.emmeans, 55),
    ],
)
def test_every_row_of_r_is_met(compared, rows):
    table = compared()
    assert len(table) == rows
    allowed = table["number"].map(TOLERANCES)
    assert table[~(table["difference"] <= allowed)].empty


def test_every_structure_of_the_reference_is_compared():
    table = differences.mmrm()
    elsewhere = {"random_intercept", "sp_pow", "sp_powh"}
    assert set(table["covariance"]) == set(STRUCTURES) - elsewhere
    assert set(table["trial"]) == {"wob_3arm", "balance_4post", "rom_uneven"}


@pytest.mark.parametrize(
    ("trial", "structure", "df", "statistic", "size", "degrees"),
    [
        ("rom_uneven", "us", "kenward-roger", 15.24393, 2, 15.67628),
        ("rom_uneven", "cs", "kenward-roger", 21.0207, 2, 34.71477),
        ("balance_4post", "us", "kenward-roger", 0.07044333, 3, 55.76342),
        ("rom_uneven", "us", "satterthwaite", 16.58388, 2, 16.60942),
    ],
)
def test_joint_tests_are_those_of_sas_and_lmertest(trial, structure, df, statistic, size, degrees):
    """The values of METHODS."""
    row = MixedModel(MMRM, covariance=structure).fit(post(trial), df).joint_test("visit:arm").iloc[0]
    assert row["df_numerator"] == size
    assert row["statistic"] == pytest.approx(statistic, rel=1e-6)
    assert row["df"] == pytest.approx(degrees, rel=1e-6)


@pytest.mark.parametrize("structure", ["us", "toeph", "ar1h", "csh", "adh", "toep", "ar1", "cs"])
def test_sas_proc_mixed(shared, structure):
    data = pd.read_csv(shared / "trials/fev/fev_data.csv")
    sas = pd.read_csv(shared / "trials/fev/sas_kr_by_covariance.csv")
    name = "arh1" if structure == "ar1h" else structure
    (theirs,) = sas[(sas["ddfm"] == "kr1") & (sas["cov"] == name)].to_dict("records")
    fit = MixedModel("FEV1 ~ ARMCD", "USUBJID", "AVISIT", structure).fit(data)
    (ours,) = fit.contrasts("ARMCD", reference="PBO").to_dict("records")
    # SAS stops 8e-6 above the optimum.
    assert ours["estimate"] == pytest.approx(theirs["Estimate"], rel=5e-5)
    assert ours["se"] == pytest.approx(theirs["StdErr"], rel=2e-4)
    assert ours["df"] == pytest.approx(theirs["DF"], rel=5e-4)


def test_sas_with_the_full_model(shared):
    data = pd.read_csv(shared / "trials/fev/fev_data.csv")
    model = MixedModel("FEV1 ~ RACE + SEX + ARMCD * AVISIT", "USUBJID", "AVISIT")
    fits = {df: model.fit(data, df) for df in ("satterthwaite", "kenward-roger")}
    assert fits["satterthwaite"].criterion == pytest.approx(3386.44987, abs=5e-6)
    rows = {df: fit.coefficients.set_index("term").loc["ARMCD[T.TRT]"] for df, fit in fits.items()}
    assert rows["satterthwaite"]["estimate"] == pytest.approx(3.774414, rel=1e-6)
    assert rows["satterthwaite"]["se"] == pytest.approx(1.074161, rel=1e-6)
    assert rows["satterthwaite"]["df"] == pytest.approx(145.5471, rel=1e-6)
    assert rows["kenward-roger"]["se"] == pytest.approx(1.081778, rel=1e-6)


def test_a_published_trial(shared):
    data = pd.read_csv(shared / "trials/antidepressant/antidepressant_data.csv")
    model = MixedModel("CHANGE ~ GENDER + BASVAL * VISIT + THERAPY * VISIT", "PATIENT", "VISIT")
    fit = model.fit(data, "satterthwaite")
    row = fit.contrasts("THERAPY", by="VISIT", reference="PLACEBO").set_index("VISIT").loc[7]
    assert row["estimate"] == pytest.approx(-2.828698, rel=1e-6)
    assert row["se"] == pytest.approx(1.116586, rel=1e-6)
    assert row["df"] == pytest.approx(150.7052, rel=1e-6)
    assert fit.n_participants == 172
