"""Every rule tells of its fault with file, row, column, value, what is allowed and what to do."""

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.unit.trials import WEEK_8, reread

from retrowalk.errors import DataError
from retrowalk.ingest import check_cohort, ingest_cohort
from retrowalk.ingest.problems import Problem, message, tabulate
from retrowalk.plan.read import load_plan
from retrowalk.plan.trial import Visit
from retrowalk.vocabulary import PROBLEM_COLUMNS


@pytest.mark.parametrize("form", ["wide", "long"])
def test_a_sound_file_has_no_problems(form, request, problems):
    cohort = request.getfixturevalue(form)
    assert problems(cohort) == []
    assert list(check_cohort(cohort)) == PROBLEM_COLUMNS


@pytest.mark.parametrize("name", ["dufek2011", "ansari2020", "krishnan2021", "goonasegaran2022"])
def test_the_bundled_cohorts_have_no_problems(root, monkeypatch, name):
    monkeypatch.chdir(root)
    cohort = load_plan().cohorts[name]
    assert len(check_cohort(cohort)) == 0
    participants, measurements = ingest_cohort(cohort)
    assert set(participants["arm"]) == {arm.name for arm in cohort.arms}
    assert set(measurements["outcome"]) == {outcome.name for outcome in cohort.outcomes}


CORRECT_ARM = 'Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.'
NUMBER = "Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "
NUMBER += '"missing" in config/cohorts/trial.yaml.'
VISITS = '"entry", "baseline", "Baseline", "4", "week_4", "Week 4"'


@pytest.mark.parametrize(
    ("cell", "value", "rule", "problem", "allowed", "remedy"),
    [
        (
            (2, "id"),
            "",
            "participant_blank",
            "a row with data has no participant",
            "",
            'Fill in the participant, clear the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
        ),
        (
            *((3, "id"), "P01", "participant_twice", "is already in row 2"),
            *("one row per participant", "Remove one of the two rows, or correct the participant or visit."),
        ),
        ((3, "group"), "rw", "arm_unknown", 'is not an arm (did you mean "RW"?)', '"RW", "CE"', CORRECT_ARM),
        (
            *((3, "group"), "", "arm_blank", 'participant "P02" has no arm', '"RW", "CE"'),
            "Fill in the arm in at least one row of the participant.",
        ),
        (
            *((2, "age"), "sixty", "covariate_unknown", "is not a number", "numbers such as 62 or 5.5"),
            'Correct the cell, or give "levels" of "age" in config/cohorts/trial.yaml.',
        ),
        (
            *((2, "sex"), "1.0", "covariate_unknown", "is not a level of sex", '"1", "2"'),
            'Correct the cell, or give "levels" of "sex" in config/cohorts/trial.yaml.',
        ),
        (
            *((2, "site"), "7", "covariate_mixed", "is a number in a column of words", "a category"),
            'Correct the cell, or give "levels" of "clinic" in config/cohorts/trial.yaml.',
        ),
        (
            *((2, "last"), "week 4", "withdrawal_unknown", 'is not a visit (did you mean "Week 4"?)', VISITS),
            "Give the last visit that the participant attended, or leave the cell empty.",
        ),
        (
            *((2, "pain0"), "5,5", "value_not_number", "is not a number: it has a decimal comma"),
            "0 to 100 mm (Visual analogue scale)",
            "Write a decimal point, or set decimal: ',' if the whole file uses commas.",
        ),
        ((2, "reach4"), "NA", "value_not_number", "is not a number", "-40 or more cm (Sit and reach)", NUMBER),
        (
            *((2, "pain4"), "100.5", "value_out_of_range", "is outside the instrument's range"),
            "0 to 100 mm (Visual analogue scale)",
            'Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
        ),
        (
            *((2, "reach0"), "-41", "value_out_of_range", "is outside the instrument's range"),
            "-40 or more cm (Sit and reach)",
            'Correct the cell, or the unit of "reach" in config/cohorts/trial.yaml.',
        ),
    ],
)
def test_a_faulty_cell(wide, put, problems, cell, value, rule, problem, allowed, remedy):
    found = [each for each in problems(put(wide, {cell: value})) if each["rule"] != "arm_too_small"]
    place = {"cohort": "trial", "severity": "error", "file": "trial.csv", "row": cell[0], "column": cell[1]}
    said = {"value": value, "rule": rule, "problem": problem, "allowed": allowed, "remedy": remedy}
    assert found == [{key: field for key, field in (place | said).items() if field}]
    with pytest.raises(DataError):
        ingest_cohort(wide)


