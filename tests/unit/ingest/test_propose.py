"""What the names and values of a file's columns say, and what is asked where they do not say it."""

from pathlib import Path

import pandas as pd
import pytest

from retrowalk.errors import DataError
from retrowalk.ingest.propose.columns import parse_columns
from retrowalk.ingest.propose.instruments import Match, match
from retrowalk.ingest.propose.proposal import propose
from retrowalk.ingest.propose.questions import Answers
from retrowalk.ingest.propose.tables import guess_header, read_tables
from retrowalk.ingest.propose.visits import parse_visit, unit_of
from retrowalk.schemas import read_yaml

INSTRUMENTS = Path(__file__).resolve().parents[3] / "config" / "instruments.yaml"


@pytest.fixture(scope="module")
def instruments():
    return read_yaml(INSTRUMENTS)


# --- visits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("Baseline", "baseline", "BL", "pre", "PRE", "Pre-test", "Pretest", "pre treatment", "Pre-intervention"),
        *("Before treatment", "Before", "week 0", "Week_0", "W0", "Wk 0", "T0", "Day 0", "0w", "0 weeks", "month 0"),
        *("baseline_arm_1", "Baseline visit", "Initial assessment", "Enrollment", "vorher"),
    ],
)
def test_a_text_that_names_the_baseline(text):
    guess = parse_visit(text)
    assert (guess.name, guess.week, guess.label) == ("baseline", 0, "Baseline")


WORDED = "a visit that is worded otherwise is not understood, and its rows are left out"


@pytest.mark.parametrize(
    ("text", "name", "week"),
    [
        ("4 weeks", "week_4", 4),
        ("Week 4", "week_4", 4),
        ("week_4_arm_1", "week_4", 4),
        ("W12", "week_12", 12),
        ("wk12", "week_12", 12),
        ("12wk", "week_12", 12),
        ("12 wks", "week_12", 12),
        ("4 Wochen", "week_4", 4),
        ("12 semaines", "week_12", 12),
        # 3 * 52 / 12 is 13, 1 * 52 / 12 is 4.33 and rounded
        ("3m", "month_3", 13),
        ("3 months", "month_3", 13),
        ("12 months", "month_12", 52),
        ("12mo", "month_12", 52),
        ("M6", "month_6", 26),
        ("1 month", "month_1", 4),
        ("3 mois", "month_3", 13),
        ("D28", "day_28", 4),
        ("Day 28", "day_28", 4),
        ("28 days", "day_28", 4),
        ("day1", "day_1", 0.14),
        ("1 year", "year_1", 52),
        ("T1", "visit_1", None),
        ("V2", "visit_2", None),
        ("Visit 2", "visit_2", None),
        ("Visit 10", "visit_10", None),
        ("Time 1", "visit_1", None),
        ("time point 2", "visit_2", None),
        ("4", "visit_4", None),
        ("FU1", "follow_up_1", None),
        ("Follow-up", "follow_up", None),
        ("Follow up 2", "follow_up_2", None),
        ("post", "post", None),
        ("Post-test", "post", None),
        ("post treatment", "post", None),
        ("post2", "post_2", None),
        ("Discharge", "post", None),
        ("nachher", "post", None),
        ("Post-intervention", "post", None),
        ("After treatment", "post", None),
        ("End of treatment", "post", None),
        ("Final assessment", "post", None),
        ("After 4 weeks", "week_4", 4),
        ("4 weeks post", "week_4", 4),
        ("nach 4 Wochen", "week_4", 4),
        ("6 month follow-up", "month_6", 26),
        ("6-month FU", "month_6", 26),
    ],
)
def test_a_text_that_names_a_visit(text, name, week):
    guess = parse_visit(text)
    assert (guess.name, guess.week) == (name, week)


@pytest.mark.parametrize(
    "text", ["", "Screening", "Unscheduled", "Leeds", "1.5", "4 of 12", "left", "week", "2024-03-14"]
)
def test_a_text_that_names_no_visit(text):
    assert parse_visit(text) is None


@pytest.mark.parametrize("text", ["-1", "Week -1", "Day -7"])
def test_a_visit_before_baseline_is_not_taken_for_one_after_it(text):
    guess = parse_visit(text)
    assert guess is None or guess.order < 0


