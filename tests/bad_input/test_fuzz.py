"""Good files, changed at random: what comes of them is checked data or a message, and never anything else.

Every example runs in a process of its own kind (`worker`), since the libraries that read files of statistics programs are
written in C: a file that kills the process or never ends fails the test like any other.
"""

import base64
import csv
import io
import json
import os
import re
import select
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.bad_input.case import COHORT, CONFIG, DATA, PROBLEMS
from tests.bad_input.defects import DEFECTS
from tests.bad_input.good import contents
from tests.conftest import HANGS

#: Faults of retrowalk that are known: {what the traceback says: the bad input that shows it}. Each is a case that fails.
KNOWN: dict[str, str] = {}

NASTY = [
    *("", " ", "5,5", "7/10", "<1", "-", "lost", "999", "-99", "NaN", "inf", "-inf", "1e999", "1e-400", "0x1F", "=1+1"),
    *(
        "TRUE",
        "None",
        "2024-01-01",
        "45337",
        "P01",
        "RW",
        "0",
        "-0",
        "1_000",
        "٣",
        "½",
        "\u200b",
        "\ufeff",
        "\x00",
        "a\nb",
    ),
    *(
        '"',
        "'",
        ",",
        ";",
        "\t",
        "\r",
        "\x1b[31m",
        "é",
        "𝒳",
        "x" * 5000,
        "9" * 400,
        "Mean",
        "{x}",
        "../x",
        "#REF!",
        "week_4",
    ),
]
VALUES = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    "",
    "x",
    "../../x",
    "{x}",
    "a\nb",
    "\x00",
    [],
    {},
    [[]],
    [None],
    {"": 0},
]
VALUES += [["a", "a"], {"left": "a", "right": "a"}, 10**30, "x" * 500, ".nan", "baseline", "pain", "id", [0], [1, 2, 3]]

Files = dict[str, bytes]


class Worker:
    """A process that answers; a new one is started where it died."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.process = folder, None

    def ask(self, shape: str, files: Files, *call: str) -> dict:
        """Return what a call says of a project in which some files were changed."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        encoded = {path: base64.b64encode(content).decode() for path, content in files.items()}
        self.process.stdin.write(json.dumps({"shape": shape, "files": encoded, "call": call}) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], HANGS)[0]:
            self.stop()
            raise AssertionError(f"no answer within {HANGS} seconds")
        answer = self.process.stdout.readline()
        if not answer:
            code = self.process.wait()
            raise AssertionError(f"the process died with {code}")
        return json.loads(answer)

    def start(self) -> None:
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "COLUMNS": "120"}
        command = [sys.executable, "-m", "tests.bad_input.worker", str(self.folder / "project")]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, env=environment, text=True, bufsize=1, cwd=self.folder, **pipes)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture(scope="module")
def worker(tmp_path_factory) -> Iterator[Worker]:
    answering = Worker(tmp_path_factory.mktemp("fuzz"))
    yield answering
    answering.stop()


def examples(fast: int, slow: int) -> Callable:
    """Return what runs a property with a few examples, and with many where slow tests are asked for."""

    def twice(test: Callable) -> Callable:
        plain = {"deadline": None, "derandomize": True, "database": None}
        plain |= {"suppress_health_check": list(HealthCheck), "phases": [Phase.generate, Phase.shrink]}
        few, many = (settings(max_examples=number, **plain) for number in (fast, slow))
        marked = pytest.param(many, id="many", marks=pytest.mark.slow)
        return pytest.mark.parametrize("how", [pytest.param(few, id="few"), marked])(test)

    return twice


def look(answer: dict, new: str = "") -> None:
    """Hold what was said against what may be said."""
    if any(known in answer["broke"] for known in KNOWN):
        return
    assert answer["broke"] == ""
    assert answer["code"] in (0, 1)
    assert answer["said"].strip()
    assert "Traceback" not in answer["said"]
    assert not re.search(r"\b[A-Z]\w+Warning:", answer["said"])
    assert answer["half"] == ""
    allowed = {PROBLEMS}
    if new and answer["code"] == 0:
        allowed = {PROBLEMS.replace("trial", new), f"config/cohorts/{new}.yaml", f"data/{new}/new.csv"}
    assert set(answer["written"]) <= allowed


