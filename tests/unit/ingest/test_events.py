"""Adverse events: a row an event, of participants exactly as they are named, read from any file and back."""

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook
from pandas.testing import assert_frame_equal
from tests.unit.trials import reread

from retrowalk import files
from retrowalk.errors import DataError
from retrowalk.ingest import check_cohort, ingest_cohort, ingest_events, read_events
from retrowalk.plan.intake import Events, Source, YesNo
from retrowalk.vocabulary import EVENT_COLUMNS

ROWS = """\
who,what,week,sae,notes
P03,knee pain,2.5,0,"eased, then gone"
P01,fall,3,1,stumbled
P01,knee pain,,,
"""
TABLE = """\
cohort,participant,week,kind,serious,description
trial,P03,2.5,knee pain,no,"eased, then gone"
trial,P01,3.0,fall,yes,stumbled
trial,P01,,knee pain,,
"""


@pytest.fixture
def eventful(wide):
    """The small trial with a table of adverse events, events.csv."""
    Path("events.csv").write_text(ROWS)
    said = {"week_column": "week", "serious": YesNo("sae", "1"), "description_column": "notes", "falls": ("fall",)}
    return reread(wide, events=Events(Source("events.csv"), "who", "what", **said))


def events_of(cohort):
    return ingest_events(ingest_cohort(cohort)[0], cohort)


def rules(cohort):
    return [(row["rule"], row["row"], row["value"]) for row in check_cohort(cohort).to_dict("records")]


def test_the_table(eventful):
    assert rules(eventful) == []
    assert events_of(eventful).to_csv(index=False) == TABLE


def test_events_come_back_as_they_were_written(eventful, tmp_path):
    Path("events.csv").write_text(ROWS.replace("stumbled", "=stumbled").replace("eased, then gone", "NA"))
    events = events_of(eventful)
    files.write_csv(events, tmp_path / "e.csv")
    assert_frame_equal(read_events(tmp_path / "e.csv"), events)
    assert read_events(tmp_path / "e.csv")["description"].tolist() == ["NA", "=stumbled", ""]


