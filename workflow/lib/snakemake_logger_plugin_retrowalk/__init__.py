"""A Snakemake logger that a researcher can read: one line a finished job, one message a fault, no traceback.

Switched on in profiles/default/profile.yaml; `snakemake --logger none` is not needed to see more, every job's own log is
in results/logs/.
"""

import sys
import time
from logging import WARNING, LogRecord
from pathlib import Path

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from retrowalk.job import FAULT

REPORT = "results/report.html"
#: Warnings of Snakemake that say nothing a user could act on.
HUSHED = ("Using workflow specific profile", "Exiting because a job execution failed")


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
        self.start = time.monotonic()

    def emit(self, record: LogRecord) -> None:
        """Show one record; a fault in showing it must not end the run."""
        try:
            self.show(record)
        except Exception:
            self.handleError(record)

    def show(self, record: LogRecord) -> None:
        """Print what of the record is for the user."""
        match getattr(record, "event", None):
            case LogEvent.RUN_INFO:
                self.total = record.stats["total"]
                if self.common_settings.dryrun:
                    say(record.getMessage())
            case LogEvent.JOB_INFO:
                self.names[record.jobid] = " ".join([record.rule_name, *record.wildcards.values()])
                if self.common_settings.dryrun:
                    reason = " ".join(str(record.reason).split())
                    say(f"would run {self.names[record.jobid]}: {reason}")
            case LogEvent.JOB_FINISHED:
                self.finish(record.job_id)
            case LogEvent.JOB_ERROR | LogEvent.GROUP_ERROR:
                self.fail(record)
            case LogEvent.ERROR if not record.getMessage().startswith(HUSHED):
                say(explain(record))
            case None if record.levelno >= WARNING and not record.getMessage().startswith(HUSHED):
                say(record.getMessage())
            case None if record.getMessage().startswith("Nothing to be done"):
                say(f"Nothing to do: the results are up to date. Open {REPORT} in a browser.")

    def finish(self, jobid: int) -> None:
        """Print the line of a finished job."""
        self.done += 1
        name = self.names.get(jobid, "")
        if name != "all":
            say(f"[{self.done:>{len(str(self.total))}}/{self.total}] {name}")
        else:
            say(f"Done in {time.monotonic() - self.start:.0f} s. Open {REPORT} in a browser.")

    def fail(self, record: LogRecord) -> None:
        """Print the message of a failed job, once."""
        if record.jobid in self.failed:
            return
        self.failed.add(record.jobid)
        log = record.log[0].split(" (check", 1)[0] if record.log else ""
        say(f"FAIL {self.names.get(record.jobid, record.rule_name)}: {fault_in(log)} (log: {log})")


def fault_in(log: str) -> str:
    """Return the message that a failed job left at the end of its log."""
    try:
        text = Path(log).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "the job ended without a word"
    return text.rpartition(FAULT)[2].strip() if FAULT in text else "the job was ended from outside"


def explain(record: LogRecord) -> str:
    """Return what the user should know of an error that is not a job's own."""
    text = record.getMessage()
    if "At least one job did not complete successfully" in text:
        return "Stopped with faults: mend what the FAIL lines say and run again. What was made from faulty data was removed."
    if record.exception in ("RuleException", "CalledProcessError"):
        return ""
    if "Directory cannot be locked" in text:
        return "This folder is in use by another run, or an earlier run was killed. If none is running: make unlock"
    return "\n".join(line for line in text.splitlines() if line.strip())


def say(text: str) -> None:
    """Print a message to standard error, at once."""
    if text:
        print(text, file=sys.stderr, flush=True)
