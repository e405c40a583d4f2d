"""The register of file types: its readers are there, and nothing else lists endings."""

import re
from importlib import import_module

import pytest

import retrowalk
from retrowalk.file_types import FILE_TYPES, READABLE, decimal_in_cells, find_type, type_by_content, type_of

ENDINGS = {ending.removeprefix(".") for ending in READABLE}


@pytest.mark.parametrize("kind", FILE_TYPES, ids=lambda kind: kind.endings[0])
def test_every_type_has_its_reader(kind):
    module = import_module(f"retrowalk.ingest.formats.{kind.reader}")
    assert callable(module.read)
    assert hasattr(module, "sheet_names") == kind.has_sheets


def test_an_ending_is_of_one_type_whatever_its_case():
    assert len(READABLE) == len(set(READABLE))
    assert type_of("DATA.XLSX") is type_of("data.xlsx")
    assert find_type("data.pdf") is None
    with pytest.raises(ValueError, match="no type that is read"):
        type_of("data.pdf")


def test_a_file_is_known_by_its_first_bytes(root):
    for name in ("two_headers.xlsx", "two_headers.ods", "old.xls"):
        start = (root / "tests/received" / name).read_bytes()[:4096]
        assert type_by_content(start) is type_of(name)
    assert type_by_content(b"id,pain\nP1,5\n") is None


def test_a_decimal_comma_is_of_text_alone():
    assert [decimal_in_cells(name, ",") for name in ("a.csv", "a.xls", "a.ods", "a.sav")] == [",", ".", ".", "."]


def test_nothing_else_lists_endings(root):
    literal = re.compile(rf"""["']\.({"|".join(ENDINGS)})["']""")
    package = root / "workflow/lib/retrowalk"
    assert package.samefile(retrowalk.__path__[0])
    listing = {path.name for path in package.rglob("*.py") if literal.search(path.read_text())}
    assert listing == {"file_types.py"}
