"""What a researcher sees of a run: a line a job, a message a fault, never a traceback."""

import logging
import os
import time
from types import SimpleNamespace

import pytest
from snakemake.common import NOTHING_TO_BE_DONE_MSG
from snakemake.exceptions import LockException, RuleException, WorkflowError, format_exception_to_string
from snakemake_interface_logger_plugins.common import LogEvent

from retrowalk.job import FAULT
from snakemake_logger_plugin_retrowalk import LogHandler, fault_in, reason_of

JOBS = {1: ("ingest_cohort", {"cohort": "ansari2020"}), 2: ("pool_effects", {}), 3: ("all", {})}


def record(message="", level=logging.INFO, **extra):
    """Return a record with the attributes that Snakemake 9 gives it (snakemake/jobs.py, exceptions.py)."""
    made = logging.LogRecord("snakemake", level, __file__, 1, message, None, None)
    made.__dict__.update(extra)
    return made


def run_info(total=12):
    return record("Job stats:\njob  count\n", event=LogEvent.RUN_INFO, stats={"total": total})


def job_info(jobid):
    rule, wildcards = JOBS[jobid]
    about = {
        "rule_name": rule,
        "rule_msg": None,
        "wildcards": wildcards,
        "reason": "Missing output files: x\n",
        "log": [],
    }
    return record(f" Rule: {rule}, Jobid: {jobid}", event=LogEvent.JOB_INFO, jobid=jobid, **about)


def job_finished(jobid):
    return record(f"Finished jobid: {jobid} (Rule: x)", event=LogEvent.JOB_FINISHED, job_id=jobid)


def job_error(jobid, log):
    about = {"rule_name": JOBS[jobid][0], "rule_msg": None, "log": log, "aux": {}, "shellcmd": None}
    message = f"Error in rule {JOBS[jobid][0]}, jobid: {jobid}"
    return record(message, logging.ERROR, event=LogEvent.JOB_ERROR, jobid=jobid, **about)


def error(exception, kind=None):
    """Return the record that Snakemake makes of an exception."""
    text = format_exception_to_string(exception)
    kind = kind or type(exception).__name__
    return record(text, logging.ERROR, event=LogEvent.ERROR, exception=kind)


@pytest.fixture
def show(capsys):
    """Show records to one handler; return what it printed."""
    handlers = {}

    def shown(*records, dryrun=False):
        handler = handlers.setdefault(dryrun, LogHandler(SimpleNamespace(dryrun=dryrun), None))
        for each in records:
            handler.emit(each)
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "Traceback" not in printed.err
        assert "Logging error" not in printed.err
        return printed.err

    return shown


@pytest.fixture
def log(tmp_path):
    """The log of a job that failed on the user's data."""
    path = tmp_path / "ansari2020.log"
    path.write_text(f"reading\n{FAULT}data.csv, row 7: ...\n1 fault\n", encoding="utf-8")
    return path


def test_a_finished_job_is_one_line_with_a_count(show):
    assert show(run_info(12), job_info(1), job_info(2)) == ""
    assert show(job_finished(1)) == "[ 1/12] ingest_cohort ansari2020\n"
    assert show(job_finished(2)) == "[ 2/12] pool_effects\n"


def test_the_count_of_jobs_grows_where_more_were_found_than_planned(show):
    printed = show(run_info(1), job_info(1), job_finished(1), job_info(2), job_finished(2))
    assert printed == "[1/1] ingest_cohort ansari2020\n[2/2] pool_effects\n"


def test_the_end_says_where_to_look(show):
    last = show(run_info(1), job_info(3), job_finished(3))
    assert last == "Done in 0 s. Open results/report.html in a browser.\n"


def test_a_failed_job_is_its_message_from_the_log_once(show, log):
    show(run_info(), job_info(1))
    named = f"{log} (check log file(s) for error details)"
    assert show(job_error(1, [named])) == f"FAIL ingest_cohort ansari2020: data.csv, row 7: ...\n1 fault (log: {log})\n"
    assert show(job_error(1, [named])) == ""


def group_error(logs, slurm_log="slurm/5.log"):
    """Return the records of a failed group of jobs, {number: log}: one of the group, then one of each job."""
    info = [{"jobid": jobid, "rule_name": JOBS[jobid][0], "log": [path]} for jobid, path in logs.items()]
    about = {"groupid": "x", "aux_logs": [slurm_log], "job_error_info": info}
    group = record("Error in group x", logging.ERROR, event=LogEvent.GROUP_ERROR, **about)
    return [group, *(job_error(jobid, [path]) for jobid, path in logs.items())]


def test_of_a_failed_group_only_the_job_that_failed_is_told(show, log, tmp_path):
    """Snakemake reports all its jobs: those that went well and those that never started too."""
    well = tmp_path / "well.log"
    well.write_text("reading\n")
    show(run_info(), *(job_info(jobid) for jobid in JOBS))
    told = show(*group_error({2: str(well), 1: str(log), 3: "none.log"}))
    assert told == f"FAIL ingest_cohort ansari2020: data.csv, row 7: ...\n1 fault (log: {log})\n"


