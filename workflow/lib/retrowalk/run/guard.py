"""What happens before Snakemake looks at what there is to do: the lock, the tidying up, the search for edited results."""

import gc
import logging
import os
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from retrowalk import files
from retrowalk.errors import RetrowalkError
from retrowalk.run.checksums import Checksums
from retrowalk.run.cluster import cancel_left_jobs
from retrowalk.run.folder import EDITED, MEMORY, RESULTS, SNAKEMAKE, snakemakes_entry
from retrowalk.run.lock import forget_snakemakes_lock, lock_folder
from retrowalk.run.outputs import Difference, Records
from retrowalk.run.sweep import expected_outputs, sweep_dropped

#: So many files are named, the others counted.
MOST_NAMED = 12

#: What is written to see that there is room for more (bytes).
ROOM = 1_000_000


def is_module_of(workflow: Any) -> bool:
    """Whether the Snakefile that is being read is a module of another one, which then decides what is done with the results."""
    here = workflow.current_basedir.get_path_or_uri(secret_free=True)
    return Path(here).resolve() != Path(workflow.main_snakefile).resolve().parent


def guard(
    workflow: Any,
    cohorts: Collection[str],
    checksums: Checksums,
    tell: Callable[[str], None],
    is_module: bool = False,
) -> None:
    """Make `workflow` run under guard: call it where a Snakefile is read, before it has anything to do.

    Parameters
    ----------
    workflow
        Snakemake's. Its `execute` is called for a run, a dry run and `--touch`, and by no other command: so only these look
        at the results, and only a run changes anything.
    cohorts
        The names of the plan's cohorts.
    checksums
        Those of the data files, to be remembered after the start of a run.
    tell
        Shows a line to the user.
    is_module
        Whether the Snakefile is a module of another one: then no result is looked at.
    """
    # A full disk is told of once, and not with a traceback for each line of Snakemake's own log.
    logging.raiseExceptions = False
    execute = workflow.execute

    def guarded(**settings: Any) -> Any:
        # Snakemake puts it into a shell command without quotes (snakemake#2645).
        interpreter, sys.executable = sys.executable, shlex.quote(sys.executable)
        try:
            if is_module or not workflow.is_main_process:
                return execute(**settings)
            plugin = settings["executor_plugin"].common_settings
            if plugin.dryrun_exec or plugin.touch_exec:
                _tell_changed(checksums, tell)
                _force(workflow, look(cohorts, tell))
                return execute(**settings)
            return _run(workflow, execute, settings, cohorts, checksums, tell)
        except KeyboardInterrupt:  # while it plans: jobs that run have messages of their own
            sys.exit("Stopped from the keyboard. Run again to continue.")
        finally:
            sys.executable = interpreter
            end_quickly()

    workflow.execute = guarded


def end_quickly() -> None:
    """Spare the user, at the end of a run, what Python would wait for: a second or more."""
    # With these Snakemake would look again for jobs to start.
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
    # Else all that Snakemake has made is looked through for what can be freed.
    gc.freeze()


def _run(
    workflow: Any,
    execute: Callable,
    settings: dict[str, Any],
    cohorts: Collection[str],
    checksums: Checksums,
    tell: Callable[[str], None],
) -> Any:
    with ExitStack() as stack:
        try:
            check_room()
            if stack.enter_context(lock_folder()):
                forget_snakemakes_lock()
            cancel_left_jobs(tell)
            tidy(RESULTS)
            _tell_changed(checksums, tell)
            _force(workflow, set_right(cohorts, tell))
            sweep_dropped(RESULTS, cohorts)
            checksums.save()
        except RetrowalkError as fault:
            sys.exit(str(fault))
        except OSError as fault:
            sys.exit(f"Nothing was run: {fault}. Check the free disk space and the read and write permissions.")
        executor = settings.get("executor_settings")
        if hasattr(executor, "warm_up"):
            # While Snakemake plans, the executor loads the libraries.
            executor.warm_up()
            stack.callback(executor.cool_down)
            # A limit on the jobs that start in a second makes Snakemake look once more a second after each look, so that it looks
            # ever more often. Here the cores are the limit.
            workflow.scheduling_settings.max_jobs_per_timespan = None
        try:
            return execute(**settings)
        finally:
            Records.read().forget_removed()


def check_room() -> None:
    """Raise OSError where results or Snakemake's memory cannot be written, or the disk is full."""
    for folder in (RESULTS, MEMORY):
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{os.getpid()}-probe"
        try:
            probe.write_bytes(bytes(ROOM))
        finally:
            probe.unlink(missing_ok=True)


def tidy(results: Path) -> None:
    """Remove what the jobs of a run that was killed left half-written."""
    for folder, folders, names in os.walk(results):
        for name in [*folders, *names]:
            if files.PARTIAL.fullmatch(name):
                files.remove(Path(folder, name))
        folders[:] = [name for name in folders if not files.PARTIAL.fullmatch(name)]
    shutil.rmtree(SNAKEMAKE / "scripts", ignore_errors=True)