def test_the_name_of_the_column_says_what_its_numbers_count():
    assert [unit_of(column) for column in ("week", "Study_Month", "day", "visit", "time", "w")] == [
        "week",
        "month",
        "day",
        "",
        "",
        "",
    ]
    assert (parse_visit("6", "month").name, parse_visit("6", "month").week) == ("month_6", 26)
    assert parse_visit("0", "week").name == "baseline"


def test_visits_without_weeks_come_in_the_order_of_their_words():
    texts = ["Follow-up 2", "post", "T2", "Follow-up", "pre", "T1"]
    ordered = sorted((parse_visit(text) for text in texts), key=lambda guess: guess.order)
    assert [guess.name for guess in ordered] == ["baseline", "visit_1", "visit_2", "post", "follow_up", "follow_up_2"]


# --- columns ----------------------------------------------------------------------------------------------------------


def told(columns, labels=None, **more):
    """Return {column: (measure, visit, side, trial)}."""
    return {
        guess.column: (guess.measure, guess.visit.name if guess.visit else "", guess.side, guess.trial)
        for guess in parse_columns(columns, labels or {}, **more)
    }


PRE_POST = ("baseline", "post")


@pytest.mark.parametrize(
    ("columns", "measure", "visits"),
    [
        (["vas_pre", "vas_post"], "vas", PRE_POST),
        (["pre_vas", "post_vas"], "vas", PRE_POST),
        (["vasPre", "vasPost"], "vas", PRE_POST),
        (["VASpre", "VASpost"], "vas", PRE_POST),
        (["VASPRE", "VASPOST"], "vas", PRE_POST),
        (["vaspre", "vaspost"], "vas", PRE_POST),
        (["VAS pre test", "VAS post test"], "vas", PRE_POST),
        (["VAS_PreTest", "VAS_PostTest"], "vas", PRE_POST),
        (["Pre_Test_VAS", "Post_Test_VAS"], "vas", PRE_POST),
        (["Pain (VAS) pre", "Pain (VAS) post"], "pain", PRE_POST),
        (["Schmerz vorher", "Schmerz nachher"], "schmerz", PRE_POST),
        (["VAS.baseline", "VAS.week4"], "vas", ("baseline", "week_4")),
        (["baseline_vas", "week_12_vas"], "vas", ("baseline", "week_12")),
        (["Pain Baseline", "Pain 4 weeks"], "pain", ("baseline", "week_4")),
        (["VAS [0-10] baseline", "VAS [0-10] 6 weeks"], "vas", ("baseline", "week_6")),
        (["NRS_BL", "NRS_W12"], "nrs", ("baseline", "week_12")),
        (["NRS_0w", "NRS_12wk"], "nrs", ("baseline", "week_12")),
        (["pain baseline", "pain_3m", "pain_12 months"], "pain", ("baseline", "month_3", "month_12")),
        (["VAS Day 0", "VAS Day 28", "VAS_D56"], "vas", ("baseline", "day_28", "day_56")),
        (["T0_VAS", "T1_VAS", "T2_VAS"], "vas", ("baseline", "visit_1", "visit_2")),
        (["Schmerz_T0", "Schmerz T1"], "schmerz", ("baseline", "visit_1")),
        (["v1_vas", "v2_vas"], "vas", ("visit_1", "visit_2")),
        (["Pain Visit 1", "Pain Visit 2"], "pain", ("visit_1", "visit_2")),
        (["pain_0", "pain_4", "pain_12"], "pain", ("visit_0", "visit_4", "visit_12")),
        (["vas0", "vas4"], "vas", ("visit_0", "visit_4")),
        (["PainBaseline", "PainWeek4"], "pain", ("baseline", "week_4")),
        (["odi_bl", "odi_fu", "odi_fu2"], "odi", ("baseline", "follow_up", "follow_up_2")),
        (["FU1_odi", "FU2_odi"], "odi", ("follow_up_1", "follow_up_2")),
        (["6MWT_pre", "6MWT_post"], "6_mwt", PRE_POST),
        (["30s_CST_pre", "30s_CST_post"], "30_s_cst", PRE_POST),
        (["sf36_pf_pre", "sf36_pf_post"], "sf_36_pf", PRE_POST),
        (["WOMAC pain pre", "WOMAC pain post"], "womac_pain", PRE_POST),
        (["VAS (pre)", "VAS (post)"], "vas", PRE_POST),
        (["vas_baseline_mm", "vas_week4_mm"], "vas_mm", ("baseline", "week_4")),
        (["odi_pre_total", "odi_post_total"], "odi_total", PRE_POST),
        (["vas_6m_fu", "vas_12m_fu"], "vas", ("month_6", "month_12")),
    ],
)
def test_the_measure_and_the_visit_in_the_name_of_a_column(columns, measure, visits):
    assert told(columns) == {column: (measure, visit, "", "") for column, visit in zip(columns, visits, strict=True)}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["sls_L_4w", "sls_R_4w"], [("sls", "week_4", "left", ""), ("sls", "week_4", "right", "")]),
        (
            ["knee_flex_left_fu", "knee_flex_right_fu"],
            [("knee_flex", "follow_up", "left", ""), ("knee_flex", "follow_up", "right", "")],
        ),
        (
            ["left_stance_pre", "right_stance_pre"],
            [("stance", "baseline", "left", ""), ("stance", "baseline", "right", "")],
        ),
        (
            ["sebt_ant_L_pre", "sebt_ant_R_pre"],
            [("sebt_ant", "baseline", "left", ""), ("sebt_ant", "baseline", "right", "")],
        ),
        (
            ["Stand links T0", "Stand rechts T0"],
            [("stand", "baseline", "left", ""), ("stand", "baseline", "right", "")],
        ),
        (["L_knee_pre", "R_knee_pre"], [("knee", "baseline", "left", ""), ("knee", "baseline", "right", "")]),
        (
            ["tug1_pre", "tug2_pre", "tug3_post"],
            [("tug", "baseline", "", "1"), ("tug", "baseline", "", "2"), ("tug", "post", "", "3")],
        ),
        (["TUG_trial1_pre", "TUG_trial2_pre"], [("tug", "baseline", "", "1"), ("tug", "baseline", "", "2")]),
        (["pre_tug_1", "pre_tug_2"], [("tug", "baseline", "", "1"), ("tug", "baseline", "", "2")]),
        (
            ["tug_pre_1", "tug_pre_2", "tug_post_1", "tug_post_2"],
            [
                ("tug", "baseline", "", "1"),
                ("tug", "baseline", "", "2"),
                ("tug", "post", "", "1"),
                ("tug", "post", "", "2"),
            ],
        ),
        (["torque_60_pre", "torque_180_pre"], [("torque_60", "baseline", "", ""), ("torque_180", "baseline", "", "")]),
    ],
)
def test_the_limb_and_the_trial_in_the_name_of_a_column(columns, expected):
    assert told(columns) == dict(zip(columns, expected, strict=True))