def test_a_group_that_was_killed_is_one_message_with_the_log_of_the_cluster(show, tmp_path):
    cut = tmp_path / "cut.log"
    cut.write_text("reading\n")
    show(run_info(), *(job_info(jobid) for jobid in JOBS))
    told = show(*group_error({1: str(cut), 2: "none.log"}))
    assert told.startswith("FAIL ingest_cohort ansari2020, pool_effects: one of these jobs was terminated from outside")
    assert told.endswith("(log: slurm/5.log)\n")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    "said",
    [
        "No SLURM account given, trying to guess.",
        "No account was given, not able to get a SLURM account via sacct: invalid option",
        "Unable to guess SLURM account. Trying to proceed without.",
    ],
)
def test_a_cluster_without_accounts_says_nothing_of_them(show, said):
    assert show(record(said, logging.WARNING)) == ""


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Missing output files: x", "Missing output files: x"),
        (
            "Params have changed since last execution: Union of exclusive params: before: {30 kB}",
            "the plan, the data or the code has changed",
        ),
        (
            "Missing output files: x; Params have changed since\nlast",
            "Missing output files: x; the plan, the data or the code has changed",
        ),
        ("Forced execution", "its results were edited or deleted, or it was asked for"),
    ],
)
def test_a_reason_is_short(reason, words):
    assert reason_of(reason) == words


def test_a_job_that_was_ended_from_outside(show, log):
    log.write_text("reading\n")
    assert show(job_error(2, [str(log)])) == (
        f"FAIL pool_effects: the job was terminated from outside; often the computer has run out of memory (log: {log})\n"
    )


@pytest.mark.parametrize("logs", [[], ["nowhere.log"]])
def test_a_job_without_a_log(show, logs):
    assert "FAIL pool_effects: the job failed without an error message (log: " in show(job_error(2, logs))


def test_the_log_of_an_earlier_run_is_not_taken_for_this_one(show, log):
    before = time.time() - 3600
    os.utime(log, (before, before))
    assert "the job failed without an error message" in show(job_error(1, [str(log)]))
    assert fault_in(str(log)) == "data.csv, row 7: ...\n1 fault"


def test_a_log_that_is_not_utf8_is_read_all_the_same(log):
    log.write_bytes(b"\xff" + FAULT.encode() + b"caf\xe9")
    assert fault_in(str(log)) == "caf\ufffd"


def test_a_group_is_told_by_its_jobs(show, log):
    group = record("Error in group 1", logging.ERROR, event=LogEvent.GROUP_ERROR, groupid="1", job_error_info=[])
    assert show(group) == ""
    assert show(job_info(1), job_error(1, [str(log)])).startswith("FAIL ingest_cohort ansari2020: data.csv")


def test_a_script_that_failed_is_told_by_its_log_alone(show):
    assert show(error(RuleException("CalledProcessError: Command 'python x.py' returned 1"))) == ""
    assert (
        show(record("Command 'x' returned 1", logging.ERROR, event=LogEvent.ERROR, exception="CalledProcessError"))
        == ""
    )


def test_the_end_of_a_run_with_faults(show):
    stopped = show(error(WorkflowError("At least one job did not complete successfully.")))
    assert stopped.startswith("Finished with errors. Correct the problems in the FAIL lines and run again.")
    assert len(stopped.splitlines()) == 1
    hushed = "Exiting because a job execution failed. Look above for error messages"
    assert show(record(hushed, logging.ERROR)) == ""


def test_a_locked_folder(show):
    locked = show(error(LockException()))
    assert locked.startswith("This folder is in use by another run")
    assert "make unlock" in locked
    assert len(locked.splitlines()) == 1


def test_nothing_to_do(show):
    assert show(record(NOTHING_TO_BE_DONE_MSG)) == (
        "Nothing to do: the results are up to date. Open results/report.html in a browser.\n"
    )


def test_other_words_of_snakemake(show):
    assert show(record("Assuming unrestricted shared filesystem usage.")) == ""
    assert show(record("Using workflow specific profile x for defaults", logging.WARNING)) == ""
    assert show(record("The disk is slow", logging.WARNING)) == "The disk is slow\n"
    assert show(error(WorkflowError("No rule makes x.\n\nLook."))) == "WorkflowError:\nNo rule makes x.\nLook.\n"
    assert show(record("x", event=LogEvent.RESOURCES_INFO)) == ""


def test_a_fault_in_the_workflow_itself_comes_without_its_traceback(show):
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError as fault:
        raised = fault
    assert "Traceback" in format_exception_to_string(raised)
    assert show(error(raised)) == "ZeroDivisionError: division by zero\n"
    assert show(record(format_exception_to_string(raised), logging.WARNING)) == "ZeroDivisionError: division by zero\n"
    with_place = WorkflowError('bad wildcards\nTraceback:\n  File "Snakefile", line 3, in cohort_plan')
    assert show(error(with_place)) == "WorkflowError:\nbad wildcards\n"


def test_a_record_of_an_unknown_make_is_shown_in_snakemakes_words(show):
    assert show(record("Finished jobid: 4", event=LogEvent.JOB_FINISHED)) == "Finished jobid: 4\n"
    assert show(record("Slurm said no", logging.ERROR, event=LogEvent.ERROR)) == "Slurm said no\n"


def test_a_dry_run_tells_what_would_run_and_why_once(show):
    printed = show(run_info(), job_info(1), run_info(), dryrun=True)
    assert printed == "Job stats:\njob  count\n\nwould run ingest_cohort ansari2020: Missing output files: x\n"


def test_snakemake_finds_the_plugin():
    from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

    registry = LoggerPluginRegistry()
    assert registry.get_plugin("retrowalk").log_handler is LogHandler