@pytest.mark.parametrize(
    "value",
    ["5,5", "7/10", "<1", "nan", "inf", "-inf", "1e999", "1_000", "１２", "55 mm", "3-4", "n.a.", "#N/A", "TRUE"],
)
def test_what_is_no_number_is_refused_as_it_stands(wide, put, problems, value):
    (found,) = problems(put(wide, {(3, "pain4"): value}))
    assert (found["rule"], found["row"], found["column"], found["value"]) == ("value_not_number", 3, "pain4", value)


@pytest.mark.parametrize("value", ["0", "100", "100.0", "1e2", "+5", "0.5"])
def test_limits_belong_to_the_range(wide, put, problems, value):
    assert problems(put(wide, {(3, "pain4"): value})) == []


def test_an_outcome_without_limits_takes_any_number(wide, put, problems):
    outcomes = tuple(replace(outcome, low=None, high=None) for outcome in wide.outcomes)
    assert problems(put(replace(wide, outcomes=outcomes), {(2, "pain4"): "-1e6"})) == []
    (found,) = problems(put(replace(wide, outcomes=outcomes), {(2, "pain4"): "x"}))
    assert found["allowed"] == "any number mm (Visual analogue scale)"


@pytest.mark.parametrize(
    ("cell", "value", "rule", "problem", "allowed"),
    [
        ((3, "event"), "week 4", "visit_unknown", "is not a visit", '"entry", "4"'),
        ((3, "event"), "Entry", "visit_unknown", 'is not a visit (did you mean "entry"?)', '"entry", "4"'),
        ((3, "event"), "", "visit_unknown", "the visit is empty", '"entry", "4"'),
        (
            (3, "group"),
            "CE",
            "arm_changes",
            'differs from "RW" in row 2 of participant "P01"',
            "one value per participant",
        ),
        (
            (3, "age"),
            "62",
            "covariate_changes",
            'differs from "61" in row 2 of participant "P01"',
            "one value per participant",
        ),
    ],
)
def test_a_faulty_cell_of_a_long_file(long, put, problems, cell, value, rule, problem, allowed):
    (found,) = problems(put(long, {cell: value}))
    said = {"row": cell[0], "column": cell[1], "value": value, "rule": rule, "problem": problem, "allowed": allowed}
    assert {key: found.get(key, "") for key in said} == said
    assert (found["file"], found["severity"]) == ("long.csv", "error")
    assert found["remedy"].startswith("Correct")


def test_a_visit_twice(long, put, problems):
    (found,) = problems(put(long, {(3, "event"): "entry"}))
    assert found["rule"] == "participant_visit_twice"
    assert (found["row"], found["column"], found["value"]) == (3, "id + event", "P01 + entry")
    assert found["problem"] == "is already in row 2, with the same visit"
    assert found["allowed"] == "one row per participant and visit"


def test_a_participant_without_an_arm_in_any_row(long, put, problems):
    found = problems(put(long, {(2, "group"): ""}))
    assert [(each["rule"], each.get("row")) for each in found] == [("arm_too_small", None), ("arm_blank", 2)]


def test_rows_without_participant_are_told_and_no_more(long, put, problems):
    found = problems(put(long, {(5, "id"): "", (6, "id"): "", (5, "group"): "RW", (6, "group"): "CE"}))
    assert [(each["rule"], each["row"]) for each in found if each["severity"] == "error"] == [
        ("participant_blank", 5),
        ("participant_blank", 6),
    ]


def test_an_arm_with_fewer_than_two(wide, put, problems):
    found = problems(put(wide, {(3, "group"): "CE"}))
    assert [(each["rule"], each["problem"], each["allowed"]) for each in found] == [
        ("arm_too_small", 'the arm "RW" has 1 participant', "at least 2")
    ]
    assert "row" not in found[0]
    found = problems(put(wide, {(2, "group"): "CE"}))
    assert [each["problem"] for each in found] == ['the arm "RW" has 0 participants']


