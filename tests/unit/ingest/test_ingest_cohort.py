"""A sound file becomes the two tables, the same whatever its form, and they come back from their files as they were."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pandas.testing import assert_frame_equal
from tests.unit.ingest.conftest import CONTENT, INSTRUMENTS
from tests.unit.trials import built, reread

from retrowalk import files
from retrowalk.errors import DataError
from retrowalk.ingest import check_cohort, ingest_cohort, read_measurements, read_participants
from retrowalk.plan.intake import Withdrawal
from retrowalk.plan.plain import for_ingest, from_params
from retrowalk.plan.read import load_plan
from retrowalk.plan.trial import Cohort
from retrowalk.vocabulary import MEASUREMENT_COLUMNS


def test_the_two_tables(wide):
    participants, measurements = ingest_cohort(wide)
    assert participants.to_csv(index=False) == (
        "cohort,participant,arm,age,sex,clinic,withdrawn_after,withdrawal_reason\n"
        "trial,P01,retro,61.0,female,Leeds,,\n"
        "trial,P02,retro,58.0,male,York,,\n"
        "trial,P03,exercise,64.0,female,Leeds,,\n"
        "trial,P04,exercise,70.0,male,York,baseline,moved away\n"
    )
    assert list(measurements) == MEASUREMENT_COLUMNS
    assert measurements.iloc[:5].to_csv(index=False) == (
        "cohort,participant,visit,outcome,value\n"
        "trial,P01,baseline,pain,55.0\n"
        "trial,P01,baseline,reach,12.5\n"
        "trial,P01,week_4,pain,40.0\n"
        "trial,P01,week_4,reach,14.0\n"
        "trial,P02,baseline,pain,62.0\n"
    )
    assert len(measurements) == 14  # P04 came once


def as_excel(cohort):
    """Write the cohort's file as an Excel file, its numbers as numbers."""
    book = Workbook()
    for line in Path(cohort.intake.table.file).read_text().splitlines():
        cells = [pd.to_numeric(cell, errors="coerce") if cell[:1].isdigit() else cell for cell in line.split(",")]
        book.active.append(cells)
    book.save("trial.xlsx")
    return reread(cohort, table={"file": "trial.xlsx"})


def as_semicolons(cohort):
    text = Path(cohort.intake.table.file).read_text().replace(",", ";")
    Path("semicolons.csv").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    return reread(cohort, table={"file": "semicolons.csv"})


@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("other", [as_excel, as_semicolons])
def test_every_form_of_a_file_gives_the_same_bytes(wide, request, form, other, tmp_path):
    cohort = other(request.getfixturevalue(form))
    for name, tables in (("one", ingest_cohort(wide)), ("other", ingest_cohort(cohort))):
        for i, table in enumerate(tables):
            files.write_csv(table, tmp_path / f"{name}{i}")
    for i in (0, 1):
        assert (tmp_path / f"one{i}").read_bytes() == (tmp_path / f"other{i}").read_bytes()


def test_what_is_said_once_of_a_participant_may_stand_in_any_row(wide, long):
    one, other = ingest_cohort(wide)[0], ingest_cohort(long)[0]
    assert_frame_equal(one, other)


def test_measurements_are_in_the_order_of_the_file_and_the_plan(long):
    header, *rows = Path("long.csv").read_text().splitlines()
    shuffled = [rows[i] for i in (7, 3, 0, 5, 6, 1, 4, 2)]
    Path("long.csv").write_text("\n".join([header, *shuffled]))
    participants, measurements = ingest_cohort(replace(long, outcomes=long.outcomes[::-1]))
    assert participants["participant"].tolist() == ["P04", "P02", "P01", "P03"]
    assert measurements[["participant", "visit", "outcome"]].iloc[:5].to_numpy().tolist() == [
        ["P04", "baseline", "reach"],
        ["P04", "baseline", "pain"],
        ["P02", "baseline", "reach"],
        ["P02", "baseline", "pain"],
        ["P02", "week_4", "reach"],
    ]


@pytest.mark.parametrize("ids", [["NA", "None", "007", "nan"], ["1", "01", "1.0", "1e0"]])
def test_participants_keep_the_name_they_have_in_the_file(wide, put, tmp_path, ids):
    participants, measurements = ingest_cohort(put(wide, {(row, "id"): ids[row - 2] for row in range(2, 6)}))
    assert participants["participant"].tolist() == ids
    files.write_csv(participants, tmp_path / "p.csv")
    files.write_csv(measurements, tmp_path / "m.csv")
    assert read_participants(tmp_path / "p.csv", wide)["participant"].tolist() == ids
    assert list(dict.fromkeys(read_measurements(tmp_path / "m.csv")["participant"])) == ids


def test_a_participant_without_any_value_is_still_a_participant(wide, put):
    put(wide, {(5, column): "" for column in ("age", "sex", "site", "pain0", "reach0", "last", "why")})
    participants, measurements = ingest_cohort(wide)
    assert participants["participant"].tolist() == ["P01", "P02", "P03", "P04"]
    assert participants.iloc[3][["age", "sex", "clinic"]].isna().all()
    assert participants.iloc[3][["arm", "withdrawn_after", "withdrawal_reason"]].tolist() == ["exercise", "", ""]
    assert "P04" not in set(measurements["participant"])


def test_a_covariate_that_nobody_has(wide, put):
    put(wide, {(row, column): "" for row in range(2, 6) for column in ("age", "sex", "site", "last", "why")})
    participants = ingest_cohort(wide)[0]
    assert participants[["age", "sex", "clinic"]].isna().all(axis=None)
    assert str(participants["age"].dtype) == "float64"
    assert set(participants["withdrawn_after"]) == set(participants["withdrawal_reason"]) == {""}


