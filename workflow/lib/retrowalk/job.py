"""What every adapter in workflow/scripts uses: a log of its own, and one line for a fault.

Also `code_up_to`, by which Snakemake sees an edit of the package.
"""

import hashlib
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from retrowalk.errors import PlanError, RetrowalkError
from retrowalk.run.outputs import Records

T = TypeVar("T")

#: Rooms in the order the data flows. A room uses itself, the rooms before it and the top of the package.
ROOMS = ("plan", "ingest", "describe", "model", "synthesise", "present", "simulate")

#: The first room that uses the mixed-model engine.
FIRST_WITH_ENGINE = "model"

#: What a log's last part starts with when the job failed; the logger plugin shows what follows.
FAULT = "FAULT: "

#: No job runs these.
_COMMAND = ("cli.py", "__main__.py")

_PACKAGE = Path(__file__).resolve().parent
_ENGINE = _PACKAGE.parent / "visitwise" / "src"
_SCRIPTS = _PACKAGE.parents[1] / "scripts"
_LOCK = _PACKAGE.parents[2] / "envs" / "requirements.lock"
#: The workflow itself.
SNAKEFILE = _PACKAGE.parents[2] / "Snakefile"


@contextmanager
def job(snakemake: Any) -> Iterator[None]:
    """Run the body of an adapter: all it prints goes to the job's log, a fault ends it.

    What the job made is recorded, for `retrowalk.run` to find what somebody edits later.

    The log of a failed job ends with `FAULT: ` and one message. A `RetrowalkError` is the user's to mend and is shown
    as it is, a full disk or a file without access likewise; the traceback of any other exception stays in the log.
    """
    path = Path(snakemake.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    name = "/".join([snakemake.rule, *snakemake.wildcards])
    with path.open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        try:
            Records().forget(name)
            yield
            Records.read().write(name, snakemake.output, snakemake.input)
        except RetrowalkError as fault:
            log.write(f"{FAULT}{fault}\n")
        except OSError as fault:
            log.write(traceback.format_exc())
            remedy = "Check the free disk space and the read and write permissions."
            log.write(f"{FAULT}a file could not be read or written ({fault}). {remedy}\n")
        except KeyboardInterrupt:
            log.write(f"{FAULT}stopped from the keyboard; run again to continue\n")
        except Exception as fault:
            log.write(traceback.format_exc())
            kind = type(fault).__name__
            log.write(f"{FAULT}internal error in retrowalk; please report it with this log ({kind}: {fault})\n")
        else:
            return
    sys.exit(1)


def or_exit(read: Callable[..., T], *given: Any) -> T:
    """Return what `read` gives, or end the run with one message before any job."""
    try:
        return read(*given)
    except PlanError as fault:
        sys.exit(f"The plan has errors; nothing was run:\n{fault}")


@cache
def code_up_to(room: str, script: str) -> str:
    """Return one hash over all code that a job of `room` may run: Snakemake re-runs the job when it changes.

    It covers the rule's script, the package's top (but the command), this room, the rooms before it, the mixed-model engine from the first room
    on that uses it, and the lock of the libraries. Text is hashed, so that a touched file changes nothing.
    """
    folders = ROOMS[: ROOMS.index(room) + 1]
    files = [file for file in sorted(_PACKAGE.iterdir()) if _is_source(file) and file.name not in _COMMAND]
    sources = [_PACKAGE / folder for folder in folders]
    if FIRST_WITH_ENGINE in folders:
        sources.append(_ENGINE)
    files += [file for source in sources for file in sorted(source.rglob("*")) if _is_source(file)]
    digest = hashlib.sha256()
    for file in [_SCRIPTS / f"{script}.py", *files, _LOCK]:
        digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_source(file: Path) -> bool:
    # A name with a dot in front is a desktop's or an editor's (.DS_Store).
    return file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