def test_the_rows_of_one_participant_are_one(long, put, problems):
    cells = {(3, "group"): "RW", (4, "group"): "CE"}
    assert [each["problem"] for each in problems(put(long, cells))] == ['the arm "RW" has 1 participant']


def test_columns_that_are_not_there(wide, problems):
    columns = {"participant": "ID nr", "arm": "Group", "visit": "event"}
    found = problems(reread(wide, columns=columns, withdrawal={"reason": "reason"}, missing=("9",)))
    assert {each["rule"] for each in found} == {"column_missing"}
    assert [(each["column"], each["problem"]) for each in found] == [
        ("Group", 'there is no such column (did you mean "group"?)'),
        ("ID nr", "there is no such column"),
        ("event", "there is no such column"),
        ("reason", "there is no such column"),
    ]
    assert {each["row"] for each in found} == {1}
    assert found[0]["allowed"].startswith('the file\'s columns "id", "group", "age"')
    assert [each["remedy"].partition(" in ")[0] for each in found] == [
        'Correct "arm"',
        'Correct "participant"',
        'Correct "visit"',
        'Correct "withdrawal", "reason"',
    ]


def test_a_missing_column_of_an_outcome_and_of_a_covariate(wide, problems):
    text = Path("trial.csv").read_text()
    Path("trial.csv").write_text(text.replace("pain4", "Pain 4").replace("site", "Site"))
    assert [each["remedy"].partition(" in ")[0] for each in problems(wide)] == [
        'Correct "outcomes", "pain"',
        'Correct "covariates", "clinic"',
    ]


def test_a_file_that_cannot_be_read_is_one_problem(wide, problems):
    Path("trial.csv").write_bytes(b"id,group\nP01,RW\nP02,\xfc\n")
    (found,) = problems(wide)
    assert (found["rule"], found["row"], found["file"]) == ("unreadable", 3, "trial.csv")
    Path("trial.csv").unlink()
    (found,) = problems(wide)
    assert "cannot be opened (No such file or directory)" in found["problem"]
    with pytest.raises(DataError, match=r"trial\.csv: the file cannot be opened"):
        ingest_cohort(wide)


def test_the_sheet_is_named(wide, problems):
    book = Workbook()
    book.active.title = "Data"
    for line in Path("trial.csv").read_text().replace("55,40", "155,40").splitlines():
        book.active.append(line.split(","))
    book.save("trial.xlsx")
    excel = reread(wide, table={"file": "trial.xlsx", "sheets": ("Data",)})
    (found,) = problems(excel)
    assert (found["sheet"], found["row"], found["column"]) == ("Data", 2, "pain0")
    with pytest.raises(DataError, match=r'^trial\.xlsx, sheet "Data", row 2, column "pain0": "155" is outside'):
        ingest_cohort(excel)
    (found,) = problems(reread(excel, table={"sheets": ("data",)}))
    assert 'did you mean "Data"?' in found["problem"]


def test_a_covariate_with_a_unit_is_a_number_in_every_row(wide, put, problems):
    found = problems(put(wide, {(row, "age"): "old" for row in range(2, 6)}))
    assert [(each["rule"], each["row"], each["problem"]) for each in found if each["severity"] == "error"] == [
        ("covariate_unknown", row, "is not a number") for row in range(2, 6)
    ]


def test_a_covariate_of_numbers_and_words_is_no_category(wide, put, problems):
    bmi = replace(wide.covariates[0], unit="")
    cohort = put(replace(wide, covariates=(bmi,), strata=(), adjust_for=()), {(4, "age"): "6O"})
    found, _ = problems(cohort)  # and the clinic, which is not adjusted for here
    assert (found["rule"], found["row"], found["value"]) == ("covariate_mixed", 4, "6O")
    assert found["problem"] == "is not a number"


def test_codes_of_groups_are_not_adjusted_for_as_numbers(wide, problems):
    covariates = tuple(replace(covariate, unit="", levels=()) for covariate in wide.covariates)
    plain = reread(replace(wide, covariates=covariates), covariates={"sex": {"levels": {}}})
    (found,) = problems(plain)
    assert (found["rule"], found["column"]) == ("covariate_kind", "age")
    assert found["remedy"].startswith(
        'In config/cohorts/trial.yaml, give "unit" if the numbers are measurements, or "levels" if they'
    )
    # sex is coded too, but nothing is adjusted for it; the clinics are words
    assert problems(replace(plain, adjust_for=())) == []


