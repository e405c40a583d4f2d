"""The warm server: imports modules once, then forks itself for each script it is asked to run.

It has one thread, so that a fork is safe, and is started as a file: importing the package would import Snakemake.
`python -P server.py REQUESTS REPLIES MODULE...`: the first two are open file descriptors.
"""

import gc
import importlib
import os
import pickle
import selectors
import signal
import sys
import threading
import traceback
from contextlib import suppress
from typing import Any

_LENGTH = 8


def send(end: int, message: Any) -> None:
    """Write a message to a pipe: its length, then itself."""
    content = pickle.dumps(message)
    content = len(content).to_bytes(_LENGTH, "big") + content
    while content:
        content = content[os.write(end, content) :]


def receive(end: int) -> Any:
    """Read a message that `send` wrote; None where the pipe was closed."""
    length = _read(end, _LENGTH)
    if length is None:
        return None
    content = _read(end, int.from_bytes(length, "big"))
    return None if content is None else pickle.loads(content)


def _read(end: int, length: int) -> bytes | None:
    parts = []
    while length:
        part = os.read(end, length)
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def serve(requests: int, replies: int, modules: list[str]) -> None:
    """Fork for every request until the pipe of requests is closed; import one module between two looks at it.

    The first jobs need few libraries, and run on another core while the server imports what later jobs need.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the jobs; the master then ends the server
    modules = list(modules)
    # Nothing is ever written to this pipe. The kernel closes it with the server, and its forks then end too.
    ends_with_server, life = os.pipe()
    # By the pipe that closes when the job's process ends: the job's number and its process.
    running: dict[int, tuple[int, int]] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        if modules:
            importlib.import_module(modules.pop(0))
        while True:
            for key, _ in selector.select(0 if modules else None):
                if key.fd != requests:
                    selector.unregister(key.fd)
                    os.close(key.fd)
                    number, process = running.pop(key.fd)
                    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
                    with suppress(BrokenPipeError):  # the run was killed; the pipe of requests says so too
                        os.write(replies, f"{number} {code}\n".encode())
                    continue
                request = receive(requests)
                if request is None:
                    return
                number, *script = request
                ended, process = fork(script, ends_with_server, (requests, replies, life, *running))
                running[ended] = number, process
                selector.register(ended, selectors.EVENT_READ)
            if modules:
                importlib.import_module(modules.pop(0))
                gc.freeze()  # the collector need not look at it again, and its pages stay shared


def fork(script: list, ends_with_server: int, not_for_jobs: tuple[int, ...]) -> tuple[int, int]:
    """Start a script in a process of its own; return a pipe that closes at its end, and the process."""
    ended, open_while_running = os.pipe()
    process = os.fork()
    if process:
        os.close(open_while_running)
        return ended, process
    for end in (*not_for_jobs, ended):
        os.close(end)
    os._exit(run(ends_with_server, *script))


def run(ends_with_server: int, path: str, source: str, given: bytes) -> int:
    """Run a script as Snakemake does, in this process; return its exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_end_with, args=(ends_with_server,), daemon=True).start()
    sys.argv = [path]
    code: Any = 1
    try:
        # So that a module beside the script can be imported, as when Python runs a file.
        sys.path.insert(0, os.path.dirname(path))
        names = {"__name__": "__main__", "__file__": path, "snakemake": pickle.loads(given)}
        exec(compile(source, path, "exec"), names)
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if isinstance(code, str):
        print(code, file=sys.stderr, flush=True)
        return 1
    return code or 0


def _end_with(ends_with_server: int) -> None:
    os.read(ends_with_server, 1)
    os._exit(1)


if __name__ == "__main__":
    serve(*map(int, sys.argv[1:3]), sys.argv[3:])