@pytest.mark.parametrize("has_last_visits", [True, False])
def test_what_a_job_gets_of_the_plan_makes_the_tables_that_the_whole_plan_makes(wide, has_last_visits):
    """Labels that the job does not need are empty there, and an empty cell of last visits is no visit without a label."""
    cohort = wide if has_last_visits else replace(wide, intake=replace(wide.intake, withdrawal=Withdrawal()))
    of_job = from_params(Cohort, for_ingest(cohort))
    assert of_job != cohort
    for made, whole in zip(ingest_cohort(of_job), ingest_cohort(cohort), strict=True):
        assert_frame_equal(made, whole)
    assert check_cohort(of_job).empty == check_cohort(cohort).empty


def test_a_cohort_without_covariates_and_withdrawals(wide):
    bare = built(CONTENT | {"covariates": {}, "strata": [], "adjust_for": [], "withdrawal": {}}, INSTRUMENTS)
    participants, measurements = ingest_cohort(bare)
    assert list(participants) == ["cohort", "participant", "arm", "withdrawn_after", "withdrawal_reason"]
    assert set(participants["withdrawn_after"]) == {""}
    assert len(measurements) == 14


@pytest.mark.parametrize(
    ("last", "after"), [("entry", "baseline"), ("baseline", "baseline"), ("4", ""), ("week_4", ""), ("", "")]
)
def test_whoever_attended_the_last_visit_has_not_withdrawn(wide, put, last, after):
    assert ingest_cohort(put(wide, {(5, "last"): last}))[0]["withdrawn_after"].tolist() == ["", "", "", after]


def test_an_outcome_may_be_measured_at_some_visits_only(wide):
    late = reread(wide, outcomes={"reach": {"columns": {"week_4": "reach4"}}})
    measurements = ingest_cohort(late)[1]
    assert set(measurements.loc[measurements["outcome"] == "reach", "visit"]) == {"week_4"}


@pytest.mark.parametrize(
    "clinics",
    [
        ["Leeds", "York", "Leeds", ""],
        ["TRUE", "FALSE", "TRUE", ""],
        ["True", "False", "True", "True"],
        ["NA", "None", "nan", "x"],
        ["7", "8.5", "", "9"],
        ["1", "2", "1", "2"],
        ["", "", "", ""],
        ["2020-01-02"] * 4,
    ],
)
def test_participants_come_back_as_they_were_written(wide, put, tmp_path, clinics):
    age, sex, clinic = wide.covariates
    sex = replace(sex, levels=("01", "02"))  # a level is a word, also where it looks like a number
    cohort = reread(
        replace(wide, strata=(), covariates=(age, sex, clinic)), covariates={"sex": {"levels": {"1": "01", "2": "02"}}}
    )
    put(cohort, {(row, "site"): clinics[row - 2] for row in range(2, 6)})
    put(cohort, {(2, "age"): "", (3, "sex"): "", (5, "why"): 'said "no", left\nat once'})
    participants = ingest_cohort(cohort)[0]
    assert participants["sex"].dropna().tolist() == ["01", "01", "02"]
    files.write_csv(participants, tmp_path / "p.csv")
    assert_frame_equal(read_participants(tmp_path / "p.csv", cohort), participants)


def test_measurements_come_back_as_they_were_written(wide, put, tmp_path):
    put(wide, {(2, "reach0"): "0.1234567890123456789", (3, "reach0"): "1e-7", (4, "reach0"): "123456789.123456789"})
    measurements = ingest_cohort(wide)[1]
    files.write_csv(measurements, tmp_path / "m.csv")
    back = read_measurements(tmp_path / "m.csv")
    assert_frame_equal(back, measurements.reset_index(drop=True), check_exact=True)


def test_each_cell_of_a_bundled_file_is_one_measurement(root, monkeypatch):
    monkeypatch.chdir(root)
    cohort = load_plan().cohorts["ansari2020"]
    raw = pd.read_csv(cohort.intake.table.file)
    measurements = ingest_cohort(cohort)[1]
    wide = measurements.pivot(index="participant", columns=["outcome", "visit"], values="value").loc[raw["id"]]
    assert len(measurements) == wide.size
    for name, outcome in cohort.intake.outcomes.items():
        for visit, column in outcome.columns.items():
            assert wide[name, visit].tolist() == raw[column].tolist()


CELLS = [
    "",
    " ",
    "NA",
    "n/a",
    "-99",
    "0",
    "5,5",
    "1e999",
    "nan",
    "RW",
    "CE",
    "P01",
    "entry",
    "4",
    "week_4",
    "Leeds",
    "１",
    "x\ny",
]


@pytest.mark.parametrize("form", ["wide", "long"])
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_in_the_cells_the_file_is_taken_or_refused_with_its_faults(form, request, put, data):
    cohort = request.getfixturevalue(form)
    text = Path(cohort.intake.table.file).read_text()
    places = st.tuples(st.integers(1, len(text.splitlines())), st.sampled_from(text.splitlines()[0].split(",")))
    try:
        put(cohort, data.draw(st.dictionaries(places, st.sampled_from(CELLS), max_size=4)))
        errors = (check_cohort(cohort)["severity"] == "error").sum()
        if errors:
            with pytest.raises(DataError, match=rf"\b{errors} error"):
                ingest_cohort(cohort)
        else:
            participants, measurements = ingest_cohort(cohort)
            assert participants["participant"].is_unique
            assert set(participants["arm"]) == {"retro", "exercise"}
            assert not measurements.duplicated(["participant", "visit", "outcome"]).any()
            assert measurements["value"].between(-100, 100).all()
    finally:
        Path(cohort.intake.table.file).write_text(text)