@pytest.mark.parametrize("form", ["wide", "long"])
def test_an_outcome_without_any_value(form, request, put, problems):
    cohort = request.getfixturevalue(form)
    columns = ["pain"] if form == "long" else ["pain0", "pain4"]
    last = len(Path(cohort.intake.table.file).read_text().splitlines())
    found = problems(put(cohort, {(row, column): "" for row in range(2, last + 1) for column in columns}))
    assert [(each["rule"], each["column"], each["severity"]) for each in found] == [
        ("outcome_empty", " + ".join(columns), "error")
    ]


# --- warnings ---------------------------------------------------------------------------------------------------------


def test_a_later_value_without_baseline_is_a_warning(wide, put, problems):
    (found,) = problems(put(wide, {(2, "pain0"): "n/a"}))
    assert (found["severity"], found["rule"], found["row"], found["column"]) == (
        "warning",
        "baseline_missing",
        2,
        "pain4",
    )
    assert found["problem"] == 'participant "P01" has a later value of pain but no baseline value'
    assert len(ingest_cohort(wide)[1]) == 13


def test_a_missing_baseline_is_told_once(long, put, problems):
    with open("long.csv", "a") as file:
        file.write("P01,,,,,8,30,15,,\n")
    longer = reread(replace(long, visits=(*long.visits, Visit(**WEEK_8))), visits={"week_8": ("8",)})
    found = problems(put(longer, {(2, "pain"): ""}))
    assert [(each["rule"], each["row"]) for each in found] == [("baseline_missing", 3)]


def test_a_value_after_withdrawal_is_a_warning(wide, put, problems):
    (found,) = problems(put(wide, {(2, "last"): "entry", (2, "pain4"): ""}))
    assert (found["severity"], found["rule"], found["row"]) == ("warning", "value_after_withdrawal", 2)
    assert (found["column"], found["value"]) == ("reach4", "14")


@pytest.mark.parametrize("name", ["p01", "P 01"])
def test_one_person_under_two_names_is_an_error(long, put, problems, name):
    found = problems(put(long, {(3, "id"): name, (3, "group"): "RW"}))
    assert [(each["rule"], each["severity"], each["row"]) for each in found][:1] == [("participant_alike", "error", 3)]
    assert found[0]["problem"] == f'participant "{name}" differs from "P01" in row 2 only in capitals or spaces'
    assert {each["rule"] for each in found[1:]} == {"baseline_missing"}


def test_values_at_and_before_the_last_visit_are_no_fault(wide, put, problems):
    assert problems(put(wide, {(2, "last"): "4", (3, "last"): "week_4"})) == []


@pytest.mark.parametrize(("value", "rules"), [("10", ["unit_doubtful"]), ("10.1", [])])
def test_centimetres_in_a_file_of_millimetres_are_a_warning(wide, put, problems, value, rules):
    cells = {(row, column): f"4.{row}" for row in range(2, 6) for column in ("pain0", "pain4")}
    found = problems(put(wide, cells | {(2, "pain0"): value, (5, "last"): ""}))
    assert [each["rule"] for each in found] == rules
    if rules:
        assert (
            found[0]["problem"] == "every value of pain is between 4.2 and 10, but the instrument's maximum is 100 mm"
        )
        assert found[0]["severity"] == "warning"


# --- what missing codes are for ---------------------------------------------------------------------------------------


def test_missing_codes_are_empty_cells(wide, put, problems):
    codes = {(2, "pain4"): "n/a", (3, "pain4"): "-99", (4, "pain4"): "-99.0", (2, "age"): "n/a", (3, "sex"): "-99"}
    assert problems(put(wide, codes)) == []
    participants, measurements = ingest_cohort(wide)
    assert participants["age"].isna().tolist() == [True, False, False, False]
    assert participants["sex"].isna().tolist() == [False, True, False, False]
    assert "week_4" not in set(measurements.loc[measurements["outcome"] == "pain", "visit"])


def test_a_code_stands_for_itself_alone(wide, put, problems):
    found = problems(put(wide, {(2, "pain4"): "N/A", (3, "pain4"): "-98"}))
    assert [each["rule"] for each in found] == ["value_not_number", "value_out_of_range"]


