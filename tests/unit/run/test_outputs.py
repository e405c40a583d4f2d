"""What was edited, deleted, added or only touched is told apart by content."""

import os

import pytest

from retrowalk.run.outputs import Records

TABLE, FOLDER = "results/table.csv", "results/figures"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Two jobs that have run: a table, and figures of it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / TABLE).write_text("1,2\n")
    for name in ("a.png", "b.png"):
        (tmp_path / FOLDER / name).write_text(name)
    Records.read().write("model/trial", [TABLE], ["data.csv"])
    Records.read().write("present/trial", [FOLDER], [TABLE])
    return tmp_path


def differences():
    return Records.read().differences()


@pytest.mark.usefixtures("made")
def test_nothing_differs_from_what_was_just_made():
    assert differences() == {}
    assert Records.read().by_job["present/trial"].inputs.keys() == {TABLE}


@pytest.mark.parametrize("name", [TABLE, f"{FOLDER}/a.png"])
def test_an_edit_of_the_same_length_and_date_is_found(made, name):
    path = made / name
    times, text = path.stat(), path.read_text()
    path.unlink()
    path.write_text("9" + text[1:])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    (found,) = differences().values()
    assert found.edited == (name,)
    assert found.must_run


@pytest.mark.parametrize("name", [TABLE, f"{FOLDER}/a.png"])
def test_a_deleted_file_is_found(made, name):
    (made / name).unlink()
    (found,) = differences().values()
    assert (found.missing, found.edited) == ((name,), ())
    assert found.must_run


def test_a_touched_file_is_the_same_and_gets_its_date_back(made):
    before = (made / TABLE).stat().st_mtime_ns
    os.utime(made / TABLE)
    records = Records.read()
    (found,) = records.differences().values()
    assert found.touched == (TABLE,)
    assert not found.must_run
    records.restore_dates(found, "model/trial")
    assert (made / TABLE).stat().st_mtime_ns == before
    assert differences() == {}


def test_a_file_put_into_a_folder_of_results_is_found_but_no_reason_to_run(made):
    (made / FOLDER / "mine.txt").write_text("notes")
    for name in (".DS_Store", "Thumbs.db", "~$results.docx", ".snakemake_timestamp"):
        (made / FOLDER / name).write_text("")
    (found,) = differences().values()
    assert found.added == (f"{FOLDER}/mine.txt",)
    assert not found.must_run


def test_a_job_whose_input_was_made_anew_is_behind(made):
    """The run ended between the two, and no date is looked at."""
    (made / TABLE).write_text("3,4\n")
    os.utime(made / TABLE, (1, 1))
    Records.read().write("model/trial", [TABLE], ["data.csv"])
    assert {job: each.older_than for job, each in differences().items()} == {"present/trial": (TABLE,)}


@pytest.mark.parametrize("text", ["", "{", '{"outputs": []}', "[]"])
def test_half_a_record_is_none(made, text):
    (made / ".snakemake/retrowalk/outputs/model/trial.json").write_text(text)
    assert list(Records.read().by_job) == ["present/trial"]


def test_removed_outputs_are_forgotten(made):
    (made / TABLE).unlink()
    Records.read().forget_removed()
    assert list(Records.read().by_job) == ["present/trial"]
    assert differences() == {}
