"""A Snakemake logger that a researcher can read: one line a finished job, one message a fault, no traceback.

Switched on in profiles/default/profile.yaml; `snakemake --logger none` is not needed to see more, every job's own log is
in results/logs/.
"""

import re
import sys
import time
from contextlib import suppress
from logging import WARNING, LogRecord
from pathlib import Path

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from retrowalk.job import FAULT

REPORT = "results/report.html"
#: Warnings of Snakemake that say nothing a user could act on.
HUSHED = ("Using workflow specific profile", "Exiting because a job execution failed")

#: Reasons in the user's words, by how Snakemake's begin.
REASONS = {
    "Params have changed": "the plan, the data or the code has changed",
    "Forced execution": "its results were edited or deleted, or it was asked for",
}


class LogHandler(LogHandlerBase):
    """Prints progress and faults to the terminal's standard error."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = False
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self.names: dict[int, str] = {}
        self.failed: set[int] = set()
        self.done = self.total = 0
        self.start = time.time()

    def emit(self, record: LogRecord) -> None:
        """Show one record; a fault in showing it must neither end the run nor print a traceback."""
        try:
            self.show(record)
        except Exception:
            with suppress(Exception):
                say(without_traceback(record.getMessage()))

    def show(self, record: LogRecord) -> None:
        """Print what of the record is for the user."""
        match getattr(record, "event", None):
            case LogEvent.RUN_INFO:
                # A dry run says it twice.
                if self.common_settings.dryrun and not self.total:
                    say(record.getMessage())
                self.total = record.stats["total"] - record.stats.get("all", 0)  # `all` only collects
            case LogEvent.JOB_INFO:
                self.names[record.jobid] = " ".join([record.rule_name, *record.wildcards.values()])
                if self.common_settings.dryrun:
                    say(f"would run {self.names[record.jobid]}: {reason_of(record.reason)}")
            case LogEvent.JOB_FINISHED:
                self.finish(record.job_id)
            case LogEvent.JOB_ERROR:
                # A group's error is followed by that of each of its jobs.
                self.fail(record)
            case LogEvent.ERROR if not record.getMessage().startswith(HUSHED):
                say(explain(record))
            case None if record.levelno >= WARNING and not record.getMessage().startswith(HUSHED):
                say(without_traceback(record.getMessage()))
            case None if record.getMessage().startswith("Nothing to be done"):
                say(f"Nothing to do: the results are up to date. Open {REPORT} in a browser.")

    def finish(self, jobid: int) -> None:
        """Print the line of a finished job."""
        self.done += 1
        name = self.names.get(jobid, "")
        if name != "all":
            say(f"[{self.done:>{len(str(self.total))}}/{self.total}] {name}")
        else:
            say(f"Done in {time.time() - self.start:.0f} s. Open {REPORT} in a browser.")

    def fail(self, record: LogRecord) -> None:
        """Print the message of a failed job, once."""
        if record.jobid in self.failed:
            return
        self.failed.add(record.jobid)
        log = record.log[0].split(" (check", 1)[0] if record.log else ""
        # Some file systems count time in steps of two seconds.
        fault = fault_in(log, self.start - 2)
        say(f"FAIL {self.names.get(record.jobid, record.rule_name)}: {fault} (log: {log})")


def reason_of(text: str) -> str:
    """Return why a job would run; Snakemake also prints every changed parameter, which is pages."""
    text = " ".join(str(text).split())
    for start, words in REASONS.items():
        text = re.sub(rf"{start}.*", words, text)
    return text


def fault_in(log: str, since: float = 0.0) -> str:
    """Return the message that a failed job left at the end of its log; a log from before `since` is an earlier run's."""
    path, silent = Path(log), "the job failed without an error message"
    try:
        if path.stat().st_mtime < since:
            return silent
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return silent
    return (
        text.rpartition(FAULT)[2].strip()
        if FAULT in text
        else "the job was terminated from outside; often the computer has run out of memory"
    )


def explain(record: LogRecord) -> str:
    """Return what the user should know of an error that is not a job's own."""
    text = record.getMessage()
    if "At least one job did not complete successfully" in text:
        return (
            "Stopped with errors. Correct the problems in the FAIL lines and run again. Results that no longer agree with "
            "the data were removed; the next successful run creates them again."
        )
    if getattr(record, "exception", "") in ("RuleException", "CalledProcessError"):
        return ""
    if "Directory cannot be locked" in text:
        return "This folder is in use by another run, or an earlier run was interrupted. If no run is active, type `make unlock` (or `python -m retrowalk unlock`)."
    return without_traceback(text)


def without_traceback(text: str) -> str:
    """Return a message without blank lines and without the lines that only a programmer can use."""
    _, traceback, tail = text.rpartition("Traceback (most recent call last):")
    only_ours = (" ",) if traceback else ('  File "', "Traceback:")
    return "\n".join(line for line in tail.splitlines() if line.strip() and not line.startswith(only_ours))


def say(text: str) -> None:
    """Print a message to standard error, at once."""
    if text:
        print(text, file=sys.stderr, flush=True)
