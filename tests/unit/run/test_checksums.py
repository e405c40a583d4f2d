"""Data are known by their content, and read once."""

import os

import pytest

from retrowalk import files
from retrowalk.run.checksums import Checksums


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text("1,2\n")
    return tmp_path / "data.csv"


def checksum():
    checksums = Checksums()
    found = checksums.of(["data.csv"])["data.csv"]
    checksums.save()
    return found


def test_a_file_is_read_once(data, monkeypatch):
    first = checksum()
    monkeypatch.setattr(files, "sha256", lambda path: pytest.fail("read again"))
    assert checksum() == first


def test_a_date_says_nothing(data):
    first = checksum()
    os.utime(data, (1, 1))
    assert checksum() == first


def test_other_data_of_the_same_size_and_date_are_seen(data):
    first, before = checksum(), data.stat()
    data.write_text("9,2\n")
    os.utime(data, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (data.stat().st_size, data.stat().st_mtime_ns, data.stat().st_ino) == (
        *(before.st_size, before.st_mtime_ns),
        before.st_ino,
    )
    assert checksum() != first


@pytest.mark.parametrize("text", ["", "[1]", '{"data.csv": 1}', '{"data.csv": []}'])
def test_a_memory_that_is_not_whole_is_none(data, text):
    first = checksum()
    Checksums().memory.write_text(text)
    assert checksum() == first


def test_what_has_changed_since_the_last_run_is_told(data):
    def changed():
        checksums = Checksums()
        checksums.of(["data.csv", "lost.csv"])
        found = checksums.changed
        checksums.save()
        return found

    assert changed() == []  # nothing is known of an earlier run
    data.touch()
    assert changed() == []
    data.write_text("9,2\n")
    assert changed() == ["data.csv"]
    assert changed() == []
    Checksums().memory.write_text('{"data.csv": []}')
    assert changed() == []


def test_no_file_no_checksum(data):
    assert Checksums().of(["lost.csv"]) == {"lost.csv": ""}
