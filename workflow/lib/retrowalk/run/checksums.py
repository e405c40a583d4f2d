"""Checksums of the data files: what a job is made from is known by its content, never by its date."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from retrowalk import files
from retrowalk.run.folder import CHECKSUMS


class Checksums:
    """SHA-256 of files, each read once for as long as its size, dates and inode stay.

    The date of the last change of the inode is among them: no program can set it back.
    """

    def __init__(self, memory: Path = CHECKSUMS) -> None:
        self.memory = memory
        self.known: dict[str, list] = {}
        with suppress(OSError, ValueError, TypeError):  # not there, or not whole: the files are read again
            self.known = dict(json.loads(memory.read_text(encoding="utf-8")))
        self.used: dict[str, list] = {}

    def of(self, paths: Iterable[str | Path]) -> dict[str, str]:
        """Return the checksum of each file, "" where there is none."""
        return {str(path): self._of(str(path)) for path in paths}

    def _of(self, path: str) -> str:
        try:
            state = os.stat(path)
            key = [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]
            entry = self.used.get(path) or self.known.get(path)
            if not (isinstance(entry, list) and entry[:-1] == key):
                entry = [*key, files.sha256(path)]
        except OSError:
            return ""
        self.used[path] = entry
        return entry[-1]

    @property
    def changed(self) -> list[str]:
        """The files asked for whose content is not that of the last run; none is known of the first one."""
        before = {path: entry[-1] for path, entry in self.known.items() if isinstance(entry, list) and entry}
        return [path for path, entry in self.used.items() if before.get(path, entry[-1]) != entry[-1]]

    def save(self) -> None:
        """Remember the checksums of the files that were asked for."""
        if self.used != self.known:
            files.write_json(self.used, self.memory)
