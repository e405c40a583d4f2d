"""What every job does around its work: the log, the message of a fault, the hash of the code."""

import os
import pathlib
import subprocess
import sys
from types import SimpleNamespace

import pytest

from retrowalk import job
from retrowalk.errors import DataError, PlanError
from retrowalk.run.outputs import Records


@pytest.fixture
def snakemake(tmp_path, monkeypatch):
    """What Snakemake gives a script, as far as `job` uses it."""
    monkeypatch.chdir(tmp_path)
    return SimpleNamespace(
        rule="check_cohort", wildcards=["trial"], log=["logs/check_cohort/trial.log"], input=["a.csv"], output=["b.csv"]
    )


def read_log(snakemake):
    with open(snakemake.log[0], encoding="utf-8") as log:
        return log.read()


def end(snakemake, fault):
    """Let a job fail; return its exit code, its log and the message in it."""
    with pytest.raises(SystemExit) as left, job.job(snakemake):
        raise fault
    log = read_log(snakemake)
    return left.value.code, log, log.rpartition(job.FAULT)[2]


def test_all_that_is_printed_goes_to_the_log(snakemake, capsys):
    with job.job(snakemake):
        print("fitted ≥ 1 model")
        print("to the error stream", file=sys.stderr)
    assert read_log(snakemake) == "fitted ≥ 1 model\nto the error stream\n"
    assert capsys.readouterr() == ("", "")
    print("after the job")
    assert capsys.readouterr().out == "after the job\n"


def test_a_warning_goes_to_the_log(snakemake):
    # In a Python of its own: pytest keeps warnings to itself.
    script = f"""if True:
        import warnings
        from types import SimpleNamespace as namespace
        from retrowalk.job import job
        with job({snakemake!r}):
            warnings.warn("did not converge")
    """
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")
    assert "UserWarning: did not converge" in read_log(snakemake)


def test_the_log_of_the_run_before_is_gone(snakemake):
    end(snakemake, DataError("row 7"))
    with job.job(snakemake):
        pass
    assert read_log(snakemake) == ""


def test_a_fault_of_the_users_is_its_message_and_no_traceback(snakemake):
    code, log, message = end(snakemake, DataError("trial.csv, row 7: ...\n1 fault"))
    assert code == 1
    assert message == "trial.csv, row 7: ...\n1 fault\n"
    assert "Traceback" not in log


def test_a_fault_of_ours_asks_for_a_report_and_keeps_its_traceback_in_the_log(snakemake):
    code, log, message = end(snakemake, KeyError("arm"))
    assert code == 1
    assert "Traceback (most recent call last)" in log
    assert "please report it" in message
    assert "KeyError: 'arm'" in message
    assert "Traceback" not in message


def test_a_full_disk_is_not_a_fault_of_ours(snakemake):
    code, log, message = end(snakemake, OSError(28, "No space left on device", "results/x.csv"))
    assert code == 1
    assert "Traceback (most recent call last)" in log
    assert "No space left on device: 'results/x.csv'" in message
    assert "free disk space" in message
    assert "report" not in message


def test_a_fault_of_the_plan_ends_the_run_with_its_message():
    def read(path):
        raise PlanError(f"{path}: the file is empty.")

    with pytest.raises(SystemExit) as left:
        job.or_exit(read, "config.yaml")
    assert left.value.code == "The plan has errors; nothing was run:\nconfig.yaml: the file is empty."


def test_what_a_job_made_is_recorded_at_its_end_and_forgotten_at_its_start(snakemake):
    with job.job(snakemake):
        pathlib.Path("b.csv").write_text("1")
    assert Records.read().by_job["check_cohort/trial"].files.keys() == {"b.csv"}
    end(snakemake, DataError("row 7"))
    assert Records.read().by_job == {}


def test_a_sound_plan_is_handed_on():
    assert job.or_exit(int, "7") == 7


# --- code_up_to -------------------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package like ours: files in each room, some at the top, an engine, a lock."""
    folder = tmp_path / "retrowalk"
    for name in (
        "plan.py",
        "presets.yaml",
        "cli.py",
        *(f"{room}/{name}" for room in job.ROOMS for name in ("a.py", "deep/b.j2")),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name}\n")
    (tmp_path / "scripts").mkdir()
    for name in ("model_cohort", "draw_cohort"):
        (tmp_path / "scripts" / f"{name}.py").write_text(f"# {name}\n")
    engine = tmp_path / "visitwise" / "src" / "visitwise"
    engine.mkdir(parents=True)
    (engine / "fit.py").write_text("# fit.py\n")
    (tmp_path / "requirements.lock").write_text("pandas==3\n")
    monkeypatch.setattr(job, "_PACKAGE", folder)
    monkeypatch.setattr(job, "_SCRIPTS", tmp_path / "scripts")
    monkeypatch.setattr(job, "_ENGINE", tmp_path / "visitwise" / "src")
    monkeypatch.setattr(job, "_LOCK", tmp_path / "requirements.lock")
    return folder


def code_up_to(room, script="model_cohort"):
    """Without the cache, which lasts for a run of Snakemake."""
    return job.code_up_to.__wrapped__(room, script)


@pytest.mark.parametrize(
    ("file", "rooms"),
    [
        ("plan.py", job.ROOMS),
        ("presets.yaml", job.ROOMS),
        ("../requirements.lock", job.ROOMS),
        ("../visitwise/src/visitwise/fit.py", job.ROOMS[job.ROOMS.index("model") :]),
        *((f"{room}/{name}", job.ROOMS[i:]) for i, room in enumerate(job.ROOMS) for name in ("a.py", "deep/b.j2")),
        ("../scripts/model_cohort.py", job.ROOMS),
        ("../scripts/draw_cohort.py", ()),
        ("run/lock.py", ()),
        ("cli.py", ()),
        ("model/__pycache__/a.cpython-311.pyc", ()),
        ("model/.DS_Store", ()),
    ],
)
def test_an_edit_changes_the_code_of_its_room_and_the_later_ones(package, file, rooms):
    before = {room: code_up_to(room) for room in job.ROOMS}
    (package / file).parent.mkdir(exist_ok=True)
    (package / file).write_text("edited")
    assert [room for room in job.ROOMS if code_up_to(room) != before[room]] == list(rooms)


def test_a_new_a_renamed_and_a_removed_file_change_the_code(package):
    seen = {code_up_to("model")}
    (package / "model" / "new.py").write_text("")
    seen.add(code_up_to("model"))
    (package / "model" / "new.py").rename(package / "model" / "newer.py")
    seen.add(code_up_to("model"))
    (package / "model" / "a.py").unlink()
    assert len({*seen, code_up_to("model")}) == 4


def test_a_touch_changes_nothing(package):
    before = code_up_to("present")
    for file in package.rglob("*.py"):
        os.utime(file, (1, 1))
    assert code_up_to("present") == before


def test_the_code_of_this_package_is_found():
    assert (job._ENGINE / "visitwise" / "__init__.py").is_file()
    codes = [job.code_up_to(room, "model_cohort") for room in job.ROOMS]
    assert len(set(codes)) == len(job.ROOMS)
    with pytest.raises(ValueError):
        job.code_up_to("nowhere", "model_cohort")


def test_a_stop_from_the_keyboard_is_one_line(snakemake, capfd):
    code, log, _ = end(snakemake, KeyboardInterrupt())
    assert code == 1
    assert log == f"{job.FAULT}stopped from the keyboard; run again to continue\n"
    assert capfd.readouterr() == ("", "")