def test_a_number_at_the_end_is_a_trial_or_a_visit_by_what_stands_beside_it():
    beside_named = told(["tug1", "tug2", "tug3", "vas_pre", "vas_post"])
    assert [beside_named[f"tug{n}"] for n in (1, 2, 3)] == [("tug", "", "", str(n)) for n in (1, 2, 3)]
    shared = told(["vas1", "vas2", "odi1", "odi2"])
    assert [shared[name][1] for name in shared] == ["visit_1", "visit_2", "visit_1", "visit_2"]
    alone = told(["VAS_1", "VAS_2", "VAS_3"])
    assert [each[1] for each in alone.values()] == ["visit_1", "visit_2", "visit_3"]
    in_rows = told(["tug1", "tug2", "tug3"], in_rows=True)
    assert [each[3] for each in in_rows.values()] == ["1", "2", "3"]
    gaps = told(["vas_0", "vas_4", "tug_pre"])
    assert [gaps[name][1] for name in ("vas_0", "vas_4")] == ["visit_0", "visit_4"]


def test_where_a_name_says_nothing_its_label_is_read():
    labels = {
        "v01": "Pain VAS before treatment (mm)",
        "v02": "Pain VAS after 4 weeks (mm)",
        "v03": "Single-leg stance, left leg, after 12 weeks (s)",
        "q1": "6-month follow-up: pain",
        "q2": "Timed up and go at baseline, trial 2",
    }
    assert told(labels, labels) == {
        "v01": ("pain_vas", "baseline", "", ""),
        "v02": ("pain_vas", "week_4", "", ""),
        "v03": ("single_leg_stance_leg", "week_12", "left", ""),
        "q1": ("pain", "month_6", "", ""),
        "q2": ("timed_go", "baseline", "", "2"),
    }


