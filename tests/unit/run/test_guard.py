"""What happens before a run: room, tidying up, edited and unknown results."""

import errno
import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.settings.types import MaxJobsPerTimespan, SchedulingSettings

from retrowalk.run import guard
from retrowalk.run.checksums import Checksums
from retrowalk.run.folder import SNAKEMAKE, snakemakes_entry
from retrowalk.run.outputs import STAMP, Records
from retrowalk.run.sweep import COHORT_OUTPUTS, JOINT_OUTPUTS

REPORT, TABLES = "results/report.html", "results/cohorts/trial/tables"


class Workflow:
    """What the guard uses of Snakemake's workflow."""

    def __init__(self, main=True):
        self.is_main_process = main
        self.dag_settings = SimpleNamespace(forcerun=frozenset())
        self.runs = 0

    def execute(self, executor_plugin):
        self.runs += 1
        return sorted(self.dag_settings.forcerun)


def plugin(dry=False, touch=False):
    return SimpleNamespace(common_settings=SimpleNamespace(dryrun_exec=dry, touch_exec=touch))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A report and a folder of tables, as their jobs made them and Snakemake remembers."""
    monkeypatch.chdir(tmp_path)
    for path in (REPORT, f"{TABLES}/results.csv"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(path)
    for job, output in (("write_report", REPORT), ("tabulate_cohort/trial", TABLES)):
        Records.read().write(job, [output], [])
        remember(output)
    return tmp_path


def remember(output, text="{}"):
    entry = snakemakes_entry("metadata", output)
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.write_text(text)


def run(workflow=None, dry=False, cohorts=("trial",)):
    """Return the outputs that are made again, and what the user is told."""
    workflow, told = workflow or Workflow(), []
    guard.guard(workflow, cohorts, Checksums(), told.append)
    return workflow.execute(executor_plugin=plugin(dry)), told


@pytest.mark.usefixtures("folder")
def test_the_libraries_are_loaded_before_the_plan_and_jobs_start_without_a_limit():
    """With its limit Snakemake looks for jobs again and again: of 16 cohorts that took a quarter of the time."""
    did = []
    workflow = Workflow()
    workflow.scheduling_settings = SchedulingSettings(max_jobs_per_timespan=MaxJobsPerTimespan.parse_choice("100/1s"))
    workflow.execute = lambda **_: did.append(workflow.scheduling_settings.max_jobs_per_timespan)
    guard.guard(workflow, ("trial",), Checksums(), print)
    settings = SimpleNamespace(warm_up=lambda: did.append("up"), cool_down=lambda: did.append("down"))
    workflow.execute(executor_plugin=plugin(), executor_settings=settings)
    assert did == ["up", None, "down"]


@pytest.mark.usefixtures("folder")
def test_where_nothing_was_changed_nothing_is_said_or_made_again():
    assert run() == ([], [])
    assert not Path("edited").exists()


@pytest.mark.parametrize(("path", "output"), [(REPORT, REPORT), (f"{TABLES}/results.csv", TABLES)])
def test_an_edited_file_is_kept_and_made_again(folder, path, output):
    Path(path).write_text("my words")
    place = f"edited/{date.today().isoformat()}/{path}"
    assert run(dry=True) == (
        [output],
        [f"{path} was edited after it was made. A run moves it to edited/ and makes it again."],
    )
    assert Path(path).read_text() == "my words"
    forced, told = run()
    assert forced == [output]
    assert told[0] == f"{path} was edited after it was made. The edited file is now {place}."
    assert Path(place).read_text() == "my words"
    assert not Path(path).exists()


@pytest.mark.usefixtures("folder")
def test_two_edits_of_one_day_are_both_kept():
    for text in ("first", "second"):
        Path(REPORT).write_text(text)
        run()
        Path(REPORT).write_text("made")
        Records.read().write("write_report", [REPORT], [])
    assert sorted(path.read_text() for path in Path("edited").rglob("report.html")) == ["first", "second"]


@pytest.mark.usefixtures("folder")
def test_a_deleted_file_is_named_and_made_again():
    Path(TABLES, "results.csv").unlink()
    forced, told = run(dry=True)
    assert (forced, told) == ([TABLES], [f"{TABLES}/results.csv is missing. A run makes it again."])
    assert run() == ([TABLES], [f"{TABLES}/results.csv is missing and will be made again."])


@pytest.mark.usefixtures("folder")
def test_a_file_put_beside_the_tables_is_kept():
    Path(TABLES, "notes.txt").write_text("mine")
    forced, told = run()
    assert forced == []
    assert told[0].startswith(f"{TABLES}/notes.txt is not a result of this analysis. It is now edited/")
    assert [path.read_text() for path in Path("edited").rglob("notes.txt")] == ["mine"]


@pytest.mark.usefixtures("folder")
def test_results_without_a_record_are_moved_away_and_made():
    Path("results/overlaps.csv").write_text("old")
    forced, told = run()
    assert forced == ["results/overlaps.csv"]
    assert told == [
        f"Results that were made by an older version, or copied here, were moved to edited/{date.today()}/."
    ]


@pytest.mark.usefixtures("folder")
def test_what_an_interrupted_job_left_is_nobodys_work():
    Path("results/overlaps.csv").write_text("half")
    entry = snakemakes_entry("incomplete", "results/overlaps.csv")
    entry.parent.mkdir(parents=True)
    entry.write_text("{}")
    assert run() == ([], [])
    assert not Path("edited").exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", [None, "", '{"params": ['])
def test_what_snakemake_no_longer_remembers_is_made_again(text):
    """After a power cut it would take an output without its parameters for up to date."""
    snakemakes_entry("metadata", REPORT).unlink()
    if text is not None:
        remember(REPORT, text)
    assert run() == ([REPORT], [])


@pytest.mark.usefixtures("folder")
def test_what_was_touched_and_is_not_remembered_is_made_again():
    """So a job on a cluster leaves its outputs when the run that started it was killed."""
    snakemakes_entry("metadata", REPORT).unlink()
    os.utime(REPORT, (1, 1))
    assert run() == ([REPORT], [])


@pytest.mark.usefixtures("folder")
def test_after_a_cluster_touched_everything_a_folder_is_as_old_as_its_files():
    """Else the report would be older than the folder that it was made from, and would be made again."""
    made = os.stat(f"{TABLES}/results.csv").st_mtime_ns, os.stat(REPORT).st_mtime_ns
    stamp = Path(TABLES, STAMP)
    stamp.touch()
    os.utime(stamp, ns=(made[1] + 10**9,) * 2)
    os.utime(REPORT, ns=(made[1] + 2 * 10**9,) * 2)
    assert run() == ([], [])
    assert (os.stat(stamp).st_mtime_ns, os.stat(REPORT).st_mtime_ns) == made


def test_jobs_on_a_cluster_are_ended_before_anything_is_tidied_up(folder, monkeypatch):
    half_written = Path(f"{TABLES}/.17-results.csv")
    half_written.write_text("half")
    seen = []
    monkeypatch.setattr(guard, "cancel_left_jobs", lambda tell: seen.append(half_written.exists()))
    run(dry=True)
    assert seen == []
    run()
    assert seen == [True]
    assert not half_written.exists()


@pytest.mark.usefixtures("folder")
def test_of_a_cohort_that_was_dropped_only_edits_are_kept():
    Path(TABLES, "results.csv").write_text("my words")
    forced, told = run(cohorts=())
    assert forced == []
    assert len(told) == 1
    assert not Path("results/cohorts/trial").exists()
    assert [path.read_text() for path in Path("edited").rglob("results.csv")] == ["my words"]
    assert list(Records.read().by_job) == ["write_report"]


def test_what_a_killed_job_was_writing_is_removed(folder):
    for path in ("results/.123-report.html", "results/cohorts/trial/.123-tables/a.csv", ".snakemake/scripts/tmpx.py"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("half")
    run(dry=True)
    assert Path("results/.123-report.html").exists()
    run()
    assert not list(folder.rglob("*123*"))
    assert not (SNAKEMAKE / "scripts").exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_no_room_is_one_message_before_anything_is_touched(monkeypatch, number):
    def refuse(self, _):
        raise OSError(number, "no room", str(self))

    Path(REPORT).write_text("my words")
    monkeypatch.setattr(Path, "write_bytes", refuse)
    workflow = Workflow()
    with pytest.raises(SystemExit, match=r"Nothing was run: .*no room.*Check the free disk space") as ended:
        run(workflow)
    assert ended.value.code != 0
    assert workflow.runs == 0
    assert Path(REPORT).read_text() == "my words"


@pytest.mark.usefixtures("folder")
def test_a_job_of_a_cluster_is_not_guarded():
    Path(REPORT).write_text("my words")
    assert run(Workflow(main=False)) == ([], [])
    assert Path(REPORT).read_text() == "my words"


def test_long_lists_are_cut(folder):
    for number in range(30):
        Path(TABLES, f"{number}.csv").write_text("mine")
    _, told = run()
    assert len(told) == guard.MOST_NAMED + 1
    assert told[guard.MOST_NAMED] == "... and 18 more files."


def test_long_names_have_the_entry_that_snakemake_gives_them(tmp_path, monkeypatch):
    from snakemake.persistence.file import FilePersistence

    monkeypatch.chdir(tmp_path)
    memory = FilePersistence(path=tmp_path / ".snakemake")
    for output in ("results/report.html", f"results/cohorts/{'x' * 180}/tables", "results/é 🙂.csv", "x" * 600):
        assert tmp_path / snakemakes_entry("metadata", output) == Path(
            memory._record_path(tmp_path / ".snakemake/metadata", output)
        )


def test_every_output_of_the_workflow_is_watched(root):
    """The guard, the sweep and the rules name the same files."""
    rules = "".join(path.read_text() for path in sorted((root / "workflow/rules").glob("*.smk")))
    for name in COHORT_OUTPUTS:
        assert f'"results/cohorts/{{cohort}}/{name}"' in rules
    for name in JOINT_OUTPUTS:
        assert f'"results/{name}"' in rules
    assert rules.count('"results/') - rules.count('"results/logs/') == len(COHORT_OUTPUTS) + len(JOINT_OUTPUTS)