def test_a_cohort_without_events_has_a_table_without_rows(wide, tmp_path):
    events = events_of(wide)
    assert (list(events), len(events)) == (EVENT_COLUMNS, 0)
    files.write_csv(events, tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_text() == "cohort,participant,week,kind,serious,description\n"
    assert_frame_equal(read_events(tmp_path / "e.csv"), events)


def test_a_file_with_names_of_columns_alone_says_that_nothing_happened(eventful):
    Path("events.csv").write_text(ROWS.splitlines()[0] + "\n")
    assert rules(eventful) == []  # nor is it doubtful that no fall occurs
    assert len(events_of(eventful)) == 0


def test_only_the_kind_and_the_participant_are_needed(eventful):
    bare = reread(eventful, events=Events(Source("events.csv"), "who", "what"))
    events = events_of(bare)
    assert events["kind"].tolist() == ["knee pain", "fall", "knee pain"]
    assert events["week"].isna().all()
    assert set(events["serious"]) == set(events["description"]) == {""}


def test_another_sheet_of_the_workbook_with_a_title_above_and_a_row_left_out(eventful):
    book = Workbook()
    for line in Path("trial.csv").read_text().splitlines():
        book.active.append(line.split(","))
    book.active.title = "Data"
    log = book.create_sheet("Adverse events")
    rows = [["Log of adverse events"], ["who", "what", "week", "sae", "notes"]]
    rows += [["P03", "knee pain", 2.5, 0, "eased, then gone"], ["P99", "example of an entry"]]
    for row in [*rows, ["P01", "fall", 3, 1, "stumbled"], ["P01", "knee pain"]]:
        log.append(row)
    book.save("trial.xlsx")
    table = Source("trial.xlsx", ("Adverse events",), header=(2,), skip_rows=(4,))
    cohort = reread(eventful, table=Source("trial.xlsx", ("Data",)), events={"table": table})
    assert cohort.intake.files == ("trial.xlsx",)
    assert rules(cohort) == []
    assert events_of(cohort).to_csv(index=False) == TABLE
    # A fault is told with the sheet and the row of the log, not of the data.
    log["A5"], log["B2"] = "P1", "what"
    book.save("trial.xlsx")
    (found,) = check_cohort(cohort).to_dict("records")
    assert [found[key] for key in ("rule", "file", "sheet", "row")] == [
        *("event_participant_unknown", "trial.xlsx", "Adverse events", 5)
    ]
    log["B2"] = "kind"
    book.save("trial.xlsx")
    (found,) = check_cohort(cohort).to_dict("records")
    assert [found[key] for key in ("rule", "sheet", "row", "column")] == ["column_missing", "Adverse events", 2, "what"]


def test_decimal_commas_and_missing_codes(eventful):
    Path("events.csv").write_text("who;what;week;sae;notes\nP03;knee pain;2,5;n/a;n/a\nP01;fall;-99;0;\n")
    table = Source("events.csv", decimal=",")
    cohort = reread(eventful, events={"table": table})
    assert rules(cohort) == []
    assert events_of(cohort).to_csv(index=False) == (
        "cohort,participant,week,kind,serious,description\ntrial,P03,2.5,knee pain,,\ntrial,P01,,fall,no,\n"
    )


@pytest.mark.parametrize("name", ["p01", "P1", "P01x", "01"])
def test_a_participant_is_named_exactly_as_in_the_data(eventful, name):
    Path("events.csv").write_text(ROWS.replace("P01,fall", f"{name},fall"))
    assert rules(eventful) == [("event_participant_unknown", 3, name)]
    with pytest.raises(DataError, match="is not a participant of this cohort"):
        ingest_cohort(eventful)


def test_a_participant_of_the_table_of_participants_may_have_an_event_and_no_measurement(eventful, wide):
    Path("people.csv").write_text(Path("trial.csv").read_text() + "P05,CE,60,2,York,,,,,,\n")
    cohort = reread(eventful, participants_table=Source("people.csv"))
    Path("events.csv").write_text(ROWS.replace("P03", "P05"))
    assert rules(cohort) == []
    assert events_of(cohort)["participant"].tolist() == ["P05", "P01", "P01"]


def test_every_fault_of_a_table_is_told_at_once(eventful):
    Path("events.csv").write_text("who,what,week,sae,notes\nP9,,soon,9,\n,none,-2,1,\nP01,slip,1,0,\n")
    table = check_cohort(eventful)
    assert [(row.rule, row.row, row.value) for row in table.itertuples()] == [
        ("event_serious_unknown", 2, "9"),
        ("event_week_wrong", 2, "soon"),
        ("event_kind_blank", 2, ""),
        ("event_participant_unknown", 2, "P9"),
        ("event_week_wrong", 3, "-2"),
        ("event_none", 3, "none"),
        ("event_participant_unknown", 3, ""),
        ("fall_unknown", table.iloc[-1]["row"], "fall"),
    ]
    assert table["severity"].tolist() == ["error"] * 7 + ["warning"]
    assert pd.isna(table.iloc[-1]["row"])


def test_a_changed_file_of_events_is_told(eventful):
    table = Source("events.csv", sha256=files.sha256("events.csv"))
    cohort = reread(eventful, events={"table": table})
    assert rules(cohort) == []
    Path("events.csv").write_text(ROWS.replace("stumbled", "slipped"))
    (found,) = check_cohort(cohort).to_dict("records")
    assert (found["rule"], found["severity"], found["file"]) == ("file_changed", "warning", "events.csv")


def test_the_texts_of_yes_and_no():
    assert set(YesNo("x", "1").names.items()) >= {("1", "yes"), ("0", "no"), ("No", "no"), ("false", "no")}
    assert YesNo("x", "0", "1").names == {"0": "yes", "1": "no"}
    # Where 0 is yes it is not also no.
    assert YesNo("x", "0").names["0"] == "yes"