@pytest.mark.parametrize("column", ["age", "bmi", "vas_change", "delta_vas", "M_VAS", "vas m", "side", "id1"])
def test_a_name_without_a_visit(column):
    assert told([column])[column][1] == ""


# --- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["id", "group", "vas_pre"], ["P1", "A", "5"]], (1,)),
        # a title, and a blank row below it
        ([["Backward walking trial"], [], ["id", "group", "vas_pre"], ["P1", "A", "5"]], (3,)),
        # a merged title is the same text over the whole width
        ([["Trial"] * 8, ["id", "group", *"abcdef"], ["P1", "A", *"123456"]], (2,)),
        # a heading over several columns, written once or merged
        (
            [["", "", "Pain", "", "ODI", ""], ["id", "group", "pre", "post", "pre", "post"], ["P1", "A", *"1234"]],
            (1, 2),
        ),
        (
            [
                ["", "", "Pain", "Pain", "ODI", "ODI"],
                ["id", "group", "pre", "post", "pre", "post"],
                ["P1", "A", *"1234"],
            ],
            (1, 2),
        ),
        (
            [
                ["T"] * 6,
                [],
                ["", "", "Pain", "Pain", "ODI", "ODI"],
                ["id", "arm", "pre", "post", "pre", "post"],
                ["P", *"A1234"],
            ],
            (3, 4),
        ),
        # names above, and the units below them only where names repeat or are blank
        (
            [["id", "group", "Pain", "", "ODI", ""], ["", "", "pre", "post", "pre", "post"], ["P1", "A", *"1234"]],
            (1, 2),
        ),
        ([["sep="], ["id", "group"], ["P1", "A"]], (2,)),
        # a row of words below a full header is the first participant
        ([["id", "group", "sex"], ["P1", "walk", "male"], ["P2", "rest", "male"]], (1,)),
        ([], (1,)),
    ],
)
def test_the_rows_that_hold_the_names(rows, header):
    assert guess_header(rows) == header


# --- instruments ------------------------------------------------------------------------------------------------------

MM, CM = [58, 48, 88, 52, 75, 43, 6], [5.8, 4.8, 8.8, 5.2, 7.5, 4.3, 0.6]
POINTS = [6, 5, 9, 5, 8, 4, 1]


@pytest.mark.parametrize(
    ("words", "values", "instrument", "unit", "sure"),
    [
        ("vas vas_pre", MM, "vas_pain", "mm", True),
        ("vas vas_pre", CM, "vas_pain", "cm", True),
        ("vas vas_pre Pain VAS (mm)", [5, 4, 8, 5, 7], "vas_pain", "mm", True),
        ("vas vas_pre Pain VAS (cm)", CM, "vas_pain", "cm", True),
        ("nrs NRS_W0", POINTS, "nrs_pain", "points", True),
        ("odi odi_pre", MM, "odi", "points", True),
        ("tug tug1_pre", [9.3, 8.9, 12.7], "timed_up_and_go", "s", True),
        ("schober Schober (cm)", [5.7, 6.1, 7.9], "modified_modified_schober", "cm", True),
        ("schober Schober", [57, 61, 79], "modified_modified_schober", "mm", True),
        ("koos pain koos_pain_pre", MM, "koos_pain", "points", True),
        ("koos adl", MM, "koos_adl", "points", True),
        ("womac function", MM, "womac_function", "points", True),
        ("sls sls_L_pre", [15.5, 18.1], "single_leg_stance", "s", True),
        # "pain" alone may be either: millimetres are out of the rating scale's range, tenths between its steps
        ("pain pain_0", MM, "vas_pain", "mm", True),
        ("pain pain_0", POINTS, "nrs_pain", "points", True),
        ("pain pain_0", CM, "vas_pain", "cm", True),
        ("schmerz Schmerz_T0", MM, "vas_pain", "mm", True),
    ],
)
def test_the_instrument_of_a_measure(instruments, words, values, instrument, unit, sure):
    assert match(words, pd.Series(values, dtype=float), instruments) == Match(instrument, unit, sure)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("grip grip_pre", [30, 40]),  # no instrument of this name
        ("nrs nrs_pre", MM),  # a rating scale ends at 10
        ("rmdq rmdq_pre", [30, 40, 50]),
        ("odi odi_pre", [-5, -6]),
    ],
)
def test_a_measure_that_no_instrument_fits(instruments, words, values):
    assert match(words, pd.Series(values, dtype=float), instruments) is None


