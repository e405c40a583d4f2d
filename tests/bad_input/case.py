"""What a bad input is: a good project, one thing spoilt in it, and all that is then said."""

import csv
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


def unclear(reason: str) -> pytest.MarkDecorator:
    """Return the mark of a case that shows a fault of retrowalk: it fails until that is mended."""
    return pytest.mark.xfail(strict=True, reason=reason)


Spoil = Callable[[Path], None]

DATA, COHORT, CONFIG = "data/trial/trial.csv", "config/cohorts/trial.yaml", "config/config.yaml"
#: A file in the form of CDISC, of two tables: the values, and the people.
ADQS, ADSL = "data/trial/adqs.csv", "data/trial/adsl.csv"
#: As many as are printed.
MOST = 20
PROBLEMS = "results/checks/trial.csv"


@dataclass(frozen=True)
class Case:
    """One bad input.

    `faults` and `warnings` are the sentences of the list of problems; `stop` is the message of a command that could not go on.
    `code` is what the command exits with.
    """

    name: str
    spoil: Spoil
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    stop: str = ""
    shape: str = "wide"
    call: tuple[str, ...] = ("check", "trial")
    code: int = 1
    marks: tuple = ()

    @property
    def reads(self) -> bool:
        """Whether the project can be read, so that problems.csv is written."""
        return not self.stop

    @property
    def says(self) -> str:
        """Everything that is printed, output and error output together."""
        if self.stop:
            return self.stop
        shown, room = self.faults[:MOST], MOST - min(MOST, len(self.faults))
        cut = f" (the first {MOST} are shown above)" if len(self.faults) > MOST else ""
        lines = [*shown, f"{count(self.faults, 'error')}{cut}; all are listed in {PROBLEMS}"] if self.faults else []
        lines += [f"Warning: {warning}" for warning in self.warnings[:room]]
        hidden = len(self.warnings) - room
        rest = f" ({hidden} not shown here)" if hidden > 0 else ""
        told = f"{count(self.warnings, 'warning')}{rest}. Warnings do not stop the run; they are shown in the report. All are listed in {PROBLEMS}"
        return "\n".join([*lines, *([told] if self.warnings else [])])


def count(told: tuple[str, ...], what: str) -> str:
    """Return "1 error" or "2 errors"."""
    return f"1 {what}" if len(told) == 1 else f"{len(told)} {what}s"


def bad(name: str, spoil: Spoil, *faults: str, shape: str = "wide", **more: object) -> Case:
    """Return a case whose data have faults; `warnings` may come with them."""
    return Case(name, spoil, faults, shape=shape, **more)


def doubtful(name: str, spoil: Spoil, *warnings: str, shape: str = "wide", **more: object) -> Case:
    """Return a case whose data give warnings, which stop nothing."""
    return Case(name, spoil, warnings=warnings, shape=shape, code=0, **more)


def stopped(name: str, spoil: Spoil, *lines: str, shape: str = "wide", **more: object) -> Case:
    """Return a case in which the command cannot go on."""
    return Case(name, spoil, stop="\n".join(lines), shape=shape, **more)


def told_in_cohort(name: str, spoil: Spoil, *faults: str, shape: str = "wide", **more: object) -> Case:
    """Return a case whose cohort file has faults; each is told after its path."""
    return stopped(name, spoil, *(f"{COHORT}{fault}" for fault in faults), shape=shape, **more)


# --- what spoils --------------------------------------------------------------------------------------------------------


def nothing(project: Path) -> None:
    """Spoil nothing: the call itself is wrong."""


def both(*spoils: Spoil) -> Spoil:
    """Spoil several things."""

    def spoil(project: Path) -> None:
        for each in spoils:
            each(project)

    return spoil


def cells(changed: dict[tuple[int, str], str], file: str = DATA) -> Spoil:
    """Change cells of a CSV, given as {(row as a spreadsheet numbers it, column): text}."""

    def spoil(project: Path) -> None:
        table = list(csv.reader(io.StringIO((project / file).read_text(encoding="utf-8"))))
        for (row, column), text in changed.items():
            place = table[0].index(column)
            assert table[row - 1][place] != text, f"{column} in row {row} is {text} already"
            table[row - 1][place] = text
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows(table)
        (project / file).write_text(written.getvalue(), encoding="utf-8")

    return spoil


def column(name: str, change: Callable[[str], str] | str, file: str = DATA) -> Spoil:
    """Change every cell of a column that holds something."""

    def spoil(project: Path) -> None:
        table = list(csv.reader(io.StringIO((project / file).read_text(encoding="utf-8"))))
        place = table[0].index(name)
        new = {
            (number, name): change if isinstance(change, str) else change(row[place])
            for number, row in enumerate(table[1:], start=2)
            if row[place]
        }
        cells({at: text for at, text in new.items() if table[at[0] - 1][place] != text}, file)(project)

    return spoil


def text(old: str, new: str, file: str = DATA) -> Spoil:
    """Put a text in the place of another, which stands in the file once."""

    def spoil(project: Path) -> None:
        content = (project / file).read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times in {file}"
        (project / file).write_text(content.replace(old, new), encoding="utf-8")

    return spoil


def cohort(old: str, new: str) -> Spoil:
    """Put a text in the place of another in the cohort file."""
    return text(old, new, COHORT)


def config(old: str, new: str) -> Spoil:
    """Put a text in the place of another in config.yaml."""
    return text(old, new, CONFIG)


def key(lines: str) -> Spoil:
    """Add lines to the end of the cohort file."""
    return added(f"{lines}\n", COHORT)


def added(lines: str, file: str = DATA) -> Spoil:
    """Add lines to the end of a file."""

    def spoil(project: Path) -> None:
        with (project / file).open("a", encoding="utf-8") as open_file:
            open_file.write(lines)

    return spoil


def written(content: str | bytes, file: str = DATA) -> Spoil:
    """Write a file anew."""

    def spoil(project: Path) -> None:
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_bytes(content.encode() if isinstance(content, str) else content)

    return spoil


def turned(change: Callable[[bytes], bytes], file: str = DATA) -> Spoil:
    """Change the bytes of a file."""

    def spoil(project: Path) -> None:
        (project / file).write_bytes(change((project / file).read_bytes()))

    return spoil


def removed(file: str = DATA) -> Spoil:
    """Remove a file."""
    return lambda project: (project / file).unlink()


def moved(old: str, new: str) -> Spoil:
    """Give a file another name, and the cohort file with it."""

    def spoil(project: Path) -> None:
        (project / new).parent.mkdir(parents=True, exist_ok=True)
        (project / old).rename(project / new)
        cohort(f"file: {old}", f"file: {new}")(project)

    return spoil


def copied(old: str, new: str) -> Spoil:
    """Copy a file."""

    def spoil(project: Path) -> None:
        (project / new).parent.mkdir(parents=True, exist_ok=True)
        (project / new).write_bytes((project / old).read_bytes())

    return spoil


def checksum(project: Path, file: str = DATA) -> str:
    """Return the checksum of a file of a project."""
    return hashlib.sha256((project / file).read_bytes()).hexdigest()


def without_key(name: str) -> Spoil:
    """Take a key with all that belongs to it out of the cohort file."""

    def spoil(project: Path) -> None:
        content = (project / COHORT).read_text(encoding="utf-8")
        left, times = re.subn(rf"^{name}:.*\n(?:[ ].*\n)*", "", content, flags=re.MULTILINE)
        assert times == 1, f"{name} stands {times} times in {COHORT}"
        (project / COHORT).write_text(left, encoding="utf-8")

    return spoil