def test_a_code_may_be_the_number_of_a_participant_or_a_visit(long, put, problems):
    Path("long.csv").write_text(Path("long.csv").read_text().replace("entry", "0").replace("P01", "0"))
    numbered = reread(long, visits={"baseline": ("0",)}, missing=("0", "n/a"))
    put(numbered, {(2, "pain"): "0", (2, "age"): "0.0"})
    assert [each["rule"] for each in problems(numbered)] == ["baseline_missing"]
    participants, measurements = ingest_cohort(numbered)
    assert participants["participant"].tolist() == ["0", "P02", "P03", "P04"]
    assert participants["withdrawn_after"].tolist() == ["", "", "", "baseline"]
    assert participants["age"].isna().tolist() == [True, False, False, False]
    assert measurements["visit"].value_counts().to_dict() == {"baseline": 7, "week_4": 6}
    assert "participant_blank" in [each["rule"] for each in problems(put(numbered, {(2, "id"): "n/a"}))]


def test_a_row_of_missing_codes_is_no_row(wide, problems):
    with open("trial.csv", "a") as file:
        file.write(",".join(["n/a"] * 11) + "\n")
    assert problems(wide) == []
    assert len(ingest_cohort(wide)[0]) == 4


# --- how faults are told ----------------------------------------------------------------------------------------------


def test_a_problem_is_one_sentence():
    problem = Problem("t", "t.csv", "r", "is not a number", "0 to 10", "Correct it.", row=7, column="vas", value="5,5")
    assert problem.sentence() == 't.csv, row 7, column "vas": "5,5" is not a number. Allowed: 0 to 10. Correct it.'
    assert Problem("t", "t.csv", "r", "is empty", "", "Fill it.").sentence() == "t.csv: is empty. Fill it."


def faults(count, severity="error"):
    return [Problem("t", "t.csv", "r", "is x", "", "Mend.", row=row, severity=severity) for row in range(2, count + 2)]


@pytest.mark.parametrize(
    ("count", "lines", "last"),
    [
        (1, 1, "1 error; all are listed in p.csv"),
        (2, 2, "2 errors; all are listed in p.csv"),
        (20, 20, "20 errors; all are listed in p.csv"),
        (21, 20, "21 errors (the first 20 are shown above); all are listed in p.csv"),
        (500, 20, "500 errors (the first 20 are shown above); all are listed in p.csv"),
    ],
)
def test_a_message_shows_twenty_faults_and_a_count(count, lines, last):
    shown = message(faults(3, "warning") + faults(count), "p.csv").splitlines()
    assert len(shown) == lines + 1
    assert shown[0] == "t.csv, row 2: is x. Mend."
    assert shown[-1] == last


def test_problems_are_listed_errors_first_then_by_row():
    made = [*faults(2, "warning"), *reversed(faults(2)), Problem("t", "t.csv", "r", "is x", "", "Mend.")]
    table = tabulate(made)
    assert list(table) == PROBLEM_COLUMNS
    assert table["severity"].tolist() == ["error"] * 3 + ["warning"] * 2
    assert table["row"].astype(object).where(table["row"].notna(), None).tolist() == [None, 2, 3, 2, 3]
    assert str(table["row"].dtype) == "Int64"


def test_all_faults_of_a_file_are_told_at_once(wide, put):
    put(wide, {(2, "pain0"): "x", (3, "group"): "RV", (4, "age"): "y", (5, "last"): "z", (2, "pain4"): "999"})
    with pytest.raises(DataError) as fault:
        ingest_cohort(wide)
    lines = str(fault.value).splitlines()
    assert lines[-1] == "6 errors; all are listed in results/cohorts/trial/problems.csv"
    for words in ('row 2, column "pain0": "x"', 'row 3, column "group": "RV"', 'row 4, column "age": "y"'):
        assert len([line for line in lines if words in line]) == 1


def test_a_character_that_nobody_sees_is_named(wide, put, problems):
    found = [row for row in problems(put(wide, {(3, "id"): "P0\u200b2"})) if row["rule"] == "hidden_character"]
    assert [(row["row"], row["column"], row["problem"]) for row in found] == [
        (3, "id", "contains an invisible character (U+200B)")
    ]