def set_right(cohorts: Collection[str], tell: Callable[[str], None]) -> list[str]:
    """Move edited files away; return the outputs of the jobs that must run again."""
    records = Records.read()
    differences = find_differences(records, cohorts)
    edited = [path for each in differences.values() for path in each.edited]
    added = [path for each in differences.values() for path in each.added]
    unknown = find_unknown(records, cohorts)
    folder = _new_folder()
    for path in (*edited, *added, *unknown):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, place)
    _tell((f"{path} was edited after it was made. The edited file is now {folder / path}." for path in edited), tell)
    _tell((f"{path} is not a result of this analysis. It is now {folder / path}." for path in added), tell)
    if unknown:
        tell(f"Results that were made by an older version, or copied here, were moved to {folder}/.")
    missing = [path for each in differences.values() for path in each.missing]
    _tell((f"{path} is missing and will be made again." for path in missing), tell)
    for job, difference in differences.items():
        # The record of a job that must run stays until it starts: a run that is killed before leaves nothing unknown.
        if not difference.must_run:
            records.restore_dates(difference, job)
    # Of a folder a cluster's job touches the mark alone: beside files whose dates were restored it would look newer.
    for job in records.by_job.keys() - differences.keys():
        records.restore_dates(Difference(()), job)
    return [*_outputs_to_make(differences), *unknown]


def look(cohorts: Collection[str], tell: Callable[[str], None]) -> list[str]:
    """Tell what a run would set right, and change nothing; return the outputs of the jobs that it would run."""
    records = Records.read()
    differences = find_differences(records, cohorts)
    edited = [path for each in differences.values() for path in (*each.edited, *each.added)]
    _tell(
        (f"{path} was edited after it was made. A run moves it to {EDITED}/ and makes it again." for path in edited),
        tell,
    )
    added = [path for each in differences.values() for path in each.added]
    _tell((f"{path} is not a result of this analysis. A run moves it to {EDITED}/." for path in added), tell)
    missing = [path for each in differences.values() for path in each.missing]
    _tell((f"{path} is missing. A run makes it again." for path in missing), tell)
    unknown = find_unknown(records, cohorts)
    if unknown:
        tell(f"Some results were made by an older version, or copied here. A run moves them to {EDITED}/.")
    return [*_outputs_to_make(differences), *unknown]


def find_differences(records: Records, cohorts: Collection[str]) -> dict[str, Difference]:
    """Return how the outputs of each job differ from what it made; of jobs that the plan no longer has, only the edited files."""
    expected = set(expected_outputs(cohorts))
    differences = {}
    for job, difference in records.differences().items():
        if expected.issuperset(difference.outputs):
            differences[job] = difference
        elif difference.edited or difference.added:
            differences[job] = Difference((), edited=difference.edited, added=difference.added)
    for job, record in records.by_job.items():
        if expected.issuperset(record.outputs) and not all(map(_is_remembered, record.outputs)):
            # A cluster's job touches its files after it has recorded them: they may be among those that were only touched.
            difference = differences.get(job, Difference(record.outputs))
            differences[job] = replace(difference, older_than=record.outputs)
    return differences


def find_unknown(records: Records, cohorts: Collection[str]) -> list[str]:
    """Return the outputs that no job of this version is known to have made, but for those of an interrupted one."""
    recorded = {output for record in records.by_job.values() for output in record.outputs}
    there = [path for path in expected_outputs(cohorts) if path not in recorded and Path(path).exists()]
    return [path for path in there if not snakemakes_entry("incomplete", path).exists()]


def _is_remembered(output: str) -> bool:
    """Whether Snakemake knows from which parameters it made an output. A power cut may leave half of that."""
    try:
        return snakemakes_entry("metadata", output).read_bytes().endswith(b"}")
    except OSError:
        return False


def _outputs_to_make(differences: dict[str, Difference]) -> list[str]:
    return [output for each in differences.values() if each.must_run for output in each.outputs]


def _force(workflow: Any, outputs: Iterable[str]) -> None:
    workflow.dag_settings.forcerun = frozenset({*workflow.dag_settings.forcerun, *outputs})


def _new_folder() -> Path:
    """Return a folder for the edited files of today that is not there yet."""
    today = EDITED / date.today().isoformat()
    folder, number = today, 1
    while folder.exists():
        number += 1
        folder = today.with_name(f"{today.name}-{number}")
    return folder


def _tell_changed(checksums: Checksums, tell: Callable[[str], None]) -> None:
    _tell((f"{path} has changed since the last run." for path in checksums.changed), tell)


def _tell(lines: Iterable[str], tell: Callable[[str], None]) -> None:
    lines = list(lines)
    for line in lines[:MOST_NAMED]:
        tell(line)
    if len(lines) > MOST_NAMED:
        tell(f"... and {len(lines) - MOST_NAMED} more files.")
