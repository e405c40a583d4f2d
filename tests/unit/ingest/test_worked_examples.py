"""Every worked example of config/README.md does what it says."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.unit.ingest.received import RECEIVED

from retrowalk.cli import main
from retrowalk.ingest import check_cohort, ingest_cohort, ingest_events
from retrowalk.plan.read import load_cohort, read_instruments

ROOT = Path(__file__).resolve().parents[3]
PAIR = re.compile(r"### ([^\n]+)\n(?:(?!###).)*?```sh\nretrowalk ([^\n]+)\n```\n\n```yaml\n(.*?)```", re.DOTALL)
EXAMPLES = PAIR.findall((ROOT / "config" / "README.md").read_text(encoding="utf-8"))


def test_there_is_an_example_of_each_kind_of_file():
    endings = {Path(word).suffix for _, command, _ in EXAMPLES for word in shlex.split(command)}
    assert {".csv", ".xlsx", ".sav", ".dta", ".xpt"} <= endings
    assert len(EXAMPLES) >= 12
    titles = " ".join(title for title, _, _ in EXAMPLES)
    for kind in ("CSV", "Excel", "SPSS", "Stata", "SAS", "REDCap", "ADaM"):
        assert kind in titles


@pytest.mark.parametrize(("title", "command", "written"), EXAMPLES, ids=[title for title, _, _ in EXAMPLES])
def test_an_example_writes_what_it_shows(tmp_path, monkeypatch, capsys, title, command, written):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "received").symlink_to(ROOT / "tests" / "received")
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(command)
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 0, capsys.readouterr()
    assert "no problems found\nNow type: make" in capsys.readouterr().out
    text = (tmp_path / "config" / "cohorts" / f"{arguments[1]}.yaml").read_text(encoding="utf-8")
    lines = [re.sub(r', sha256: "[0-9a-f]{64}"', "", line) for line in text.splitlines()]
    shown = [line for line in lines if line.strip() and not line.startswith(("#", "sha256"))]
    assert shown == written.splitlines()
    assert "provenance: synthetic" in shown  # nothing made from our files may look like evidence


def test_the_example_of_adverse_events_and_attendance_can_be_used_as_it_stands(tmp_path, monkeypatch):
    """The keys are added to a cohort file, and the log as it is shown becomes a sheet of its workbook."""
    text = (
        (ROOT / "config" / "README.md").read_text(encoding="utf-8").partition("### Adverse events and attendance\n")[2]
    )
    (keys,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    log = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "data" / "mytrial").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    book = Workbook()
    for place, line in enumerate((RECEIVED / "plain_wide.csv").read_text().splitlines()):
        book.active.append([*line.split(","), 12 - place % 5 if place else "sessions_done"])
    sheet = book.create_sheet("Adverse events")
    for row in (log[0], *log[2:]):
        sheet.append(row)
    book.save("data/mytrial/mytrial.xlsx")
    example = next(written for title, _, written in EXAMPLES if title == "CSV, one row per participant")
    cohort_file = tmp_path / "config" / "cohorts" / "mytrial.yaml"
    cohort_file.write_text(example.replace("data/plain/plain_wide.csv", "data/mytrial/mytrial.xlsx") + keys)
    cohort = load_cohort("mytrial", read_instruments())
    assert check_cohort(cohort).to_dict("records") == []
    participants, _ = ingest_cohort(cohort)
    assert participants["per_protocol"].value_counts().to_dict() == {"yes": 19, "no": 5}
    events = ingest_events(participants, cohort)
    assert events[["participant", "kind", "week", "serious"]].to_numpy().tolist() == [
        ["BW07", "knee pain", 2.0, "no"],
        ["BW07", "fall", 3.0, "no"],
        ["BW15", "fall", 5.0, "yes"],
    ]
    assert cohort.intake.events.falls == ("fall",)


def test_the_example_of_a_new_instrument_can_be_used_as_it_stands(tmp_path, monkeypatch):
    """It is written to the end of instruments.yaml; a column is then known by its name and measured in its range."""
    text = (ROOT / "config" / "README.md").read_text(encoding="utf-8").partition("## instruments.yaml")[2]
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1]
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "config" / "instruments.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\n{example}")
    header, *rows = (RECEIVED / "plain_wide.csv").read_text().splitlines()
    columns = header.split(",")
    renamed = [name.replace("odi", "bbs") for name in columns]
    places = [place for place, name in enumerate(renamed) if name.startswith("bbs")]
    cells = [row.split(",") for row in rows]
    for row in cells:
        for place in places:
            row[place] = "45"
    cells[3][places[0]] = "57"
    (tmp_path / "new.csv").write_text("\n".join(",".join(row) for row in [renamed, *cells]) + "\n")
    with pytest.raises(SystemExit) as end:
        main(["new-cohort", "mytrial", "new.csv", "--randomised", "--backward", "BW", "--yes"])
    assert end.value.code == 0
    cohort = load_cohort("mytrial", read_instruments())
    assert "Berg Balance Scale" in {outcome.label for outcome in cohort.outcomes}
    found = check_cohort(cohort)
    assert found.loc[found["severity"] == "error", ["row", "value"]].to_numpy().tolist() == [[5, "57"]]
