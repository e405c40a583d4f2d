"""What was edited, deleted, added or only touched is told apart by content."""

import hashlib
import os

import pytest

from retrowalk import files
from retrowalk.errors import RetrowalkError
from retrowalk.run.outputs import Content, Records

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


@pytest.mark.usefixtures("made")
def test_the_record_of_a_job_that_an_older_version_had_is_forgotten():
    Records.read().write("draw/trial", [FOLDER], [TABLE])
    assert list(Records.read().by_job) == ["draw/trial", "model/trial"]
    assert differences() == {}


@pytest.mark.usefixtures("made")
def test_of_a_record_with_more_outputs_the_others_stay():
    Records.read().write("both/trial", [FOLDER, TABLE], [])
    assert list(Records.read().by_job) == ["both/trial"]
    Records.read().write("draw/trial", [FOLDER], [TABLE])
    records = Records.read().by_job
    assert records["both/trial"].outputs == (TABLE,)
    assert list(records["both/trial"].files) == [TABLE]
    assert list(records) == ["both/trial", "draw/trial"]
    assert differences() == {}


# --- what the files contain, for the seal -----------------------------------------------------------------------------


def test_contents_are_those_of_the_files(made):
    (made / FOLDER / ".snakemake_timestamp").touch()
    (made / "results/new.csv").write_text("of no job\n")
    contents = Records.read().contents([TABLE, FOLDER, "results/new.csv"])
    assert list(contents) == [TABLE, f"{FOLDER}/a.png", f"{FOLDER}/b.png", "results/new.csv"]
    for path, content in contents.items():
        read = (made / path).read_bytes()
        assert content == Content(len(read), hashlib.sha256(read).hexdigest())


@pytest.mark.usefixtures("made")
def test_a_file_that_is_as_its_job_made_it_is_not_read_again(monkeypatch):
    monkeypatch.setattr(files, "sha256", None)
    assert len(Records.read().contents([TABLE, FOLDER])) == 3


def test_a_touched_file_is_read_again(made):
    before = Records.read().contents([TABLE, FOLDER])
    for name in (TABLE, f"{FOLDER}/a.png"):
        os.utime(made / name)
    assert Records.read().contents([TABLE, FOLDER]) == before


@pytest.mark.parametrize("name", [TABLE, f"{FOLDER}/a.png"])
@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_a_file_that_was_changed_while_the_run_went_on_is_not_sealed(made, name, how):
    if how == "edited":
        (made / name).write_text("mine")
    else:
        (made / name).unlink()
    with pytest.raises(RetrowalkError) as fault:
        Records.read().contents([TABLE, FOLDER])
    assert str(fault.value) == (
        f"{name} was {how} while the run went on. Run make again: it makes the file again, and keeps an edited one in edited/."
    )
