"""Rows about participants one by one: responders and reliable change, by counting."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.unit.cells import caveats, values, with_caveat
from tests.unit.model.cohorts import context, outcome

from retrowalk.estimates import pick, tabulate
from retrowalk.facts import fact
from retrowalk.model.context import Context
from retrowalk.model.participants import reliable_change, responders
from retrowalk.model.responders import number_needed, relative_risk, risk_difference, share
from retrowalk.plan.trial import Threshold
from retrowalk.vocabulary import ABOUT_ONE

pytestmark = pytest.mark.numeric

POINTS = Threshold(5.0, percent=False, source="the plan")
PERCENT = Threshold(10.0, percent=True, source="a paper", interval="wald")
BOTH = ("observed", "missing_as_nonresponders")


def table(rows: list[dict]) -> pd.DataFrame:
    return tabulate({"cohort": "x", **row} for row in rows)


def about(data: pd.DataFrame | None = None, name: str = "wob_3arm", outcomes: dict | None = None, **more) -> Context:
    made = context(name, data=data, **more)
    return replace(made, outcome=replace(made.outcome, **{"responders": (POINTS, PERCENT), **(outcomes or {})}))


def counted(data: pd.DataFrame, arm: str, visit: str, better: int, threshold: Threshold) -> tuple[int, int, int]:
    """Return responders, those judged and everybody of an arm, one by one."""
    count = judged = 0
    mine = data[data["arm"] == arm]
    for _, row in mine.iterrows():
        gain = better * (row[visit] - row["V0"])
        if math.isnan(gain) or (threshold.percent and row["V0"] == 0):
            continue
        judged += 1
        needed = threshold.value / 100 * abs(row["V0"]) if threshold.percent else threshold.value
        count += gain >= needed - 1e-9
    return int(count), judged, len(mine)


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_responders_are_counted_by_arm_visit_threshold_and_handling(better):
    made = about(outcomes={"better": better})
    rows = table(responders(made))
    for threshold, size in ((POINTS, "5_points"), (PERCENT, "10_percent")):
        for visit in ("V1", "V2"):
            for arm in ("control", "forward", "retro"):
                count, judged, everybody = counted(made.data, arm, visit, 1 if better == "higher" else -1, threshold)
                assert judged < everybody or visit == "V1"
                for handling, n in zip(BOTH, (judged, everybody), strict=True):
                    mine = pick(rows, arm=arm, visit=visit, reference_arm="").set_index("term")
                    one = share(count, n)
                    row = mine.loc[f"share:{size}:{handling}"]
                    numbers = (row["estimate"], row["ci_low"], row["ci_high"])
                    assert numbers == pytest.approx((one.value, one.low, one.high))
                    assert mine.loc[f"responders:{size}:{handling}", "estimate"] == count
                    how = {"threshold": threshold.value, "percent": threshold.percent, "handling": handling}
                    assert row["method"] == fact("share_of_responders", **how).cell
                    counting = fact("count_of_responders", **how)
                    assert mine.loc[f"responders:{size}:{handling}", "method"] == counting.cell
                    assert row["n"] == row["n_arm"] == n


# FAULT found here and mended: Wald's interval, on request, ended the whole cohort with a TypeError (numpy's bool times a list).
def test_arms_are_compared_by_difference_ratio_and_number():
    made = about()
    rows = table(responders(made))
    for threshold, size in ((POINTS, "5_points"), (PERCENT, "10_percent")):
        count, judged, _ = counted(made.data, "retro", "V2", -1, threshold)
        count_control, judged_control, _ = counted(made.data, "control", "V2", -1, threshold)
        arm, control = share(count, judged), share(count_control, judged_control)
        difference = risk_difference(arm, control, interval=threshold.interval)
        expected = {
            "risk_difference": difference,
            "relative_risk": relative_risk(arm, control),
            "number_needed_to_treat": number_needed(difference),
        }
        mine = pick(rows, arm="retro", visit="V2", reference_arm="control").set_index("term")
        for measure, contrast in expected.items():
            row = mine.loc[f"{measure}:{size}:observed"]
            numbers = (row["estimate"], row["ci_low"], row["ci_high"])
            assert numbers == pytest.approx((contrast.value, contrast.low, contrast.high))
            assert row[["n", "n_arm", "n_reference"]].to_list() == [judged + judged_control, judged, judged_control]
        through = difference.low < 0 < difference.high
        number = mine.loc[f"number_needed_to_treat:{size}:observed"]
        assert ("interval_through_infinity" in caveats(number["caveats"])) == through
        how = {"threshold": threshold.value, "percent": threshold.percent, "handling": "observed"}
        assert number["method"] == fact("number_needed_to_treat", **how).cell
        assert mine.loc[f"relative_risk:{size}:observed", "method"] == fact("relative_risk", **how).cell
        method = fact("risk_difference", interval=threshold.interval, **how)
        assert mine.loc[f"risk_difference:{size}:observed", "method"] == method.cell


def test_every_row_of_responders_says_its_threshold_and_points_to_the_mean():
    rows = table(responders(about()))
    sizes = {"5_points": POINTS, "10_percent": PERCENT}
    for row in rows.itertuples():
        _, size, handling = row.term.split(":")
        told = caveats(row.caveats)
        told.pop("interval_through_infinity", None)
        assert told == {
            "handling": {"handling": handling},
            "threshold_source": {"threshold": sizes[size].value, "percent": sizes[size].percent},
            "read_beside_mean": {},
        }
    shares = rows["reference_arm"] == ""
    assert set(rows.loc[shares, "role"]) == {"descriptive"}
    assert set(rows.loc[~shares, "role"]) == {"sensitivity"}
    units = rows.assign(measure=rows["term"].str.split(":").str[0]).groupby("measure")["unit"].unique()
    assert {name: list(unit) for name, unit in units.items()} == {
        "number_needed_to_treat": ["participants"],
        "relative_risk": [""],
        "responders": ["participants"],
        "risk_difference": ["proportion"],
        "share": ["proportion"],
    }


def test_without_a_responder_ratio_and_number_say_why():
    made = about()
    data = made.data.assign(V2=made.data["V0"])
    rows = table(responders(replace(made, data=data)))
    mine = pick(rows, arm="retro", visit="V2", reference_arm="control").set_index("term")
    assert mine.loc["risk_difference:5_points:observed", "estimate"] == 0
    ratio, number = (mine.loc[f"{name}:5_points:observed"] for name in ("relative_risk", "number_needed_to_treat"))
    assert math.isnan(ratio["estimate"])
    assert math.isnan(number["estimate"])
    assert ratio["reason"] == fact("nobody_responded").cell
    assert number["reason"] == fact("shares_are_the_same").cell


def test_an_arm_that_nobody_measured_has_no_share_among_those_observed():
    made = about()
    gone = made.data["V2"].where(made.data["arm"] != "forward")
    rows = table(responders(replace(made, data=made.data.assign(V2=gone))))
    mine = pick(rows, arm="forward", visit="V2")
    assert mine["term"].str.endswith("missing_as_nonresponders").all()
    assert pick(mine, term="share:5_points:missing_as_nonresponders")["estimate"].to_list() == [0]


def test_a_control_arm_that_nobody_measured_leaves_no_comparison_among_those_observed():
    made = about()
    gone = made.data["V2"].where(made.data["arm"] != "control")
    rows = table(responders(replace(made, data=made.data.assign(V2=gone))))
    compared = pick(rows, visit="V2", reference_arm="control")
    assert compared["term"].str.endswith("missing_as_nonresponders").all()


def test_no_responders_without_a_threshold_or_a_direction():
    assert responders(context()) == []
    assert responders(about(outcomes={"better": "neither"})) == []


# --- reliable change --------------------------------------------------------------------------------------------------


def measured(error: float = 4.0, data: pd.DataFrame | None = None, **more) -> Context:
    return about(data, outcomes={"measurement_error": error, "measurement_error_source": "a paper", **more})


@pytest.mark.parametrize(("better", "sign"), [("lower", -1), ("higher", 1)])
def test_reliable_change_is_counted_by_arm_and_adds_up(better, sign):
    made = measured(better=better)
    rows = table(reliable_change(made))
    for visit in ("V1", "V2"):
        change = (made.data[visit] - made.data["V0"]).dropna()
        for arm in ("control", "forward", "retro"):
            mine = change[made.data.loc[change.index, "arm"] == arm] * sign
            counts = pick(rows, arm=arm, visit=visit).set_index("term")["estimate"]
            expected = {
                "improved": sum(c > 4 + 1e-9 for c in mine),
                "worsened": sum(c < -4 - 1e-9 for c in mine),
                "within_error": sum(abs(c) <= 4 + 1e-9 for c in mine),
            }
            assert counts.to_dict() == expected
            assert counts.sum() == len(mine) == pick(rows, arm=arm, visit=visit)["n"].iloc[0]
    assert set(rows["role"]) == {"descriptive"}
    assert rows["caveats"].map(caveats).to_list() == [{"measurement_error_source": {}, "one_person": {}}] * len(rows)
    assert set(rows["method"]) == {fact("count_beyond_error", error=4.0).cell}
    assert not rows["term"].str.startswith(ABOUT_ONE).any()


# FAULT found here and mended: 2.2 - 1.2 is 1.0000000000000002, which was more than an error of 1.
@pytest.mark.parametrize(("before", "after"), [(1.2, 2.2), (2.2, 1.2), (8.3, 9.3), (0.1, 1.1), (64.1, 65.1)])
def test_a_change_equal_to_the_error_does_not_exceed_it(before, after):
    data = pd.DataFrame({"arm": ["control", "retro"], "V0": before, "V1": after}, index=["A", "B"])
    made = measured(1.0, name_data(data))
    counts = pick(table(reliable_change(made)), arm="retro", visit="V1").set_index("term")["estimate"]
    assert counts.to_dict() == {"improved": 0, "worsened": 0, "within_error": 1}
    outside = measured(1.0, name_data(data.assign(V1=data["V1"] + 0.1 * np.sign(after - before))))
    counts = pick(table(reliable_change(outside)), arm="retro", visit="V1").set_index("term")["estimate"]
    assert counts["within_error"] == 0


def name_data(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(V2=np.nan)


def test_without_randomisation_participants_are_told_one_by_one():
    data = context("tiny_5v5").data
    made = context("tiny_5v5", randomised=False, design="comparison")
    made = replace(made, outcome=outcome(primary_visit="V1", measurement_error=3.0, measurement_error_source="a paper"))
    rows = table(reliable_change(made))
    single = rows[rows["term"].str.startswith(ABOUT_ONE)].set_index("term")
    assert len(single) == len(data)
    for person, row in data.iterrows():
        mine = single.loc[f"{ABOUT_ONE}{person}"]
        change = row["V1"] - row["V0"]
        assert mine["estimate"] == pytest.approx(change)
        assert (mine["arm"], mine["n"], mine["role"]) == (row["arm"], 1, "descriptive")
        kind = "within_error" if abs(change) <= 3 else "improved" if change < 0 else "worsened"
        told = {"changed_as": {"kind": kind}, "measurement_error_source": {}, "one_person": {}}
        assert caveats(mine["caveats"]) == told
        assert list(caveats(mine["caveats"])) == list(told)
        assert mine["method"] == fact("one_beyond_error", error=3.0).cell


def test_without_a_direction_changes_are_up_or_down():
    rows = table(reliable_change(measured(better="neither")))
    assert set(rows["term"]) == {"increased", "decreased", "within_error"}


def test_no_reliable_change_without_an_error():
    assert reliable_change(context()) == []


def test_walds_interval_without_width_becomes_newcombes():
    made = about(outcomes={"responders": (Threshold(1000.0, percent=True, source="x", interval="wald"),)})
    rows = table(responders(made)).query("term == 'risk_difference:1000_percent:observed'")
    assert (rows["estimate"] == 0).all()
    assert (rows["ci_low"] < 0).all()
    assert (rows["ci_high"] > 0).all()
    assert {values(method)["interval"] for method in rows["method"]} == {"newcombe"}


def test_a_baseline_of_zero_has_no_percentage_and_says_so():
    made = about()
    zeros = made.data.assign(V0=made.data["V0"].where(np.arange(len(made.data)) > 1, 0.0))
    rows = table(responders(replace(made, data=zeros)))
    percent = rows["term"].str.contains("10_percent")
    told = with_caveat(rows, "baseline_of_zero")
    assert [caveats(cell)["baseline_of_zero"] for cell in rows.loc[told, "caveats"]] == [{"count": 2}] * told.sum()
    assert told[percent].all()
    assert not told[~percent].any()
