"""Trials of one test, measures of both limbs and values without a companion become one value, by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.ingest.conftest import BARE, CONTENT, INSTRUMENTS
from tests.unit.trials import built, reread

from retrowalk.ingest import check_cohort, ingest_cohort
from retrowalk.plan.intake import OutcomeIntake, Side


@pytest.fixture
def stance(wide):
    """A cohort with one outcome, stance in seconds (higher is better), whose columns each test gives."""
    stance = {"instrument": "seconds", "label": "Stance", "columns": {}, "role": "primary"}
    seconds = INSTRUMENTS["vas"] | {"unit": "s", "high": None, "better": "higher"}
    bare = BARE | {"outcomes": {"stance": stance}, "missing": [], "withdrawal": {}}
    return built(CONTENT | bare, {"seconds": seconds})


def told(cohort, text, better="higher", **changes):
    """Return the cohort with another file and another way of saying where its one outcome stands."""
    Path("trial.csv").write_text(text)
    cohort = replace(cohort, outcomes=(replace(cohort.outcomes[0], better=better),))
    return reread(cohort, outcomes={"stance": changes})


def values(cohort):
    """Return {(participant, visit): value} of a file without errors."""
    table = check_cohort(cohort)
    assert table.loc[table["severity"] == "error", "problem"].tolist() == []
    _, measurements = ingest_cohort(cohort)
    keys = zip(measurements["participant"], measurements["visit"], strict=True)
    return dict(zip(keys, measurements["value"], strict=True))


def warnings(cohort):
    return [(row["rule"], row["row"], row["column"]) for row in check_cohort(cohort).to_dict("records")]


# --- trials -----------------------------------------------------------------------------------------------------------

TRIALS = """\
id,group,a1,a2,a3,b1,b2,b3
P1,RW,10,12,17,9,,
P2,RW,4,8,6,5,5.5,
P3,CE,7,7,7,,,
P4,CE,1,2,6,3,2,1
"""
TRIAL_COLUMNS = {"baseline": ["a1", "a2", "a3"], "week_4": ["b1", "b2", "b3"]}


@pytest.mark.parametrize(
    ("how", "better", "expected"),
    [
        # of the trials that were done: 39/3, 9; 18/3, 10.5/2; 7; 9/3, 6/3
        ("mean", "higher", [13, 9, 6, 5.25, 7, 3, 2]),
        ("best", "higher", [17, 9, 8, 5.5, 7, 6, 3]),
        ("best", "lower", [10, 9, 4, 5, 7, 1, 1]),
    ],
)
def test_trials_become_their_mean_or_the_best_of_those_that_were_done(stance, how, better, expected):
    cohort = told(stance, TRIALS, columns=TRIAL_COLUMNS, trials=how, better=better)
    found = values(cohort)
    keys = [("P1", "baseline"), ("P1", "week_4"), ("P2", "baseline"), ("P2", "week_4"), ("P3", "baseline")]
    keys += [("P4", "baseline"), ("P4", "week_4")]
    assert found == pytest.approx(dict(zip(keys, expected, strict=True)))


def test_trials_in_rows_become_their_mean(stance):
    text = (
        "id,group,event,try,sec\nP1,RW,entry,1,10\nP1,,entry,2,13\nP1,,4,1,8\nP2,RW,entry,1,5\nP2,,4,1,6\nP2,,4,2,9\n"
    )
    text += "P3,CE,entry,1,5\nP4,CE,entry,1,5\nP4,,entry,2,5\n"
    cohort = reread(told(stance, text, column="sec", trials="mean"), columns={"visit": "event", "repeat": "try"})
    assert values(cohort) == {
        ("P1", "baseline"): 11.5,
        ("P1", "week_4"): 8,
        ("P2", "baseline"): 5,
        ("P2", "week_4"): 7.5,
        ("P3", "baseline"): 5,
        ("P4", "baseline"): 5,
    }


def test_trials_in_rows_of_which_nobody_said_how_they_become_one_are_an_error(stance):
    text = (
        "id,group,event,try,sec\nP1,RW,entry,1,10\nP1,,entry,2,13\nP2,RW,entry,1,5\nP3,CE,entry,1,5\nP4,CE,entry,1,5\n"
    )
    cohort = reread(told(stance, text, column="sec"), columns={"visit": "event", "repeat": "try"})
    (row,) = check_cohort(cohort).to_dict("records")
    assert (row["rule"], row["severity"], row["row"], row["value"]) == ("measured_twice", "error", 3, "13")
    assert row["problem"] == 'is a second value of stance, after "10" in row 2'


# --- limbs ------------------------------------------------------------------------------------------------------------

LIMBS = """\
id,group,side,l0,r0,l4,r4
P1,RW,left,10,14,20,11
P2,RW,right,9,6,5,8
P3,CE,right,7,7,12,3
P4,CE,left,8,12,9,
"""
LIMB_COLUMNS = {"baseline": {"left": "l0", "right": "r0"}, "week_4": {"left": "l4", "right": "r4"}}


@pytest.mark.parametrize(
    ("how", "better", "baseline", "later"),
    [
        ("mean", "higher", [12, 7.5, 7, 10], [15.5, 6.5, 7.5, None]),
        # Worse at baseline: left, right, left (a tie), left; and that limb at week 4, whichever is worse by then.
        ("worse", "higher", [10, 6, 7, 8], [20, 8, 12, 9]),
        # Where lower is better: right, left, left (a tie), right.
        ("worse", "lower", [14, 9, 7, 12], [11, 5, 12, None]),
        ("index", "higher", [10, 6, 7, 8], [20, 8, 3, 9]),
    ],
)
def test_limbs_become_one_value_as_the_plan_says(stance, how, better, baseline, later):
    cohort = told(stance, LIMBS, columns=LIMB_COLUMNS, limbs=how, better=better)
    cohort = reread(cohort, index_side=Side("side", "left", "right") if how == "index" else None)
    people = ["P1", "P2", "P3", "P4"]
    expected = {(person, "baseline"): value for person, value in zip(people, baseline, strict=True)}
    expected |= {(person, "week_4"): value for person, value in zip(people, later, strict=True) if value is not None}
    assert values(cohort) == expected


@pytest.mark.parametrize(
    ("how", "better", "why"),
    [
        ("mean", "higher", "the other limb was not measured"),
        ("worse", "lower", "the limb that was worse at baseline was not measured or is unknown"),
    ],
)
def test_a_limb_that_was_not_measured_leaves_no_value_and_is_told(stance, how, better, why):
    cohort = told(stance, LIMBS, columns=LIMB_COLUMNS, limbs=how, better=better)
    (row,) = check_cohort(cohort).to_dict("records")
    assert (row["rule"], row["severity"], row["row"], row["column"]) == ("limb_missing", "warning", 5, "l4")
    assert row["problem"] == f'participant "P4" has no stance at week_4: {why}'


def test_who_has_one_limb_at_baseline_has_no_worse_one(stance):
    text = LIMBS.replace("P4,CE,left,8,12,9,", "P4,CE,left,8,,9,10")
    cohort = told(stance, text, columns=LIMB_COLUMNS, limbs="worse")
    assert [key for key in values(cohort) if key[0] == "P4"] == []
    assert warnings(cohort) == [("limb_missing", 5, "l0"), ("limb_missing", 5, "l4")]


def test_no_limb_is_worse_where_only_one_was_ever_measured_at_baseline(stance):
    text = "id,group,l0,r0,l4,r4\nP1,RW,1,,2,3\nP2,RW,1,,2,3\nP3,CE,1,,2,3\nP4,CE,1,,2,3\n"
    cohort = told(stance, text, columns=LIMB_COLUMNS, limbs="worse")
    assert values(cohort) == {}


@pytest.mark.parametrize(("cell", "rule"), [("", "index_side_blank"), ("both", "side_unknown")])
def test_an_index_side_that_is_not_known_is_an_error(stance, cell, rule):
    cohort = told(stance, LIMBS.replace("P2,RW,right", f"P2,RW,{cell}"), columns=LIMB_COLUMNS, limbs="index")
    cohort = reread(cohort, index_side=Side("side", "left", "right"))
    rows = [
        (row["rule"], row["severity"], row["row"], row["column"]) for row in check_cohort(cohort).to_dict("records")
    ]
    assert (rule, "error", 3, "side") in rows


def test_the_index_side_may_stand_in_any_row_of_a_participant(stance):
    text = "id,group,side,event,leg,sec\n"
    text += "P1,RW,,entry,L,10\nP1,RW,R,entry,R,12\nP2,RW,L,entry,L,3\nP2,RW,,entry,R,4\n"
    text += "P3,CE,L,entry,L,5\nP3,CE,,entry,R,6\nP4,CE,,entry,L,7\nP4,CE,R,entry,R,8\n"
    cohort = told(stance, text, column="sec", limbs="index")
    cohort = reread(cohort, columns={"visit": "event"}, side=Side("leg", "L", "R"), index_side=Side("side", "L", "R"))
    assert values(cohort) == {
        ("P1", "baseline"): 12,
        ("P2", "baseline"): 3,
        ("P3", "baseline"): 5,
        ("P4", "baseline"): 8,
    }


def test_trials_come_before_limbs(stance):
    text = "id,group,l1,l2,r1,r2\nP1,RW,1,3,10,20\nP2,RW,4,,8,8\nP3,CE,9,1,6,6\nP4,CE,5,5,6,2\n"
    cohort = told(stance, text, columns={"baseline": {"left": ["l1", "l2"], "right": ["r1", "r2"]}})
    mean = reread(cohort, outcomes={"stance": {"trials": "mean", "limbs": "mean"}})
    # (2 + 15) / 2, (4 + 8) / 2, (5 + 6) / 2, (5 + 4) / 2
    assert list(values(mean).values()) == [8.5, 6, 5.5, 4.5]
    best = reread(cohort, outcomes={"stance": {"trials": "best", "limbs": "worse"}})
    # The best of each limb is 3 and 20, 4 and 8, 9 and 6, 5 and 6; the worse of the two:
    assert list(values(best).values()) == [3, 4, 6, 5]


def test_what_is_said_once_a_visit_may_stand_on_the_rows_of_both_limbs(stance):
    pain = replace(stance.outcomes[0], name="pain", label="Pain", primary=False)
    outcomes = {"stance": OutcomeIntake(column="sec", limbs="mean"), "pain": OutcomeIntake(column="vas")}
    text = "id,group,event,leg,sec,vas\n"
    text += "".join(
        f"P{n},{arm},entry,{side},{n + add},{n}\n"
        for n, arm in enumerate(("RW", "RW", "CE", "CE"), 1)
        for side, add in (("L", 0), ("R", 1))
    )
    Path("trial.csv").write_text(text)
    cohort = replace(stance, outcomes=(*stance.outcomes, pain))
    cohort = reread(cohort, outcomes=outcomes, columns={"visit": "event"}, side=Side("leg", "L", "R"))
    assert check_cohort(cohort).to_dict("records") == []
    _, measurements = ingest_cohort(cohort)
    assert measurements.loc[measurements["outcome"] == "stance", "value"].tolist() == [1.5, 2.5, 3.5, 4.5]
    assert measurements.loc[measurements["outcome"] == "pain", "value"].tolist() == [1, 2, 3, 4]
    Path("trial.csv").write_text(text.replace("P2,RW,entry,R,3,2", "P2,RW,entry,R,3,9"))
    (row,) = check_cohort(cohort).to_dict("records")
    assert (row["rule"], row["row"], row["column"], row["value"]) == ("measured_twice", 5, "vas", "9")


# --- missing_with -----------------------------------------------------------------------------------------------------


def test_a_value_without_its_companion_is_left_out_at_that_visit_alone(wide, put):
    cohort = put(wide, {(2, "pain4"): "", (3, "pain0"): ""})
    cohort = reread(cohort, outcomes={"reach": {"missing_with": "pain"}})
    _, measurements = ingest_cohort(cohort)
    held = measurements[measurements["outcome"] == "reach"]
    assert list(held[["participant", "visit", "value"]].itertuples(index=False, name=None)) == [
        ("P01", "baseline", 12.5),
        ("P02", "week_4", 13.5),
        ("P03", "baseline", 10.0),
        ("P03", "week_4", 10.5),
        ("P04", "baseline", 9.5),
    ]
    # and the companion itself stays as it is
    assert (measurements["outcome"] == "pain").sum() == 5