def test_a_slip_of_the_pen_does_not_hide_the_instrument(instruments):
    assert match("nrs", pd.Series([3, 4, 5, 6, 77], dtype=float), instruments).instrument == "nrs_pain"
    assert match("nrs", pd.Series([3, 4, 5, 77], dtype=float), instruments) is None


# --- whole files: what is proposed, what is asked --------------------------------------------------------------------


@pytest.fixture
def proposed(tmp_path, instruments):
    """Propose the cohort file of a table; what is asked is in `asked`, and is answered by `replies` or the default."""

    class Proposed:
        def __init__(self):
            self.asked = []

        def __call__(self, text, replies=None, given=None, name="trial.csv"):
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            self.asked = []

            def respond(question):
                self.asked.append(question.key)
                return (replies or {}).get(question.key, question.default)

            person = None if replies is None else respond
            return propose(read_tables(path), instruments, Answers(dict(given or {}), person))

    return Proposed()


def table(columns, *values):
    """Return a CSV of eight people, `values` one row for each person, the arms in turn."""
    return "\n".join([columns, *(f"P{n}," + ",".join(map(str, row)) for n, row in enumerate(values, 1))]) + "\n"


PAIRS = [(58, 48), (88, 52), (75, 43), (44, 57), (79, 54), (60, 40), (63, 61), (49, 44)]
ARMS = ["BW", "control"] * 4
CLEAR = table("id,group,vas_pre,vas_4w", *[(arm, *pair) for arm, pair in zip(ARMS, PAIRS, strict=True)])
#: What no file says.
ALWAYS = ["condition", "title", "citation", "randomised", "comparator", "backward", "provenance"]


def test_of_a_clear_file_only_what_no_file_says_is_asked(proposed):
    content = proposed(CLEAR, {}).content
    assert proposed.asked == ALWAYS
    assert content["control"] == "control"
    assert content["arms"] == {"BW": {"name": "bw", "label": "BW"}, "control": {"name": "control", "label": "control"}}
    assert content["outcomes"] == {
        "vas": {
            "instrument": "vas_pain",
            "label": "Visual analogue scale for pain",
            "columns": {"baseline": "vas_pre", "week_4": "vas_4w"},
            "role": "primary",
        }
    }


def test_what_was_given_is_not_asked(proposed):
    given = {"condition": "low back pain", "title": "T", "citation": "C", "randomised": "yes", "comparator": "active"}
    content = proposed(CLEAR, {}, given | {"backward": "BW", "provenance": "synthetic"}).content
    assert proposed.asked == []
    assert content["arms"]["BW"] == {"name": "bw", "label": "BW", "walks_backward": True}
    assert (content["condition"], content["randomised"], content["comparator_type"]) == (
        "low back pain",
        True,
        "active",
    )
    assert content["provenance"] == "synthetic"


def test_answers_go_into_the_cohort_file(proposed):
    replies = {
        "condition": "knee osteoarthritis",
        "title": "Walks",
        "citation": "Me 2024",
        "randomised": "yes",
        "comparator": "none",
        "backward": "BW",
    }
    content = proposed(CLEAR, replies).content
    assert {key: content[key] for key in ("condition", "title", "citation", "randomised", "comparator_type")} == {
        "condition": "knee osteoarthritis",
        "title": "Walks",
        "citation": "Me 2024",
        "randomised": True,
        "comparator_type": "none",
    }
    assert "assumptions" not in content


