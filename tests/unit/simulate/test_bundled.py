"""The bundled cohorts are what their abstracts report, on the files as committed.

The files are read with pandas and tested with scipy, statsmodels and pingouin, not with the generator's statistics.
"""

from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin as pg
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from retrowalk.errors import RetrowalkError
from retrowalk.plan.read import load_plan
from retrowalk.simulate import bundled, draws, make_bundled
from retrowalk.simulate.cohort_design import FOLDER, Limits, bundled_designs, read_design
from retrowalk.simulate.draws import draw_until

pytestmark = pytest.mark.numeric

ROOT = Path(__file__).resolve().parents[3]
COHORTS = ["dufek2011", "ansari2020", "krishnan2021", "goonasegaran2022"]
FILES = {
    "dufek2011": "dufek2011_synthetic.xlsx",
    "ansari2020": "ansari2020_synthetic.csv",
    "krishnan2021": "krishnan2021_synthetic_redcap.csv",
    "goonasegaran2022": "goonasegaran2022_synthetic_long.csv",
}
# pingouin 0.7 calls pandas in a way that pandas 3 will drop.
quiet = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.dropna:DeprecationWarning")
STRIDE = ["Stride length", "Stride rate", "Velocity"]
KOOS_AND_TESTS = ["koos_pain", "koos_symptoms", "koos_adl", "tug_s", "chair_stands"]


@cache
def plan():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return load_plan()


def read(cohort, **how):
    path = ROOT / "data" / cohort / FILES[cohort]
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine="openpyxl", sheet_name="measurements", keep_default_na=False, **how)
    return pd.read_csv(path, keep_default_na=False, **how)


def raw(cohort):
    """The file, every cell as text."""
    return read(cohort, dtype=str)


def numbers(cohort):
    """The file, missing values as NaN."""
    return read(cohort, na_values=["", "n/a", "NA"])


def measured(cohort):
    """Arm, visit, outcome, value of every value taken, by the columns and labels of the cohort's YAML."""
    table, described = raw(cohort), plan().cohorts[cohort]
    columns = described.intake.columns
    participant, arm = columns.participant, columns.arm
    arms = table[table[arm] != ""].drop_duplicates(participant).set_index(participant)[arm]
    parts = []
    for name, outcome in described.intake.outcomes.items():
        if outcome.column:
            visits = {text: visit for visit, (text,) in described.intake.visits.items()}
            part = pd.DataFrame({"visit": table[columns.visit].map(visits), "value": table[outcome.column]})
            parts.append(part.assign(participant=table[participant], outcome=name))
        for visit, column in outcome.columns.items():
            part = pd.DataFrame({"participant": table[participant], "value": table[column]})
            parts.append(part.assign(visit=visit, outcome=name))
    long = pd.concat(parts)
    long = long[~long["value"].isin(["", *described.intake.missing])]
    return long.assign(arm=long["participant"].map(arms), value=long["value"].astype(float))


def paired(cohort, before, after):
    """Complete pairs of two columns, with the first two columns of the file."""
    table = numbers(cohort)
    pairs = table[[table.columns[0], table.columns[1], before, after]].set_axis(["id", "arm", "pre", "post"], axis=1)
    return pairs.dropna()


def of_goonasegaran(outcome):
    """Complete pairs of one outcome."""
    table = numbers("goonasegaran2022")
    pairs = table.pivot(index=["participant", "allocation"], columns="week", values=outcome).dropna()
    return pairs.set_axis(["pre", "post"], axis=1).reset_index().rename(columns={"allocation": "arm"})


def mixed_anova(pairs):
    """p of arm, visit and interaction."""
    long = pairs.melt(id_vars=["id", "arm"], value_vars=["pre", "post"], var_name="visit")
    table = pg.mixed_anova(long, dv="value", within="visit", subject="id", between="arm")
    return dict(zip(["arm", "visit", "interaction"], table["p_unc"], strict=True))


def split(pairs, column, retro):
    return pairs.loc[pairs["arm"] == retro, column], pairs.loc[pairs["arm"] != retro, column]


