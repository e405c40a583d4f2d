"""Run the command line on one spoilt project after another, in a process that may die of it.

A line of JSON in: `shape` (the good project), `files` ({path: content in base64}), `call` (arguments). A line out: `code`,
`said`, `broke` (a traceback, or ""), `written` (paths that were not there before), `half` (those that cannot be read back),
`memory` (the most that the process ever took, in bytes), `seconds` (of the processor, since it started).
"""

import base64
import contextlib
import io
import json
import os
import resource
import sys
import traceback
from pathlib import Path

from tests.bad_input.case import PROBLEMS
from tests.bad_input.good import remake

from retrowalk.cli import main
from retrowalk.ingest import ingest_cohort, read_problems
from retrowalk.plan.paths import INSTRUMENTS
from retrowalk.plan.read import load_cohort
from retrowalk.schemas import read_yaml

#: A file of a few kilobytes is read in less memory than this, or it is a bomb.
MOST_MEMORY = 3_000_000_000


def run(arguments: list[str]) -> dict[str, object]:
    """Run the command line; what it leads to must be readable, and a cohort without faults must become tables."""
    said, code, broke = io.StringIO(), None, ""
    before = files_here()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
        except BaseException:
            broke = traceback.format_exc()
    if isinstance(code, str):
        print(code, file=said)
        code = 1
    written = sorted(files_here() - before)
    log = Path("results/logs/retrowalk.log")
    broke = broke or (log.read_text(encoding="utf-8") if log.is_file() else "")
    if not broke and code == 0:
        broke = ingested(arguments[1])
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        **{"code": code, "said": said.getvalue(), "broke": broke, "written": written, "half": unreadable(arguments[1])},
        "memory": usage.ru_maxrss * 1024,
        "seconds": usage.ru_utime + usage.ru_stime,
    }


def files_here() -> set[str]:
    """Return the paths of all files below the current folder."""
    return {str(path) for path in Path().rglob("*") if path.is_file()}


def ingested(cohort: str) -> str:
    """Return "" where a cohort that has no faults becomes tables, else the traceback."""
    faults = read_problems(PROBLEMS.replace("trial", cohort))["severity"] == "error"
    if faults.any():
        return ""
    try:
        ingest_cohort(load_cohort(cohort, read_yaml(INSTRUMENTS)))
    except Exception:
        return traceback.format_exc()
    return ""


def unreadable(cohort: str) -> str:
    """Return what is wrong with problems.csv, or ""."""
    path = Path(PROBLEMS.replace("trial", cohort))
    try:
        if path.exists():
            read_problems(path)
    except Exception:
        return traceback.format_exc()
    return ""


def serve(folder: Path) -> None:
    """Answer one line after another."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # What a library writes to the standard output is no answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        remake(folder, asked["shape"])
        os.chdir(folder)
        for path, content in asked["files"].items():
            Path(path).write_bytes(base64.b64decode(content))
        print(json.dumps(run(asked["call"])), file=answers, flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