# --- what is changed ----------------------------------------------------------------------------------------------------


def edits() -> st.SearchStrategy[list[tuple[str, float, bytes]]]:
    """Draw changes of bytes: what, where (a share of the length), with what."""
    kinds = st.sampled_from(["put", "insert", "cut", "end", "repeat"])
    return st.lists(st.tuples(kinds, st.floats(0, 1), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6)


def edited(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    """Return bytes with some of them changed."""
    for kind, share, new in changes:
        at = int(share * len(content))
        match kind:
            case "put":
                content = content[:at] + new + content[at + len(new) :]
            case "insert":
                content = content[:at] + new + content[at:]
            case "cut":
                content = content[:at] + content[at + len(new) ** 2 :]
            case "end":
                content = content[:at]
            case "repeat":
                content = content[:at] + content[max(0, at - 50) : at] * len(new) + content[at:]
    return content


def data_file(shape: str) -> tuple[str, bytes]:
    """Return the path and the content of the file of measurements."""
    return next((path, content) for path, content in contents(shape).items() if path.startswith("data/"))


def in_member(book: bytes, member: int, changes: list[tuple[str, float, bytes]]) -> bytes:
    """Return a workbook with the bytes of one of its members changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w") as new:
        for place, name in enumerate(old.namelist()):
            content = old.read(name)
            new.writestr(name, edited(content, changes) if place == member % len(old.namelist()) else content)
    return made.getvalue()


def with_cells(content: bytes, changes: list[tuple[int, int, str]]) -> bytes:
    """Return a CSV with some cells changed, its header among them."""
    table = list(csv.reader(io.StringIO(content.decode())))
    for row, column, text in changes:
        cells = table[row % len(table)]
        cells[column % len(cells)] = text
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(table)
    return written.getvalue().encode("utf-8", errors="replace")


def steps(content: object, here: tuple = ()) -> Iterator[tuple]:
    """Yield the place of every value in what a YAML file holds."""
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in parts:
        yield (*here, key)
        yield from steps(value, (*here, key))


def with_keys(content: bytes, changes: list[tuple[str, int, object]]) -> bytes:
    """Return a YAML file with some values taken out, replaced or renamed."""
    loaded = YAML(typ="safe", pure=True).load(content.decode())
    for kind, number, value in changes:
        places = list(steps(loaded))
        if not places:
            break
        *above, last = places[number % len(places)]
        parent = loaded
        for key in above:
            parent = parent[key]
        if kind == "delete":
            del parent[last]
        elif kind == "rename" and isinstance(parent, dict):
            parent[str(value)] = parent.pop(last)
        else:
            parent[last] = value
    return json.dumps(loaded).encode()  # JSON is YAML


CELLS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30), st.sampled_from(NASTY) | st.text(max_size=12)),
    min_size=1,
    max_size=8,
)
KEYS = st.lists(
    st.tuples(st.sampled_from(["delete", "replace", "rename"]), st.integers(0, 200), st.sampled_from(VALUES)),
    min_size=1,
    max_size=3,
)
TEXT_SHAPES = ["wide", "long", "mixed", "redcap", "limbs", "limb_rows", "tall", "conduct"]


# --- the properties -----------------------------------------------------------------------------------------------------


@examples(fast=20, slow=500)
def test_bytes_of_a_text_file(worker, how):
    @how
    @given(st.sampled_from(TEXT_SHAPES), edits())
    def holds(shape, changes):
        path, content = data_file(shape)
        look(worker.ask(shape, {path: edited(content, changes)}, "check", "trial"))

    holds()


@examples(fast=25, slow=500)
def test_cells_of_a_text_file(worker, how):
    @how
    @given(st.sampled_from(TEXT_SHAPES), CELLS)
    def holds(shape, changes):
        path, content = data_file(shape)
        look(worker.ask(shape, {path: with_cells(content, changes)}, "check", "trial"))

    holds()


@pytest.mark.parametrize("shape", ["xlsx", "sav", "dta", "xpt"])
@examples(fast=15, slow=300)
def test_bytes_of_a_binary_file(worker, shape, how):
    @how
    @given(edits())
    def holds(changes):
        path, content = data_file(shape)
        look(worker.ask(shape, {path: edited(content, changes)}, "check", "trial"))

    holds()


@examples(fast=12, slow=200)
def test_bytes_inside_a_workbook(worker, how):
    @how
    @given(st.integers(0, 20), edits())
    def holds(member, changes):
        path, content = data_file("xlsx")
        look(worker.ask("xlsx", {path: in_member(content, member, changes)}, "check", "trial"))

    holds()


@examples(fast=30, slow=600)
def test_keys_of_a_cohort_file(worker, how):
    @how
    @given(st.sampled_from(TEXT_SHAPES), KEYS)
    def holds(shape, changes):
        look(worker.ask(shape, {COHORT: with_keys(contents(shape)[COHORT], changes)}, "check", "trial"))

    holds()


@examples(fast=20, slow=300)
def test_bytes_of_the_plan(worker, how):
    @how
    @given(st.sampled_from([COHORT, CONFIG, "config/instruments.yaml"]), edits())
    def holds(path, changes):
        look(worker.ask("wide", {path: edited(contents("wide")[path], changes)}, "check", "trial"))

    holds()


@examples(fast=12, slow=250)
def test_cells_of_a_file_that_is_added(worker, how):
    @how
    @given(st.sampled_from(["wide", "long"]), CELLS)
    def holds(shape, changes):
        new = with_cells(contents(shape)[DATA], changes)
        call = ("new-cohort", "fresh", "new.csv", "--control", "CE", "--yes")
        look(worker.ask(shape, {"new.csv": new}, *call), new="fresh")

    holds()


# --- files that say they are large --------------------------------------------------------------------------------------


def declaring(start: bytes, size: bytes) -> Callable[[bytes], bytes]:
    """Return what writes a size behind the bytes that announce it."""

    def change(content: bytes) -> bytes:
        at = content.index(start) + len(start)
        return content[:at] + size + content[at + len(size) :]

    return change


def rows_of_spss(content: bytes) -> bytes:
    """Let a .sav say that it has 184 million rows."""
    return content[:80] + (184_549_388).to_bytes(4, "little") + content[84:]


def in_sheet(*changes: tuple[bytes, bytes]) -> Callable[[bytes], bytes]:
    """Return what puts bytes in the place of others in the sheet of a workbook."""

    def change(book: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                for before, after in changes if name.startswith("xl/worksheets/") else ():
                    assert before in content
                    content = content.replace(before, after, 1)
                new.writestr(name, content)
        return made.getvalue()

    return change


FAR_BELOW = b'<row r="1048576"><c r="A1048576" t="n"><v>1</v></c></row></sheetData>'
EVERYWHERE = b'<mergeCell ref="A3:XFD1048576"/></mergeCells>'
LARGE = {
    "dimension": ("xlsx", in_sheet((b'<dimension ref="A1:M14"', b'<dimension ref="A1:XFD1048576"'))),
    "cell_far_below": ("xlsx", in_sheet((b"</sheetData>", FAR_BELOW))),
    "merged": ("xlsx", in_sheet((b"</mergeCells>", EVERYWHERE))),
    "merged_far_below": ("xlsx", in_sheet((b"</sheetData>", FAR_BELOW), (b"</mergeCells>", EVERYWHERE))),
    "spss": ("sav", rows_of_spss),
    "stata": ("dta", declaring(b"<N>", (20_000_000).to_bytes(8, "little"))),
}


def large() -> list:
    return list(LARGE)


@pytest.mark.parametrize("name", large())
def test_a_file_that_says_it_is_large_takes_little_memory_and_time(name, tmp_path):
    shape, change = LARGE[name]
    path, content = data_file(shape)
    own = Worker(tmp_path)
    try:
        usual = own.ask(shape, {}, "check", "trial")
        answer = own.ask(shape, {path: change(content)}, "check", "trial")
    finally:
        own.stop()
    look(answer)
    assert answer["memory"] - usual["memory"] < 300_000_000
    # Seconds of the processor, not of the clock; on a busy one they may be three times as many.
    assert answer["seconds"] - usual["seconds"] < 9


def test_what_is_known_is_still_a_fault():
    """A fault that was mended leaves the list, so that it is found when it comes back."""
    failing = {case.name for case in DEFECTS if case.marks}
    assert set(KNOWN.values()) <= failing