def ancova(pairs, retro):
    """The adjusted difference and its p."""
    fit = smf.ols("post ~ pre + retro", pairs.assign(retro=(pairs["arm"] == retro).astype(int))).fit()
    return fit.params["retro"], fit.pvalues["retro"]


def baseline_difference(pairs, retro):
    return pg.compute_effsize(*split(pairs, "pre", retro), eftype="cohen")


# --- every cohort -----------------------------------------------------------------------------------------------------


def test_the_seed_gives_the_committed_bytes(tmp_path):
    written = make_bundled(plan().analysis.seed, tmp_path)
    assert written == [tmp_path / cohort / FILES[cohort] for cohort in COHORTS]
    for cohort, path in zip(COHORTS, written, strict=True):
        assert path.read_bytes() == (ROOT / "data" / cohort / FILES[cohort]).read_bytes(), cohort
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)


def test_another_seed_gives_other_data(tmp_path):
    for path in make_bundled(plan().analysis.seed + 1, tmp_path):
        assert path.read_bytes() != (ROOT / "data" / path.parent.name / path.name).read_bytes()


def test_nothing_is_written_when_a_requirement_is_not_met(tmp_path, monkeypatch):
    first, second, *_ = bundled_designs()
    impossible = replace(second, require={"age": {"mean": Limits(above=100)}})
    monkeypatch.setattr(bundled, "bundled_designs", lambda: [replace(first, require={}), impossible])
    monkeypatch.setattr(draws, "draw_until", partial(draw_until, most=20))
    with pytest.raises(RetrowalkError, match=r'^ansari2020, age: none of .*"age: mean above 100" failed in'):
        make_bundled(1, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_constraint_that_is_not_met_is_named():
    rng = np.random.default_rng(1)
    constraints = {"positive": lambda value: value > 0, "above 100": lambda value: value > 100}
    with pytest.raises(RetrowalkError, match=r'^pain: none of 50 draws .*"above 100" failed in \d+'):
        draw_until(rng.standard_normal, constraints, "pain", most=50)


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_file_is_as_its_yaml_says(cohort):
    described = plan().cohorts[cohort]
    table, values = raw(cohort), measured(cohort)
    intake = described.intake
    assert intake.files == (f"data/{cohort}/{FILES[cohort]}",)
    assert table[intake.columns.participant].str.startswith("SYN").all()
    assert set(table[intake.columns.arm]) - {""} == set(intake.arms.values())
    for covariate in intake.covariates.values():
        said = set(table[covariate.column]) - {""}
        assert said <= set(covariate.levels) if covariate.levels else all(float(text) > 0 for text in said)
    assert not values.isna().any(axis=None)
    assert set(values["visit"]) == {visit.name for visit in described.visits}
    assert set(values["outcome"]) == {outcome.name for outcome in described.outcomes}


@pytest.mark.parametrize("cohort", COHORTS)
def test_values_are_on_their_instruments(cohort):
    values = measured(cohort)
    for outcome in plan().cohorts[cohort].outcomes:
        of_outcome = values[values["outcome"] == outcome.name]
        low = -np.inf if outcome.low is None else outcome.low
        high = np.inf if outcome.high is None else outcome.high
        assert of_outcome["value"].between(low, high).all(), outcome.name
        steps = of_outcome["value"] / outcome.resolution
        np.testing.assert_allclose(steps, steps.round(), atol=1e-6, err_msg=outcome.name)
        at_limit = of_outcome["value"].isin([low, high]).groupby([of_outcome["arm"], of_outcome["visit"]]).mean()
        assert at_limit.max() < 0.15, outcome.name


@pytest.mark.parametrize("design", bundled_designs(), ids=lambda design: design.name)
def test_designs_state_the_limits_of_the_instruments(design):
    by_column = {}
    cohort = plan().cohorts[design.name]
    for outcome in cohort.outcomes:
        source = cohort.intake.outcomes[outcome.name]
        column = source.column or source.columns["baseline"].removesuffix(" pre")
        column = outcome.name if design.name == "ansari2020" else column
        by_column[column] = (outcome.low, outcome.high, outcome.resolution)
    for outcome in design.trial.outcomes:
        assert by_column[outcome.name] == (outcome.low, outcome.high, outcome.resolution), outcome.name


@pytest.mark.parametrize(
    ("line", "edited", "message"),
    [
        ("    loading: -0.45", "    loaded: -0.45", "loaded"),
        ("treated: RW+CE", "treatment: RW+CE", "treatment"),
        ("      ancova_p: {below: 0.05}", "      ancova_p: {under: 0.05}", "under"),
        ("weeks: [0, 4]", "weeks: [0, 4, 8]", "pain: give a mean at each of the 3 visits"),
    ],
)
def test_a_design_with_a_fault_is_refused(tmp_path, line, edited, message):
    text = (FOLDER / "ansari2020.yaml").read_text(encoding="utf-8")
    assert f"{line}\n" in text
    (tmp_path / "ansari2020.yaml").write_text(text.replace(f"{line}\n", f"{edited}\n"), encoding="utf-8")
    with pytest.raises((TypeError, ValueError), match=message):
        read_design(tmp_path / "ansari2020.yaml")


@pytest.mark.parametrize(
    ("limits", "inside", "outside"),
    [
        (Limits(above=1, at_most=2), (1.01, 2), (1, 2.01)),
        (Limits(at_least=1, below=2), (1, 1.99), (0.99, 2)),
        (Limits(reported=3.9), (3.86, 3.94), (3.84, 3.96)),
        (Limits(reported=58.41), (58.409, 58.411), (58.4, 58.42)),
        (Limits(), (-1e9, 0), (float("nan"),)),
    ],
    ids=str,
)
def test_limits_include(limits, inside, outside):
    assert all(map(limits.include, inside))
    assert not any(map(limits.include, outside))


# --- dufek2011 --------------------------------------------------------------------------------------------------------


def test_dufek_says_that_it_is_synthetic():
    about = pd.read_excel(
        ROOT / "data/dufek2011" / FILES["dufek2011"], engine="openpyxl", sheet_name="about", header=None
    )
    assert "SYNTHETIC" in about.iloc[0, 0]


def test_dufek_groups():
    table = numbers("dufek2011")
    assert table["Group"].value_counts().to_dict() == {"LBP": 5, "Healthy": 5}
    assert table["Subject"].is_unique
    assert table["Age"].between(18, 25).all()


def test_dufek_changes_as_reported():
    reported = {"Sagittal ROM": (3.9, 1.6), "Coronal ROM": (5.0, 4.2), "Shock attenuation": (-17.2, 5.9)}
    other_way = []
    for name, (mean, sd) in reported.items():
        pairs = paired("dufek2011", f"{name} pre", f"{name} post")
        assert len(pairs) == 10
        change = (pairs["post"] - pairs["pre"]).round(1)
        common = np.sign(change) == np.sign(mean)
        assert common.sum() == 9
        assert (change[~common] != 0).all()
        assert (round(change[common].mean(), 1), round(change[common].std(), 1)) == (mean, sd)
        other_way += list(pairs.loc[~common, "id"])
    assert len(other_way) == 3
    assert len(set(other_way)) == 1


def test_dufek_pain():
    table = raw("dufek2011")
    healthy = table["Group"] == "Healthy"
    assert (table.loc[healthy, ["Pain pre", "Pain post"]] == "n/a").all(axis=None)
    pain = table.loc[~healthy, ["Pain pre", "Pain post"]].astype(int)
    assert (pain["Pain post"] < pain["Pain pre"]).all()


@quiet
@pytest.mark.parametrize("name", STRIDE)
def test_dufek_stride_differs_between_groups_and_over_time(name):
    pairs = paired("dufek2011", f"{name} pre", f"{name} post")
    assert len(pairs) == 9
    p = mixed_anova(pairs)
    assert p["arm"] < 0.05
    assert p["visit"] < 0.05
    # Type III, as SPSS gives it: the groups weigh equally although one has lost a participant.
    change = pairs.assign(change=pairs["post"] - pairs["pre"])
    assert smf.ols("change ~ C(arm, Sum)", change).fit().pvalues["Intercept"] < 0.05


def test_dufek_one_participant_has_no_stride_at_week_3():
    table = raw("dufek2011")
    missing = table[[f"{name} post" for name in STRIDE]] == "n/a"
    assert missing.all(axis=1).sum() == missing.any(axis=1).sum() == 1
    assert not (table[[f"{name} pre" for name in STRIDE]] == "n/a").any(axis=None)


@pytest.mark.parametrize("when", ["pre", "post"])
def test_dufek_velocity_is_length_times_rate(when):
    length, rate, velocity = (numbers("dufek2011")[f"{name} {when}"] for name in STRIDE)
    # Half a unit of each last digit: 0.005 m, 0.05 strides/min, 0.005 m/s.
    within = 0.005 + (0.005 * rate + 0.05 * length) / 60
    assert ((velocity - length * rate / 60).abs().dropna() <= within.dropna()).all()


# --- ansari2020 -------------------------------------------------------------------------------------------------------


def test_ansari_arms():
    table = raw("ansari2020")
    assert table["group"].value_counts().to_dict() == {"RW+CE": 15, "CE": 15}
    assert table["id"].is_unique
    assert not (table == "").any(axis=None)
    assert table["age"].astype(int).between(18, 28).all()


@pytest.mark.parametrize(("outcome", "direction"), [("vas", -1), ("sebt", 1)])
def test_ansari_pain_and_balance_differ_as_reported(outcome, direction):
    pairs = paired("ansari2020", f"{outcome}_pre", f"{outcome}_post")
    retro, control = split(pairs, "post", "RW+CE")
    assert 0.0025 <= stats.ttest_ind(retro, control).pvalue < 0.0035
    assert np.sign(retro.mean() - control.mean()) == direction
    difference, p = ancova(pairs, "RW+CE")
    assert np.sign(difference) == direction
    assert p < 0.05


@pytest.mark.parametrize("outcome", ["schober", "sorensen"])
def test_ansari_flexion_and_endurance_do_not(outcome):
    pairs = paired("ansari2020", f"{outcome}_pre", f"{outcome}_post")
    assert stats.ttest_ind(*split(pairs, "post", "RW+CE")).pvalue > 0.10
    assert ancova(pairs, "RW+CE")[1] > 0.05


@pytest.mark.parametrize("outcome", ["vas", "schober", "sorensen", "sebt"])
def test_ansari_arms_are_alike_at_baseline(outcome):
    assert abs(baseline_difference(paired("ansari2020", f"{outcome}_pre", f"{outcome}_post"), "RW+CE")) < 0.5


# --- krishnan2021 -----------------------------------------------------------------------------------------------------

EVENTS = ["baseline_arm_1", "week_3_arm_1", "week_6_arm_1"]
OF_A_PERSON = ["arm", "age", "sex", "bmi", "withdrawn_after", "withdrawal_reason"]


def krishnan_people():
    table = raw("krishnan2021")
    return table[table["redcap_event_name"] == "baseline_arm_1"].set_index("record_id")


def krishnan_attended():
    """A row a participant, a bool column an event."""
    table = raw("krishnan2021")
    return pd.crosstab(table["record_id"], table["redcap_event_name"])[EVENTS].astype(bool)


def test_krishnan_is_a_redcap_export():
    table, people = raw("krishnan2021"), krishnan_people()
    assert people["arm"].value_counts().to_dict() == {"1": 30, "2": 30}
    assert (people[["arm", "age", "sex", "bmi"]] != "").all(axis=None)
    assert set(people["sex"]) == {"1", "2"}
    assert people["age"].astype(int).between(45, 70).all()
    later = table[table["redcap_event_name"] != "baseline_arm_1"]
    assert (later[OF_A_PERSON] == "").all(axis=None)
    assert not table.duplicated(["record_id", "redcap_event_name"]).any()


def test_krishnan_withdrawals():
    people, attended = krishnan_people(), krishnan_attended()
    withdrew = people[people["withdrawn_after"] != ""]
    assert 6 <= len(withdrew) <= 9
    assert set(withdrew["arm"]) == {"1", "2"}
    assert set(withdrew["withdrawn_after"]) == set(EVENTS[:2])
    assert ((people["withdrawal_reason"] != "") == (people["withdrawn_after"] != "")).all()
    for participant, last in withdrew["withdrawn_after"].items():
        assert attended.loc[participant].tolist() == [event <= last for event in EVENTS]
    stayed = people.index.difference(withdrew.index)
    assert attended.loc[stayed, ["baseline_arm_1", "week_6_arm_1"]].all(axis=None)
    assert 1 <= (~attended.loc[stayed, "week_3_arm_1"]).sum() <= 2


def test_krishnan_withdrawals_follow_pain():
    pain = numbers("krishnan2021").pivot(index="record_id", columns="redcap_event_name", values="vas")
    last = krishnan_people()["withdrawn_after"].reindex(pain.index)
    for event, following in pairwise(EVENTS):
        going_on = pain[following].notna()
        assert pain.loc[last == event, event].mean() > pain.loc[going_on, event].mean()


def test_krishnan_one_value_is_missing():
    assert (raw("krishnan2021")[["vas", "womac_function"]] == "").sum().sum() == 1


@pytest.mark.parametrize("outcome", ["vas", "womac_function"])
def test_krishnan_moderate_advantage_of_retro_walking(outcome):
    table = numbers("krishnan2021")
    arms = table["record_id"].map(krishnan_people()["arm"])
    at_end = table[table["redcap_event_name"] == "week_6_arm_1"]
    retro, control = (at_end.loc[arms[at_end.index] == arm, outcome] for arm in ("1", "2"))
    assert -0.6 < pg.compute_effsize(retro, control, eftype="cohen") < -0.4


# --- goonasegaran2022 -------------------------------------------------------------------------------------------------


def test_goonasegaran_people():
    people = numbers("goonasegaran2022").drop_duplicates("participant")
    assert people["allocation"].value_counts().to_dict() == {"retro": 17, "forward": 17}
    age = people["age"]
    assert (age % 1 == 0).all()
    assert age.between(45, 70).all()
    assert (round(age.mean(), 2), round(age.std(), 2)) == (58.41, 5.93)


def test_goonasegaran_withdrawals_and_missing():
    table = raw("goonasegaran2022")
    withdrew = table[table["last_visit"] != ""]
    assert sorted(withdrew["allocation"]) == ["forward", "retro"]
    assert withdrew["last_visit"].tolist() == withdrew["week"].tolist() == ["0", "0"]
    assert ((table["reason"] != "") == (table["last_visit"] != "")).all()
    assert set(table.loc[table["week"] == "12", "participant"]) == set(table["participant"]) - set(
        withdrew["participant"]
    )
    assert not table.duplicated(["participant", "week"]).any()
    missing = table[KOOS_AND_TESTS] == "NA"
    assert missing.sum().sum() == 1
    assert table.loc[missing["tug_s"], "week"].tolist() == ["12"]


@pytest.mark.parametrize("outcome", KOOS_AND_TESTS)
def test_goonasegaran_every_arm_improves(outcome):
    pairs = of_goonasegaran(outcome)
    better = -1 if outcome == "tug_s" else 1
    for arm in ("retro", "forward"):
        of_arm = pairs[pairs["arm"] == arm]
        assert stats.ttest_rel(of_arm["post"], of_arm["pre"]).pvalue < 0.05
        assert better * (of_arm["post"] - of_arm["pre"]).mean() > 0


@quiet
@pytest.mark.parametrize("outcome", KOOS_AND_TESTS)
def test_goonasegaran_arms_do_not_differ(outcome):
    pairs = of_goonasegaran(outcome)
    assert stats.ttest_ind(*split(pairs, "post", "retro")).pvalue > 0.10
    assert ancova(pairs, "retro")[1] > 0.10
    assert mixed_anova(pairs.rename(columns={"participant": "id"}))["interaction"] > 0.10


@pytest.mark.parametrize("outcome", KOOS_AND_TESTS)
def test_goonasegaran_effect_sizes_are_larger_with_retro_walking_but_for_the_chair_stand(outcome):
    pairs = of_goonasegaran(outcome)
    retro, forward = split(pairs.assign(change=pairs["post"] - pairs["pre"]), "change", "retro")
    larger = abs(retro.mean() / retro.std()) > abs(forward.mean() / forward.std())
    assert larger == (outcome != "chair_stands")