@pytest.mark.parametrize(
    ("arms", "control"),
    [
        ("BW UC", "uc"),
        ("retro conventional", "conventional"),
        ("Backward_walking Usual_care", "usual_care"),
        ("Rückwärts Kontrolle", "kontrolle"),
        ("Backward Forward", "forward"),
        ("Exp Ctrl", "ctrl"),
    ],
)
def test_a_control_that_its_name_tells_is_not_asked(proposed, arms, control):
    first, second = arms.split()
    content = proposed(CLEAR.replace("BW", first).replace("control", second), {}).content
    assert "control" not in proposed.asked
    assert content["control"] == control


@pytest.mark.parametrize("arms", ["A B", "1 2", "control usual", "Backward Treadmill"])
def test_a_control_that_no_name_or_two_names_tell_is_asked(proposed, arms):
    first, second = arms.split()
    text = CLEAR.replace("control", "second").replace("BW", first).replace("second", second)
    content = proposed(text, {"control": second}).content
    assert proposed.asked[0] == "control"
    assert content["control"] == content["arms"][second]["name"]
    with pytest.raises(
        DataError,
        match=r"The file does not answer this question: which arm is the control\?.*Answer it with --control\.",
    ):
        proposed(text)


def test_a_control_may_be_given_by_its_label_and_a_wrong_one_is_refused(proposed):
    text = CLEAR.replace("BW", "A").replace("control", "B")
    assert proposed(text, given={"control": "A"}).content["control"] == "a"
    with pytest.raises(DataError, match=r'--control: "C" is not allowed\. Allowed: "A", "B"'):
        proposed(text, given={"control": "C"})


def test_weeks_are_asked_only_where_no_name_tells_them(proposed):
    text = CLEAR.replace("vas_4w", "vas_post")
    content = proposed(text, {"weeks": "6"}).content
    assert proposed.asked == ["weeks", *ALWAYS]
    assert [(visit["name"], visit["week"]) for visit in content["visits"]] == [("baseline", 0), ("post", 6)]
    content = proposed(text).content
    assert [visit["week"] for visit in content["visits"]] == [0, 1]
    assert (
        content["assumptions"][0]
        == "The file does not state how many weeks after baseline these visits took place: Post (taken as week 1). Their weeks are placeholders in the order of the file."
    )


@pytest.mark.parametrize(
    ("weeks", "words"),
    [
        ("x", '"x" is not a list of numbers such as 4,12'),
        ("4,12", "one number per visit is needed, in increasing order (Post), but 4,12 was given"),
        ("0", "one number per visit is needed, in increasing order (Post), but 0 was given"),
        ("-4", "one number per visit is needed, in increasing order (Post), but -4 was given"),
    ],
)
def test_weeks_that_cannot_be_are_refused(proposed, weeks, words):
    with pytest.raises(DataError) as fault:
        proposed(CLEAR.replace("vas_4w", "vas_post"), given={"weeks": weeks})
    assert words in str(fault.value)


def test_the_primary_outcome_is_asked_where_there_are_several(proposed):
    rows = [(arm, *pair, *pair) for arm, pair in zip(ARMS, PAIRS, strict=True)]
    text = table("id,group,odi_pre,odi_4w,vas_pre,vas_4w", *rows)
    content = proposed(text, {"primary": "odi"}).content
    assert "primary" in proposed.asked
    assert [name for name, each in content["outcomes"].items() if "role" in each] == ["odi"]
    # pain is the likeliest
    guessed = proposed(text).content
    assert [name for name, each in guessed["outcomes"].items() if "role" in each] == ["vas"]
    assert guessed["primary_guessed"] is True
    with pytest.raises(DataError, match=r'--primary: "rom" is not allowed\. Allowed: "odi", "vas"'):
        proposed(text, given={"primary": "rom"})


