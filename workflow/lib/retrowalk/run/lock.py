"""One run a folder: a lock that the kernel takes away from a process that ends, however it ends."""

import errno
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from retrowalk.errors import RetrowalkError
from retrowalk.run.folder import LOCK, SNAKEMAKE

#: Seconds for the jobs of a run that was killed to end: each does as soon as the kernel has closed its pipe.
PATIENCE = 10.0

#: What a file system without this kind of lock says.
_UNKNOWN = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


class FolderInUseError(RetrowalkError):
    """Another run uses the folder."""


@contextmanager
def lock_folder(path: Path = LOCK, patience: float = PATIENCE) -> Iterator[bool]:
    """Keep other runs out of the working folder; yield whether the file system can do that.

    The lock is inherited by the run's jobs: after a kill -9 it is free when the last of them has ended. The file says which
    host, process and time it is of. Where it names another host the run is refused, for some network file systems keep
    such locks within one host.

    Raises
    ------
    FolderInUseError
        Another run is alive, here or (as far as can be known from here) on another host.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        has_lock = _acquire(descriptor, path, patience)
        user = _read(path)
        if user and user.get("host") != socket.gethostname():
            raise FolderInUseError(_refusal(user))
        os.set_inheritable(descriptor, True)
        _write(descriptor)
        try:
            yield has_lock
        finally:
            # However the run ended: another computer that uses the folder need not ask.
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, patience: float) -> bool:
    """Take the lock; return False where the file system has none."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            if fault.errno in _UNKNOWN:
                return False
            user = _read(path)
            if time.monotonic() > end or _is_alive(user):
                raise FolderInUseError(_refusal(user)) from None
            time.sleep(0.1)
        else:
            return True


def _is_alive(user: dict) -> bool:
    """Whether the process that took the lock is there; if not, only its last jobs are."""
    if user.get("host") != socket.gethostname():
        return bool(user)
    try:
        os.kill(int(user["process"]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _read(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8") or "{}")
    except (OSError, ValueError):
        return {}


def _write(descriptor: int) -> None:
    user = {
        "host": socket.gethostname(),
        "process": os.getpid(),
        "started": datetime.now().isoformat(sep=" ", timespec="seconds"),
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(user).encode(), 0)


def _refusal(user: dict) -> str:
    if not user:
        return "This folder is in use by another run. Wait until it has ended."
    run = f"process {user['process']}, started {user['started']}"
    if user["host"] == socket.gethostname():
        return f"This folder is in use by another run ({run}). Wait until it has ended."
    return (
        f'This folder is in use by a run on the computer "{user["host"]}" ({run}). Wait until it has ended. '
        "If it was interrupted, type `make unlock` (or `python -m retrowalk unlock`)."
    )


def unlock(path: Path = LOCK) -> None:
    """Forget a run that was interrupted, on whatever host.

    Raises
    ------
    FolderInUseError
        The run is alive, as far as the file system can tell.
    """
    if path.exists():
        descriptor = os.open(path, os.O_RDWR)
        try:
            _acquire(descriptor, path, 0)
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)
    forget_snakemakes_lock()


def forget_snakemakes_lock() -> None:
    """Remove the lock that an interrupted run of Snakemake left. Right only for who has the folder's lock."""
    for file in (SNAKEMAKE / "locks").glob("*.lock"):
        file.unlink(missing_ok=True)
