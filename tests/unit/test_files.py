"""Files appear whole or not at all, and the same content is the same bytes."""

import csv
import hashlib
import os
import time
import zipfile

import pandas as pd
import pytest

from retrowalk import files


def names(folder):
    """Everything below a folder, hidden names included."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def fail_after_writing(partial):
    partial.write_text("half")
    raise RuntimeError("the disk is full")


def fail_after_making_a_folder(partial):
    partial.mkdir()
    (partial / "figure.png").write_text("half")
    raise RuntimeError("the disk is full")


def test_write_whole_makes_the_folders_above_and_keeps_the_ending(tmp_path):
    endings = []

    def write(partial):
        endings.append(partial.suffix)
        partial.write_text("new")

    files.write_whole(tmp_path / "a" / "b" / "figure.svg", write)
    assert endings == [".svg"]
    assert (tmp_path / "a" / "b" / "figure.svg").read_text() == "new"
    assert names(tmp_path) == ["a", "a/b", "a/b/figure.svg"]


def test_the_new_file_is_not_there_before_it_is_whole(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def write(partial):
        partial.write_text("new")
        assert path.read_text() == "old"

    files.write_whole(path, write)
    assert path.read_text() == "new"


@pytest.mark.parametrize("fail", [fail_after_writing, fail_after_making_a_folder])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, fail):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="disk is full"):
        files.write_whole(path, fail)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["table.csv"]


@pytest.mark.parametrize("fail", [fail_after_writing, fail_after_making_a_folder])
def test_a_failure_leaves_the_old_folder_and_nothing_else(tmp_path, fail):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "old.png").write_text("old")
    with pytest.raises(RuntimeError, match="disk is full"):
        files.write_whole(tmp_path / "figures", fail)
    assert names(tmp_path) == ["figures", "figures/old.png"]


def test_a_writer_that_writes_nothing_leaves_the_old_folder(tmp_path):
    (tmp_path / "figures").mkdir()
    with pytest.raises(FileNotFoundError):
        files.write_whole(tmp_path / "figures", lambda partial: None)
    assert names(tmp_path) == ["figures"]


def test_a_folder_is_replaced_whole(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "of_an_earlier_run.png").write_text("old")

    def write(partial):
        partial.mkdir()
        (partial / "new.png").write_text("new")

    files.write_whole(tmp_path / "figures", write)
    assert names(tmp_path) == ["figures", "figures/new.png"]


def test_what_a_killed_run_left_is_no_hindrance(tmp_path):
    left = tmp_path / f".{os.getpid()}-figures"
    left.mkdir()
    (left / "half.png").write_text("half")
    files.write_whole(tmp_path / "figures", lambda partial: partial.mkdir())
    assert names(tmp_path) == ["figures"]


def test_remove_takes_files_folders_and_nothing(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("x")
    (tmp_path / "file").write_text("x")
    for name in ("folder", "file", "nothing"):
        files.remove(tmp_path / name)
    assert names(tmp_path) == []


def test_text_is_utf8_with_unix_line_ends(tmp_path):
    files.write_text("Rückwärts\n≥ 5\n", tmp_path / "x.txt")
    assert (tmp_path / "x.txt").read_bytes() == "Rückwärts\n≥ 5\n".encode()


@pytest.mark.parametrize(
    "texts",
    [
        ["NA", "None", "007", "nan", "", " a ", "TRUE", "1e5", 'say "x", y', "two\nlines", "2020-01-02"],
        ["007", "1.0", ""],
        ["TRUE", "FALSE", ""],
        ["", ""],
    ],
)
def test_read_csv_keeps_text_as_it_was_written(tmp_path, texts):
    files.write_csv(pd.DataFrame({"id": texts, "value": range(len(texts))}), tmp_path / "x.csv")
    table = files.read_csv(tmp_path / "x.csv", text=("id", "not_there"))
    assert table["id"].tolist() == texts
    assert list(table) == ["id", "value"]


def test_read_csv_takes_only_an_empty_cell_for_missing(tmp_path):
    (tmp_path / "x.csv").write_text("id,value,word\na,1,NA\nb,,None\n")
    table = files.read_csv(tmp_path / "x.csv", text=("id",))
    assert table["value"].isna().tolist() == [False, True]
    assert table["word"].tolist() == ["NA", "None"]


def test_csv_holds_no_index_and_every_digit(tmp_path):
    files.write_csv(pd.DataFrame({"x": [0.1 + 0.2, 1 / 3]}), tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == b"x\n0.30000000000000004\n0.3333333333333333\n"


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless_and_read_back(tmp_path):
    texts = ["=1+1", "+x", "-x", "@SUM(1)", "\tx", "'=1", "''-x", "'x", "-5", "+1.5e3", "-", "a=b", ""]
    files.write_csv(pd.DataFrame({"x": texts, "n": range(len(texts))}), tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        written = [row[0] for row in csv.reader(file)][1:]
    assert written[:5] == ["'=1+1", "'+x", "'-x", "'@SUM(1)", "'\tx"]
    assert written[7:10] == ["'x", "-5", "+1.5e3"]
    assert not [text for text in written if text[:1] in "=@\t" and text]
    assert files.read_csv(tmp_path / "x.csv", ("x",))["x"].tolist() == texts


def test_json_is_sorted_and_readable(tmp_path):
    files.write_json({"b": "ü", "a": (1,)}, tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == '{\n  "a": [\n    1\n  ],\n  "b": "ü"\n}\n'


def test_sha256(tmp_path):
    (tmp_path / "x").write_bytes(b"abc\r\n")
    assert files.sha256(tmp_path / "x") == hashlib.sha256(b"abc\r\n").hexdigest()


def test_fix_zip_dates_makes_the_same_bytes(tmp_path):
    contents = []
    for date in ((1999, 1, 1, 0, 0, 0), time.localtime()[:6]):
        with zipfile.ZipFile(tmp_path / "x.docx", "w") as archive:
            for name in ("word/document.xml", "[Content_Types].xml"):
                archive.writestr(zipfile.ZipInfo(name, date), f"<{name}/>" * 99)
        files.fix_zip_dates(tmp_path / "x.docx")
        contents.append((tmp_path / "x.docx").read_bytes())
    assert contents[0] == contents[1]
    with zipfile.ZipFile(tmp_path / "x.docx") as archive:
        assert archive.namelist() == ["word/document.xml", "[Content_Types].xml"]  # in their order
        assert archive.read("word/document.xml") == b"<word/document.xml/>" * 99
        assert {member.date_time for member in archive.infolist()} == {files.FIXED_DATE}
    assert names(tmp_path) == ["x.docx"]
