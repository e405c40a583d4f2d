"""The seal names every file of the results with its checksum, is the same everywhere, and contains nothing of the data."""

import json
import re
import shutil
from contextlib import chdir
from pathlib import Path

import pandas as pd
import pytest
from tests.unit.present.record.sealed import COHORT, SNAKEFILE, make_project, seal

from retrowalk.errors import RetrowalkError
from retrowalk.files import sha256
from retrowalk.present.record.intact import CHECKSUM_COLUMNS, CHECKSUMS, read_seal
from retrowalk.present.record.run import SOFTWARE

CRATE = "ro-crate-metadata.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A project with sealed results. Read only."""
    return make_project(tmp_path_factory.mktemp("seal") / "project")


@pytest.fixture
def project(made, tmp_path) -> Path:
    """A copy, to change at will."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


def entities(project: Path) -> dict[str, dict]:
    graph = json.loads((project / "results" / CRATE).read_text())["@graph"]
    by_id = {entity["@id"]: entity for entity in graph}
    assert len(by_id) == len(graph)
    return by_id


def references(value):
    """Return the identifiers that a part of the description points to."""
    if isinstance(value, list):
        return {each for part in value for each in references(part)}
    return {value["@id"]} if isinstance(value, dict) else set()


# --- checksums ----------------------------------------------------------------------------------------------------------


def test_every_file_is_listed_with_its_size_and_checksum(made):
    results = made / "results"
    table = pd.read_csv(results / CHECKSUMS)
    assert list(table.columns) == CHECKSUM_COLUMNS
    there = sorted(path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file())
    assert list(table["path"]) == [path for path in there if path != CHECKSUMS]
    for row in table.itertuples():
        assert row.bytes == (results / row.path).stat().st_size
        assert row.sha256 == sha256(results / row.path)
    assert {path: (each.size, each.sha256) for path, each in read_seal(results).items()} == {
        row.path: (row.bytes, row.sha256) for row in table.itertuples()
    }


def test_the_seal_is_the_same_in_every_folder_and_on_every_day(made, tmp_path, monkeypatch):
    monkeypatch.setattr("rocrate.utils.iso_now", lambda: "2031-05-06T07:08:09")
    again = make_project(tmp_path / "somewhere" / "é O'Brien")
    for name in (CHECKSUMS, CRATE):
        assert (again / "results" / name).read_bytes() == (made / "results" / name).read_bytes()
    assert str(made) not in (made / "results" / CRATE).read_text()


def test_a_cohort_that_was_left_out_is_not_described(project):
    """Its problems are a result; it has no estimates."""
    shutil.rmtree(project / "results" / "cohorts" / COHORT)
    (project / "results" / "cohorts" / COHORT).mkdir()
    (project / "results" / "cohorts" / COHORT / "problems.csv").write_text("cohort\n")
    with chdir(project):
        seal()
    described = entities(project)
    assert f"cohorts/{COHORT}/problems.csv" in described
    assert "No cohort was analysed." in described["./"]["description"]
    assert references(described["#run"]["object"]) == {"plan.json", "#data/published/evidence.csv"}
    assert described[f"cohorts/{COHORT}/"]["name"] == f"cohorts/{COHORT}"


# --- reading it back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[:-30],
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n",
        lambda text: text + "x.csv,1\n",
        lambda text: text + text.splitlines()[1] + "\n",
        lambda text: text.replace("path,", "file,"),
        lambda text: text + f"../plan.json,1,{'ab' * 32}\n",
        lambda text: text + f"/etc/passwd,1,{'ab' * 32}\n",
        lambda text: text + f"a.csv,many,{'ab' * 32}\n",
        lambda text: text + f"a.csv,1,{'xy' * 32}\n",
        lambda text: '"' + text,
        lambda text: "\0" * 100,
        lambda text: "[" * 10_000,
    ],
)
def test_a_damaged_table_of_checksums_is_one_message(project, spoil):
    path = project / "results" / CHECKSUMS
    path.write_text(spoil(path.read_text()), newline="")
    with pytest.raises(RetrowalkError, match=r"checksums\.csv is damaged or was edited") as fault:
        read_seal(project / "results")
    assert len(str(fault.value).splitlines()) == 1


def test_bytes_that_are_no_text_are_the_same_message(project):
    (project / "results" / CHECKSUMS).write_bytes(b"\xff\xfe\x00path")
    with pytest.raises(RetrowalkError, match=r"checksums\.csv is damaged or was edited"):
        read_seal(project / "results")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "is not a folder. Give a folder of results"),
        ("results/report.html", "is not a folder. Give a folder of results"),
        ("config", "has no checksums.csv: it is not a folder of results, or its run did not finish."),
    ],
)
def test_what_is_no_folder_of_results_is_said(made, name, words):
    with pytest.raises(RetrowalkError, match=re.escape(words)):
        read_seal(made / name)


# --- the description ----------------------------------------------------------------------------------------------------


def test_the_description_has_every_file_and_points_to_nothing_else(made):
    described = entities(made)
    sealed = read_seal(made / "results")
    for path, content in sealed.items():
        if path != CRATE:
            assert described[path]["sha256"] == content.sha256
            assert described[path]["contentSize"] == str(content.size)
    assert described[CRATE]["about"] == {"@id": "./"}
    parts = {each["@id"] for each in described["./"]["hasPart"]}
    assert parts >= {*sealed, CHECKSUMS} - {CRATE}
    for entity in described.values():
        pointed = {each for key, value in entity.items() if key != "conformsTo" for each in references(value)}
        local = {each for each in pointed if "://" not in each}
        assert local <= described.keys(), entity["@id"]


def test_the_description_says_what_was_run_on_what(made):
    described = entities(made)
    run = described["#run"]
    record = json.loads((made / "results/provenance.json").read_text())
    files = {f"#{path}": entry["sha256"] for path, entry in record["inputs"].items()}
    assert references(run["object"]) == {"plan.json", *files}
    assert {name: described[name]["sha256"] for name in files} == files
    assert references(run["result"]) >= {"report.html", f"cohorts/{COHORT}/", "synthesis/"}
    workflow = described[run["instrument"]["@id"]]
    assert "ComputationalWorkflow" in workflow["@type"]
    assert workflow["sha256"] == SNAKEFILE
    used = {
        described[each]["name"]: described[each]["version"] for each in references(workflow["softwareRequirements"])
    }
    assert used | {"retrowalk": workflow["version"]} == record["software"]
    assert used.keys() == SOFTWARE.keys() - {"retrowalk"}
    assert described["https://spdx.org/licenses/MIT"]["name"] == "MIT"


def test_synthetic_data_are_named_as_synthetic(made):
    described = entities(made)
    data = f"#data/{COHORT}/{COHORT}_synthetic.csv"
    for name in ("./", f"cohorts/{COHORT}/", data):
        assert "SYNTHETIC data, not evidence" in described[name]["description"], name
    assert "SYNTHETIC" not in described["#data/published/evidence.csv"]["description"]
    assert described[data]["license"] == {"@id": "https://spdx.org/licenses/MIT"}


def test_patients_data_are_named_and_not_licensed(project):
    path = project / "config" / "cohorts" / f"{COHORT}.yaml"
    path.write_text(path.read_text().replace("provenance: synthetic", "provenance: individual"))
    with chdir(project):
        seal()
    data = entities(project)[f"#data/{COHORT}/{COHORT}_synthetic.csv"]
    assert data["sha256"] == sha256(project / data["name"])
    assert data["description"] == "Not included in this folder."
    assert "license" not in data
    assert "SYNTHETIC" not in (project / "results" / CRATE).read_text()


def test_no_participant_and_no_value_is_in_the_description(made):
    text = (made / "results" / CRATE).read_text()
    values = pd.read_csv(made / f"data/{COHORT}/{COHORT}_synthetic.csv", dtype=str)
    people = values.iloc[:, 0]
    assert people.nunique() == len(people) > 20
    assert not [person for person in (*people, "SYN01") if person in text]
    marked = {path for path, entity in entities(made).items() if "individual participants" in str(entity)}
    assert f"cohorts/{COHORT}/participants.csv" in marked
    assert f"cohorts/{COHORT}/estimates.csv" not in marked