def test_a_measure_without_an_instrument_is_asked_and_may_be_left_out(proposed):
    rows = [(arm, *pair, 30 + n, 31 + n) for n, (arm, pair) in enumerate(zip(ARMS, PAIRS, strict=True))]
    text = table("id,group,vas_pre,vas_4w,bend_pre,bend_4w", *rows)
    left_out = proposed(text, {})
    assert proposed.asked[0] == "instrument:bend_pre"
    assert list(left_out.content["outcomes"]) == ["vas"]
    taken = proposed(text, {"instrument:bend_pre": "sit_and_reach"}).content
    assert taken["outcomes"]["bend"]["instrument"] == "sit_and_reach"
    given = proposed(text, given={"instrument:bend_4w": "sit_and_reach"}).content
    assert given["outcomes"]["bend"]["columns"] == {"baseline": "bend_pre", "week_4": "bend_4w"}
    with pytest.raises(
        DataError, match=r'--instrument: "reach" is not in config/instruments\.yaml\. Allowed: "vas_pain"'
    ):
        proposed(text, given={"instrument:bend_pre": "reach"})


def test_a_measure_that_was_left_out_is_no_baseline_characteristic(proposed):
    rows = [(arm, *pair, 30 + n % 4, 31 + n % 3) for n, (arm, pair) in enumerate(zip(ARMS, PAIRS, strict=True))]
    content = proposed(table("id,group,vas_pre,vas_4w,bend_pre,bend_4w", *rows), {}).content
    assert "bend_4w" not in content.get("covariates", {})


def test_sex_in_codes_without_labels_is_a_category(proposed):
    rows = [(arm, n % 3 % 2, *pair) for n, (arm, pair) in enumerate(zip(ARMS, PAIRS, strict=True))]
    content = proposed(table("id,group,sex,vas_pre,vas_4w", *rows), {}).content
    assert content["covariates"]["sex"].get("levels") == {"0": "0", "1": "1"}


def test_an_instrument_of_a_column_that_is_not_there_is_refused(proposed):
    with pytest.raises(DataError, match="vas_per"):
        proposed(CLEAR, given={"instrument:vas_per": "vas_pain"})


# --- missing codes ----------------------------------------------------------------------------------------------------


def with_cells(*changes):
    text = CLEAR
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_usual_words_for_missing_are_taken_without_asking(proposed):
    content = proposed(with_cells(("58,48", "58,n/a"), ("75,43", "75,NA"), ("79,54", "79,.")), {}).content
    assert content["missing"] == ["n/a", "NA", "."]
    assert proposed.asked == ALWAYS


@pytest.mark.parametrize(("reply", "missing"), [("yes", ["refused"]), ("no", None)])
def test_other_words_are_asked(proposed, reply, missing):
    text = with_cells(("58,48", "58,refused"), ("75,43", "75,refused"))
    content = proposed(text, {"missing:refused": reply}).content
    assert proposed.asked[0] == "missing:refused"
    assert content.get("missing") == missing


@pytest.mark.parametrize("code", ["-99", "-9", "999", "-1", "9999", "888"])
def test_codes_for_missing_are_found(proposed, code):
    content = proposed(with_cells(("58,48", f"58,{code}"), ("75,43", f"75,{code}")), {}).content
    assert proposed.asked[0] == f"missing:{code}"
    assert content["missing"] == [code]


@pytest.mark.parametrize(("old", "new"), [("58,48", "88,77"), ("58,48", "58,5 mm"), ("58,48", "58,<5")])
def test_values_that_may_be_and_slips_are_no_codes(proposed, old, new):
    content = proposed(with_cells((old, new)), {}).content
    assert "missing" not in content
    assert not [key for key in proposed.asked if key.startswith("missing")]


def test_a_value_that_is_possible_is_not_dropped_without_a_word(proposed):
    proposal = proposed(with_cells(("58,48", "58,99")))
    assert "missing" not in proposal.content or any("99" in text for text in proposal.assumed)


# --- columns with other meanings -------------------------------------------------------------------------------------


