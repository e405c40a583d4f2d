"""`retrowalk verify`: quiet about results as they were made, one clear list of everything else, never a traceback."""

import json
import shutil
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.present.record.sealed import COHORT, make_project, seal, write_results

from retrowalk.cli import main
from retrowalk.files import read_csv, sha256, write_csv
from retrowalk.plan.read import load_plan
from retrowalk.present.record.freeze import freeze
from retrowalk.present.record.intact import read_seal
from retrowalk.present.record.verify import MOST_NAMED

ESTIMATES = f"cohorts/{COHORT}/estimates.csv"
DATA = f"data/{COHORT}/{COHORT}_synthetic.csv"
UNTOUCHED = [
    "The results were made from these data files (2).",
    "The results were made with the plan in config/.",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A project with sealed results. What a test changes it changes back."""
    return make_project(tmp_path_factory.mktemp("verify") / "project")


@pytest.fixture
def project(made, tmp_path, monkeypatch) -> Path:
    """A copy, to change at will: the current folder."""
    folder = Path(shutil.copytree(made, tmp_path / "copy"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def verified(capsys):
    """Run the command; return its exit code and its lines."""

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["verify", *map(str, arguments)])
        told = capsys.readouterr().out.splitlines()
        return (1, [end.value.code]) if isinstance(end.value.code, str) else (end.value.code, told)

    return run


def other_run(tmp_path: Path, **numbers) -> Path:
    """Return the results of a run of the same plan elsewhere, with other numbers."""
    return make_project(tmp_path / "elsewhere", numbers) / "results"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# --- files --------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_results_as_they_were_made_are_confirmed(verified):
    count = len(read_seal(Path("results")))
    assert verified() == (0, [f"results: all {count} files are as the run made them.", *UNTOUCHED])
    assert not Path("results/logs").exists()


@pytest.mark.usefixtures("project")
def test_a_cohort_that_was_left_out_is_named(verified):
    Path("results/cohorts.csv").write_text("cohort,errors\ntrial,0\nother,2\n")
    seal()
    code, told = verified()
    assert code == 0
    assert told[1] == "results: other was left out of these results, because its data had errors."


@pytest.mark.usefixtures("project")
def test_what_no_job_makes_is_no_result(verified):
    for name in ("logs/a.log", "checks/trial.csv", ".DS_Store", "synthesis/.snakemake_timestamp", "~$manuscript.docx"):
        Path("results", name).parent.mkdir(exist_ok=True)
        Path("results", name).write_text("x")
    assert verified()[0] == 0


@given(place=st.randoms(use_true_random=False), change=st.integers(1, 255))
def test_one_changed_byte_of_any_file_is_found(made, place, change):
    paths = sorted(path for path in (made / "results").rglob("*") if path.is_file())
    path = place.choice(paths)
    before = path.read_bytes()
    spoilt = bytearray(before)
    spoilt[place.randrange(len(before))] ^= change
    path.write_bytes(spoilt)
    try:
        with pytest.raises(SystemExit) as end:
            main(["verify", str(made / "results")])
    finally:
        path.write_bytes(before)
    assert end.value.code != 0


@pytest.mark.usefixtures("project")
def test_edited_missing_and_added_files_are_named(verified):
    edit(Path("results", ESTIMATES), "-5.7", "-7.7")
    Path("results/report.html").unlink()
    Path("results/synthesis/tables/notes.txt").write_text("mine")
    assert verified() == (
        1,
        [
            f"results/{ESTIMATES} was changed after the run.",
            "results/report.html is missing.",
            "results/synthesis/tables/notes.txt is not a result of the run.",
            "3 differences found.",
        ],
    )


@pytest.mark.usefixtures("project")
def test_a_folder_in_the_place_of_a_file_is_a_missing_file(verified):
    Path("results/report.html").unlink()
    Path("results/report.html").mkdir()
    assert verified() == (1, ["results/report.html is missing.", "1 difference found."])


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", ["results/checksums.csv", "results"])
def test_what_cannot_be_checked_is_one_message(verified, name):
    if Path(name).is_dir():
        shutil.rmtree(name)
    else:
        Path(name).write_text("path,bytes\n")
    code, told = verified()
    assert code == 1
    assert len(told) == 1
    assert told[0].startswith(name)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", ["provenance.json", "plan.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"plan": {"sha256": "ab"}}', "[" * 100_000])
def test_a_record_that_was_forged_with_its_checksum_is_one_message(verified, name, text):
    Path("results", name).write_text(text)
    table = read_csv("results/checksums.csv", text=("path", "sha256"))
    table.loc[table["path"] == name, ["bytes", "sha256"]] = [len(text), sha256(Path("results", name))]
    write_csv(table, "results/checksums.csv")
    code, told = verified()
    assert code == 1
    assert told == [
        "results/provenance.json and results/plan.json do not belong together: the plan is not the one that was recorded. "
        "Run make, or get the folder again from where it came."
    ]


# --- data and plan ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_data_that_were_corrected_since_are_named(verified):
    Path(DATA).write_text(Path(DATA).read_text() + "\n")
    code, told = verified()
    assert code == 1
    assert told[0] == f"{DATA} is not the data file that the results were made from."


@pytest.mark.usefixtures("project")
def test_a_plan_that_was_changed_since_is_named(verified):
    edit(Path("config/config.yaml"), "alpha: 0.05", "alpha: 0.1")
    code, told = verified()
    assert code == 1
    assert told[0] == "The plan in config/ is not the one that the results were made with."


@pytest.mark.usefixtures("project")
def test_a_comment_in_the_plan_is_no_change_of_it(verified):
    Path("config/config.yaml").write_text("# mine\n" + Path("config/config.yaml").read_text())
    assert verified()[0] == 0


@pytest.mark.usefixtures("project")
def test_a_plan_with_an_error_is_named(verified):
    edit(Path("config/config.yaml"), "alpha: 0.05", "alhpa: 0.05")
    code, told = verified()
    assert code == 1
    assert told[0].startswith("The plan in config/ could not be compared: config/config.yaml")


@pytest.mark.usefixtures("project")
def test_without_the_data_the_files_are_checked_and_it_is_said(verified):
    Path(DATA).unlink()
    code, told = verified()
    assert code == 0
    assert f"1 of 2 data files are not here, such as {DATA}, and were not compared." in told
    assert any(line.startswith("The plan in config/ could not be compared") for line in told)


@pytest.mark.usefixtures("project")
def test_a_folder_that_was_received_is_compared_with_no_plan(verified):
    shutil.move("results", "received")
    code, told = verified("received")
    assert code == 0
    assert told[1:] == ["received lies beside no plan (config/), so data and plan were not compared."]


@pytest.mark.usefixtures("project")
def test_results_of_another_version_are_not_compared_with_the_plan(verified, monkeypatch):
    monkeypatch.setattr("retrowalk.present.record.verify.version", lambda _: "9.9")
    code, told = verified()
    assert code == 0
    assert any(line.startswith("The plan was not compared: retrowalk ") for line in told)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("plan.json", "config/frozen/plan.json has changed since it was frozen"),
        ("plan.sha256", "config/frozen/plan.json has changed since it was frozen"),
        ("numbers.csv", "config/frozen/numbers.csv has changed since make freeze wrote it."),
        ("frozen.json", "config/frozen/frozen.json has changed since make freeze wrote it."),
    ],
)
def test_frozen_files_that_were_edited_are_named(verified, name, words):
    Path("results/report.html").touch()
    freeze(load_plan())
    assert verified()[1][0] == "config/frozen/ is not the frozen plan that the results were compared with."
    path = Path("config/frozen", name)
    path.write_text(path.read_text().replace("5", "6").replace("format", "from"))
    code, told = verified()
    assert code == 1
    assert told[0].startswith(words)


@pytest.mark.usefixtures("project")
def test_frozen_numbers_without_a_checksum_are_mentioned(verified):
    Path("results/report.html").touch()
    freeze(load_plan())
    words = "config/frozen/frozen.json is missing: the frozen numbers have no checksum."
    assert not any(line.startswith(words) for line in verified()[1])
    Path("config/frozen/frozen.json").unlink()
    assert any(line.startswith(words) for line in verified()[1])


# --- two runs -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_numbers_that_differ_by_rounding_agree(verified, tmp_path):
    other = other_run(tmp_path, estimate=-5.7 * (1 + 1e-9), se=2.8 * (1 - 1e-9))
    code, told = verified("--against", other)
    assert code == 0
    assert told[-1].startswith(f"The numbers in results and {other} agree (each within 0.000001 standard errors)")


@pytest.mark.usefixtures("project")
def test_numbers_that_differ_by_more_are_named(verified, tmp_path):
    other = other_run(tmp_path, estimate=-5.7 + 1e-3 * 2.8)
    code, told = verified("results", "--against", other)
    assert code == 1
    named = f"{ESTIMATES}, {COHORT}, pain, ancova, retro, control, difference, estimate"
    assert f"{named}: -5.7 (results), -5.6972 ({other})." in told
    assert told[-1] == "4 differences found."
    assert not any("agree" in line for line in told)


@pytest.mark.usefixtures("project")
def test_documents_that_differ_are_counted_and_no_fault(verified, tmp_path):
    other = other_run(tmp_path)
    (other / "report.html").write_text("the report, by another processor")
    with chdir(other.parent):
        seal()
    code, told = verified("--against", other)
    assert code == 0
    assert told[-1].startswith("1 figures, tables and documents differ in their bytes, such as report.html.")


@pytest.mark.usefixtures("project")
def test_other_data_plans_and_files_are_named_as_the_reason(verified, tmp_path):
    other = other_run(tmp_path)
    record = json.loads((other / "provenance.json").read_text())
    record["inputs"][DATA]["sha256"] = "ab" * 32
    record["software"]["pandas"] = "1.0"
    (other / "provenance.json").write_text(json.dumps(record))
    (other / "cohorts" / COHORT / "participants.csv").write_text("participant,age\nSYN01,48\n")
    (other / "cohorts" / COHORT / "events.csv").write_text("cohort\n")
    with chdir(other.parent):
        seal()
    code, told = verified("--against", other)
    assert code == 1
    assert f"results and {other} were not made from the same {DATA}." in told
    assert any(line.startswith("They were made with different versions of pandas: ") for line in told)
    assert f"cohorts/{COHORT}/participants.csv, row 2, age: 47 (results), 48 ({other})." in told
    assert f"cohorts/{COHORT}/events.csv is in {other} and not in results." in told


@pytest.mark.usefixtures("project")
def test_another_alpha_is_named_as_the_reason(verified, tmp_path):
    other = other_run(tmp_path)
    edit(other.parent / "config/config.yaml", "alpha: 0.05", "alpha: 0.1")
    with chdir(other.parent):
        write_results({})
        seal()
    code, told = verified("--against", other)
    assert code == 1
    assert f'The plans differ in analysis.alpha: "0.05" (results), "0.1" ({other}).' in told


@pytest.mark.usefixtures("project")
def test_of_many_differences_some_are_named(verified, tmp_path):
    other = other_run(tmp_path)
    people = "".join(f"SYN{number:02},{number}\n" for number in range(1, 41))
    (other / "cohorts" / COHORT / "participants.csv").write_text(f"participant,age\n{people}")
    with chdir(other.parent):
        seal()
    told = verified("--against", other)[1]
    assert len([line for line in told if "participants.csv, row" in line]) == MOST_NAMED
    assert f"cohorts/{COHORT}/participants.csv: {40 - MOST_NAMED} more differences." in told


@pytest.mark.usefixtures("project")
def test_edited_results_are_not_compared(verified, tmp_path):
    other = other_run(tmp_path)
    edit(other / ESTIMATES, "-5.7", "-5.8")
    code, told = verified("--against", other)
    assert code == 1
    assert told[0] == f"{other / ESTIMATES} was changed after the run."
    assert "The numbers were not compared, because the files are not those of the runs." in told


@pytest.mark.usefixtures("project")
def test_tables_of_another_version_are_one_message(verified, tmp_path):
    other = other_run(tmp_path)
    edit(other / ESTIMATES, "provenance", "origin")
    with chdir(other.parent):
        seal()
    code, told = verified("--against", other)
    assert code == 1
    assert len(told) == 1
    assert 'has no column "provenance": another version of retrowalk wrote it.' in told[0]
