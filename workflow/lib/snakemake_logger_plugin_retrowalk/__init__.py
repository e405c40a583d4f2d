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
HUSHED = (
    "Using workflow specific profile",
    "Exiting because a job execution failed",
    # Then nothing can be written, and the run says so itself.
    "Failed to setup log file",
    # Slurm's plugin, of a cluster where jobs need no account.
    "No SLURM account given",
    "No account was given",
    "Unable to guess SLURM account",
)

#: What happened to a job whose log ends without a message.
TERMINATED = "was terminated from outside; often the computer has run out of memory"

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
            case LogEvent.GROUP_ERROR:
                self.fail_group(record)
            case LogEvent.JOB_ERROR:
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
            # After a checkpoint there may be more jobs than were planned.
            self.total = max(self.total, self.done)
            say(f"[{self.done:>{len(str(self.total))}}/{self.total}] {name}")
        else:
            say(f"Done in {time.time() - self.start:.0f} s. Open {REPORT} in a browser.")

    def fail(self, record: LogRecord) -> None:
        """Print the message of a failed job, once."""
        if record.jobid in self.failed:
            return
        self.failed.add(record.jobid)
        log = log_of(record.log)
        say(f"FAIL {self.names.get(record.jobid, record.rule_name)}: {fault_in(log, self.oldest)} (log: {log})")

    def fail_group(self, record: LogRecord) -> None:
        """Print the messages of the jobs that failed in a group, which a cluster runs as one.

        Snakemake then reports every job of the group as failed, those that went well and those that did not start too.
        """
        jobs = {each["jobid"]: log_of(each["log"]) for each in record.job_error_info}
        names = {each["jobid"]: self.names.get(each["jobid"], each["rule_name"]) for each in record.job_error_info}
        messages = {job: message_in(log, self.oldest) for job, log in jobs.items()}
        for job, message in messages.items():
            if message and job not in self.failed:
                say(f"FAIL {names[job]}: {message} (log: {jobs[job]})")
        if not any(messages.values()) and not self.failed.issuperset(jobs):
            log = log_of(record.aux_logs)
            say(f"FAIL {', '.join(names.values())}: one of these jobs {TERMINATED} or time (log: {log})")
        self.failed.update(jobs)

    @property
    def oldest(self) -> float:
        """The time from which on a log is of this run. Some file systems count time in steps of two seconds."""
        return self.start - 2


def reason_of(text: str) -> str:
    """Return why a job would run; Snakemake also prints every changed parameter, which is pages."""
    text = " ".join(str(text).split())
    for start, words in REASONS.items():
        text = re.sub(rf"{start}.*", words, text)
    return text


def log_of(logs: list[str]) -> str:
    """Return the first of the logs that Snakemake names, without what it adds to the name."""
    return logs[0].split(" (check", 1)[0] if logs else ""


def fault_in(log: str, since: float = 0.0) -> str:
    """Return why a failed job failed, by its log; a log from before `since` is an earlier run's."""
    message = message_in(log, since)
    if message is None:
        return "the job failed without an error message"
    return message or f"the job {TERMINATED}"


def message_in(log: str, since: float = 0.0) -> str | None:
    """Return the message at the end of a log, "" where it has none, None where the log is not there or is an earlier run's."""
    path = Path(log)
    try:
        if path.stat().st_mtime < since:
            return None
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(FAULT)[2].strip() if FAULT in text else ""


def explain(record: LogRecord) -> str:
    """Return what the user should know of an error that is not a job's own."""
    text = record.getMessage()
    if "At least one job did not complete successfully" in text:
        return (
            "Finished with errors. Correct the problems in the FAIL lines and run again. Results that no longer agree with "
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