def test_names_and_dates_of_birth_are_not_read(proposed):
    rows = [
        (f"Doe{n}", f"1970-01-0{n + 1}", 40 + n % 3, arm, *pair)
        for n, (arm, pair) in enumerate(zip(ARMS, PAIRS, strict=True))
    ]
    proposal = proposed(table("id,surname,dob,age,group,vas_pre,vas_4w", *rows), {})
    assert proposal.content["participant"] == "id"
    assert proposal.content["covariates"] == {"age": {"column": "age", "unit": "years"}}
    assert {"surname", "dob"} <= set(proposal.unused)


def test_rows_of_means_and_notes_are_left_out(proposed):
    text = CLEAR + "Mean,,64.5,49.9\nn/a = not attended,,,\n"
    assert proposed(text, {}).content["skip_rows"] == [10, 11]


def test_the_order_of_dates_is_asked_only_where_no_date_tells_it(proposed):
    def dated(first):
        rows = [
            (arm, f"0{n}/0{n + 1}/2024", f"0{n}/0{n + 2}/2024", *pair)
            for n, (arm, pair) in enumerate(zip(ARMS[:6], PAIRS[:6], strict=True), 1)
        ]
        rows[0] = (rows[0][0], first, *rows[0][2:])
        return table("id,group,date_pre,date_4w,vas_pre,vas_4w", *rows)

    content = proposed(dated("14/01/2024"), {}).content
    assert (content["date_order"], "date_order" in proposed.asked) == ("day_first", False)
    content = proposed(dated("01/14/2024"), {}).content
    assert (content["date_order"], "date_order" in proposed.asked) == ("month_first", False)
    content = proposed(dated("01/02/2024"), {"date_order": "month_first"}).content
    assert (content["date_order"], "date_order" in proposed.asked) == ("month_first", True)
    assert content["date"] == {"baseline": "date_pre", "week_4": "date_4w"}


def test_decimal_commas_are_found(proposed):
    text = CLEAR.replace(",", ";").replace("58;48", "5,8;4,8").replace("88;52", "8,8;5,2")
    content = proposed(text.replace("75;43", "7,5;4,3"), {}).content
    assert content["decimal"] == ","


def test_a_file_in_which_nothing_is_measured_says_what_to_do(proposed):
    with pytest.raises(DataError, match=r"No column name in .* shows its visit, as in vas_pre and vas_post"):
        proposed(table("id,group,age", *[(arm, 40 + n) for n, arm in enumerate(ARMS)]))
    rows = [(arm, *pair) for arm, pair in zip(ARMS, PAIRS, strict=True)]
    with pytest.raises(DataError, match=r'No outcome could be matched .*"bend_pre".*--instrument COLUMN=NAME'):
        proposed(table("id,group,bend_pre,bend_4w", *rows))


def test_sessions_and_protocol_are_no_covariates(proposed):
    rows = [
        (arm, *pair, 5 + n, 12, "yes" if n % 2 else "no") for n, (arm, pair) in enumerate(zip(ARMS, PAIRS, strict=True))
    ]
    content = proposed(
        table("id,group,vas_pre,vas_4w,sessions_attended,sessions_planned,per_protocol", *rows), {}
    ).content
    assert content["sessions"] == {"attended": "sessions_attended", "planned": "sessions_planned"}
    assert content["per_protocol"] == {"column": "per_protocol", "yes": "yes", "no": "no"}
    assert "covariates" not in content


def test_sessions_without_how_many_were_planned_are_told_of(proposed):
    rows = [(arm, *pair, 5 + n) for n, (arm, pair) in enumerate(zip(ARMS, PAIRS, strict=True))]
    content = proposed(table("id,group,vas_pre,vas_4w,sessions", *rows), {}).content
    assert "sessions" not in content
    assert "covariates" not in content
    assert content["assumptions"][0].startswith('"sessions" seems to contain the sessions attended.')


def test_a_last_visit_may_be_said_by_its_label(proposed):
    rows = [(arm, *pair, "Week 4" if n else "Baseline") for n, (arm, pair) in enumerate(zip(ARMS, PAIRS, strict=True))]
    content = proposed(table("id,group,vas_pre,vas_4w,last_visit", *rows), {}).content
    assert content["withdrawal"] == {"after": "last_visit"}
    assert "covariates" not in content
