"""What every job made, by checksum: so that a file that was edited or deleted since is found, and never served as a result."""

import hashlib
import json
import os
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from retrowalk import files
from retrowalk.errors import RetrowalkError
from retrowalk.run.folder import OUTPUTS

#: By the date of this file Snakemake dates a folder.
STAMP = ".snakemake_timestamp"

#: Files that a desktop or an office program leaves beside those it shows, and hidden ones.
NOT_OURS = (".", "~$", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Content:
    """What a file contains: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Record:
    """What one job made, and from what.

    `files` are its files, each with SHA-256, size, inode and the times of the last change of its content and of its inode (ns):
    a file of which all these are the same need not be read again, and no program can set the last one back. `outputs` are the paths it was to make,
    files and folders; `inputs` are outputs of earlier jobs, each with its digest when it was read.
    """

    outputs: tuple[str, ...]
    files: Mapping[str, tuple[str, int, int, int, int]]
    inputs: Mapping[str, str]

    def entries_of(self, output: str) -> dict[str, tuple[str, int, int, int, int]]:
        """Return the entries of an output: of the file, or of all files of a folder."""
        return {path: entry for path, entry in self.files.items() if path == output or path.startswith(f"{output}/")}

    def digest(self, output: str) -> str:
        """Return one hash over an output: that of the file, or one over all files of a folder."""
        if output in self.files:
            return self.files[output][0]
        inside = sorted((path, entry[0]) for path, entry in self.entries_of(output).items())
        return hashlib.sha256(json.dumps(inside).encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """How the outputs of one job differ from what it made."""

    outputs: tuple[str, ...]
    missing: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    #: Files with the content that they had and another date.
    touched: tuple[str, ...] = ()
    #: An input that has been made anew since, by a run that then ended.
    older_than: tuple[str, ...] = ()

    @property
    def must_run(self) -> bool:
        """Whether the job has to run again."""
        return bool(self.missing or self.edited or self.older_than)


@dataclass
class Records:
    """The records of all jobs in the working folder, by the job's name."""

    folder: Path = OUTPUTS
    by_job: dict[str, Record] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path = OUTPUTS) -> "Records":
        """Read what the jobs left; a record that is not whole (a power cut) is none."""
        records = cls(folder)
        for path in sorted(folder.rglob("*.json")):
            try:
                content = json.loads(path.read_text(encoding="utf-8"))
                entries = {name: tuple(entry) for name, entry in content["files"].items()}
                record = Record(tuple(content["outputs"]), entries, content["inputs"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
            records.by_job[path.relative_to(folder).with_suffix("").as_posix()] = record
        return records

    def restore_dates(self, difference: Difference, job: str) -> None:
        """Give what was only touched or copied the date that its job gave it: Snakemake goes by it."""
        record = self.by_job[job]
        entries = dict(record.files)
        for output in record.outputs:
            stamp = os.path.join(output, STAMP)
            if os.path.exists(stamp):
                newest = max((entry[3] for entry in record.entries_of(output).values()), default=0)
                os.utime(stamp, ns=(newest, newest))
        for path in difference.touched:
            digest, *_, time, _ = entries[path]
            os.utime(path, ns=(time, time))
            entries[path] = (digest, *_state(os.stat(path)))
        if difference.touched:
            self._save(job, record.outputs, entries, record.inputs)

    def forget(self, job: str) -> None:
        """Remove the record of a job: it is about to run, or its outputs were removed."""
        self.by_job.pop(job, None)
        (self.folder / f"{job}.json").unlink(missing_ok=True)

    def forget_removed(self) -> None:
        """Remove the records of outputs that are not there: their job failed, or they were removed after a fault."""
        for job, record in list(self.by_job.items()):
            if not all(os.path.exists(output) for output in record.outputs):
                self.forget(job)

    def write(self, job: str, outputs: Iterable[str], inputs: Iterable[str]) -> None:
        """Record what a job has just made, once it is on the disk.

        Where another job has a record of these outputs (an older version had them made by that job) they are taken out of it.
        """
        outputs = tuple(outputs)
        for other, record in list(self.by_job.items()):
            if other != job and not {*record.outputs}.isdisjoint(outputs):
                self._take_out(other, record, outputs)
        entries = {path: _entry(path) for output in outputs for path in _files_of(output)}
        makers = self._makers()
        digests = {path: makers[path].digest(path) for path in inputs if path in makers}
        self._save(job, outputs, entries, digests)

    def _take_out(self, job: str, record: Record, outputs: tuple[str, ...]) -> None:
        self.forget(job)
        left = tuple(output for output in record.outputs if output not in outputs)
        if left:
            entries = [record.entries_of(output) for output in left]
            self._save(job, left, dict(ChainMap(*entries)), record.inputs)

    def _save(self, job: str, outputs: tuple[str, ...], entries: Mapping, inputs: Mapping[str, str]) -> None:
        text = json.dumps({"outputs": outputs, "files": entries, "inputs": inputs})
        files.write_whole(self.folder / f"{job}.json", lambda partial: _write_through(partial, text))

    def _makers(self) -> dict[str, Record]:
        """Return the record of the job that made each output."""
        return {output: record for record in self.by_job.values() for output in record.outputs}

    def contents(self, outputs: Iterable[str]) -> dict[str, Content]:
        """Return what each file of some outputs contains; a file is read only where it may have changed since its job ended.

        Raises
        ------
        RetrowalkError
            A file was edited or deleted since, while the run went on.
        """
        makers = self._makers()
        found = {}
        for output in outputs:
            made = makers[output].entries_of(output) if output in makers else {}
            there = set(_files_of(output))
            for path in sorted(made.keys() | there):
                if path not in there:
                    raise RetrowalkError(f"{path} was deleted while the run went on. {_MAKE_AGAIN}")
                found[path] = _content(path, made.get(path))
        return found

    def differences(self) -> dict[str, Difference]:
        """Return, for each job, how its outputs differ now from what it made; jobs without a difference are left out."""
        now = {output: record.digest(output) for record in self.by_job.values() for output in record.outputs}
        found = {}
        for job, record in self.by_job.items():
            there = {path for output in record.outputs for path in _files_of(output)}
            changed = [path for path in sorted(record.files.keys() & there) if _is_changed(path, record.files[path])]
            edited = tuple(path for path in changed if files.sha256(path) != record.files[path][0])
            difference = Difference(
                record.outputs,
                missing=tuple(sorted(record.files.keys() - there)),
                edited=edited,
                added=tuple(sorted(there - record.files.keys())),
                touched=tuple(path for path in changed if path not in edited),
                older_than=tuple(path for path, digest in record.inputs.items() if now.get(path, digest) != digest),
            )
            if difference.must_run or difference.added or difference.touched:
                found[job] = difference
        return found


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _files_of(output: str) -> Iterator[str]:
    """Yield the files of an output, itself or those in its folder."""
    if os.path.isdir(output):
        for folder, _, names in os.walk(output):
            yield from (f"{folder}/{name}" for name in names if not name.startswith(NOT_OURS))
    elif os.path.exists(output):
        yield output


def _state(state: os.stat_result) -> tuple[int, int, int, int]:
    return state.st_size, state.st_ino, state.st_mtime_ns, state.st_ctime_ns


def _entry(path: str) -> tuple[str, int, int, int, int]:
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())  # else a power cut may leave the record and not the file
        return digest, *_state(os.fstat(file.fileno()))


#: What mends a file that somebody changed between its job and the last one.
_MAKE_AGAIN = "Run make again: it makes the file again, and keeps an edited one in edited/."


def _content(path: str, entry: tuple[str, int, int, int, int] | None) -> Content:
    if entry is not None and not _is_changed(path, entry):
        return Content(entry[1], entry[0])
    content = Content(os.path.getsize(path), files.sha256(path))
    if entry is not None and content.sha256 != entry[0]:
        raise RetrowalkError(f"{path} was edited while the run went on. {_MAKE_AGAIN}")
    return content


def _is_changed(path: str, entry: tuple[str, int, int, int, int]) -> bool:
    """Whether a file may have another content than its job gave it: only then is it read."""
    return _state(os.stat(path)) != entry[1:]
