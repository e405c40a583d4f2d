"""A cohort is added whole or not at all, and nothing that stands there already is touched."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.ingest.received import RECEIVED, added, make_project, run
from tests.unit.trials import reread

from retrowalk import files
from retrowalk.errors import DataError, PlanError
from retrowalk.ingest import add, check_cohort
from retrowalk.ingest.add import add_cohort, propose_cohort
from retrowalk.ingest.propose.questions import Answers
from retrowalk.ingest.propose.write import cohort_text, with_cohort
from retrowalk.plan.read import load_plan
from retrowalk.schemas import read_yaml

# --- a line in config.yaml --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cohorts:\n  - one\nseed: 1\n", "cohorts:\n  - one\n  - new\nseed: 1\n"),
        ("cohorts:\n- one\n- two\nseed: 1\n", "cohorts:\n- one\n- two\n- new\nseed: 1\n"),
        # comments, quotes and blank lines stay where they are
        (
            "# the plan\ncohorts: # ours\n  - 'one'  # first\n\n  # later\n  - \"two\"\n\n# end\nseed: 1 # x\n",
            "# the plan\ncohorts: # ours\n  - 'one'  # first\n\n  # later\n  - \"two\"\n  - new\n\n# end\nseed: 1 # x\n",
        ),
        ("seed: 1\ncohorts:\n    - one", "seed: 1\ncohorts:\n    - one\n    - new\n"),
        ("cohorts:\r\n  - one\r\nseed: 1\r\n", "cohorts:\r\n  - one\r\n  - new\r\nseed: 1\r\n"),
        ("cohorts: [one, two]  # both\nseed: 1\n", "cohorts: [one, two, new]  # both\nseed: 1\n"),
        ("cohorts: [ one ]\n", "cohorts: [ one, new ]\n"),
        ("cohorts: []\nseed: 1\n", "cohorts: [new]\nseed: 1\n"),
        ("cohorts:\nseed: 1\n", "cohorts:\n  - new\nseed: 1\n"),
        ("cohorts: [one]\r\nseed: 1\r\n", "cohorts: [one, new]\r\nseed: 1\r\n"),
        # other lists are not ours
        (
            "others:\n  - one\ncohorts:\n  - two\nmore:\n  - three\n",
            "others:\n  - one\ncohorts:\n  - two\n  - new\nmore:\n  - three\n",
        ),
    ],
)
def test_a_name_is_added_and_all_else_stays(before, after):
    assert with_cohort(before, "new") == after


@pytest.mark.parametrize(
    "text",
    [
        "seed: 1\n",  # no list
        "cohorts: [one,\n  two]\n",  # over two lines
        "cohorts: one\n",  # no list but a word
        "cohorts: &names\n  - one\nother: *names\n",  # another key would change with it
        "cohorts:\n  one: 1\n",
        "cohorts: [one\nseed: 1\n",  # never closed
        "{cohorts: [one], seed: 1}\n",
        "",
    ],
)
def test_a_list_that_is_written_otherwise_is_refused(text):
    with pytest.raises(
        PlanError,
        match=r'"cohorts": the list is written in a form to which names cannot be added automatically.*"  - new" by hand',
    ):
        with_cohort(text, "new")


# --- a whole cohort ---------------------------------------------------------------------------------------------------

FILE = RECEIVED / "sheets.xlsx"


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = make_project(tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def state():
    """Every file below here with its bytes, results left out, and every folder."""
    return {
        str(path): path.read_bytes() if path.is_file() else None
        for path in Path().rglob("*")
        if "results" not in path.parts
    }


def proposal(path=FILE, name="trial"):
    return propose_cohort(name, [path], "", Answers())


def test_a_cohort_is_its_file_its_cohort_file_and_its_line(project):
    before = state()
    assert add_cohort("trial", proposal()) == Path("config/cohorts/trial.yaml")
    after = state()
    assert set(after) - set(before) == {"config/cohorts/trial.yaml", "data/trial", "data/trial/sheets.xlsx"}
    assert after["data/trial/sheets.xlsx"] == FILE.read_bytes()
    config = before["config/config.yaml"].decode()
    assert after["config/config.yaml"].decode() == config.replace("  - ansari2020\n", "  - ansari2020\n  - trial\n")
    assert {name for name in before if before[name] != after[name]} == {"config/config.yaml"}
    assert list(load_plan().cohorts) == ["ansari2020", "trial"]


@pytest.mark.parametrize("step", ["files.write_text", "files.sha256", "load_cohort", "shutil.copyfile", "cohort_text"])
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), RuntimeError("x"), KeyboardInterrupt()])
def test_where_a_step_fails_nothing_is_left_behind(project, monkeypatch, step, fault):
    made, before = proposal(), state()

    def fail(*arguments, **named):
        raise fault

    monkeypatch.setattr(f"retrowalk.ingest.add.{step}", fail)
    with pytest.raises(DataError if isinstance(fault, OSError) else type(fault)) as told:
        add_cohort("trial", made)
    if isinstance(fault, OSError):
        assert "nothing was added" in str(told.value)
        assert "disk space" in str(told.value)
    assert state() == before


def test_where_the_last_step_fails_nothing_is_left_behind(project, monkeypatch):
    made, before, write = proposal(), state(), files.write_text

    def fail(text, path):
        if path.name == "config.yaml":
            raise PermissionError(13, "Permission denied")
        write(text, path)

    monkeypatch.setattr(add.files, "write_text", fail)
    with pytest.raises(DataError, match=r"data/trial: nothing was added .*Permission denied"):
        add_cohort("trial", made)
    assert state() == before


def test_a_file_half_copied_is_taken_back(project, monkeypatch):
    made, before = proposal(), state()

    def half(source, place):
        Path(place).write_bytes(b"half")
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("retrowalk.ingest.add.shutil.copyfile", half)
    with pytest.raises(DataError, match="nothing was added"):
        add_cohort("trial", made)
    assert state() == before


def test_a_file_that_lies_in_the_cohorts_folder_is_left_there_where_a_step_fails(project, monkeypatch):
    Path("data/trial").mkdir()
    Path("data/trial/mine.xlsx").write_bytes(FILE.read_bytes())
    made, before = proposal(Path("data/trial/mine.xlsx")), state()
    monkeypatch.setattr("retrowalk.ingest.add.load_cohort", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add_cohort("trial", made)
    assert state() == before


def test_a_file_that_lies_in_the_cohorts_folder_is_not_copied(project):
    Path("data/trial").mkdir()
    Path("data/trial/mine.xlsx").write_bytes(FILE.read_bytes())
    cohort, _, _ = added("trial", "data/trial/mine.xlsx")
    assert [path.name for path in Path("data/trial").iterdir()] == ["mine.xlsx"]
    assert cohort.intake.table.file == "data/trial/mine.xlsx"


def test_a_cohort_that_is_there_is_never_overwritten(project):
    added("trial", FILE)
    before = state()
    words = "config/cohorts/trial.yaml: the cohort already exists and is not overwritten."
    assert run("new-cohort", "trial", FILE, "--yes").startswith(words)
    assert state() == before


def test_a_name_in_the_plan_is_taken_also_without_a_cohort_file(project):
    config = Path("config/config.yaml")
    config.write_text(config.read_text().replace("  - ansari2020\n", "  - ansari2020\n  - ghost\n"))
    before = state()
    assert run("new-cohort", "ghost", FILE, "--yes").startswith(
        'config/config.yaml, "cohorts": "ghost" is already in the list.'
    )
    assert state() == before


def test_a_folder_with_other_files_is_not_touched(project):
    Path("data/trial").mkdir()
    Path("data/trial/other.csv").write_text("mine")
    before = state()
    words = 'data/trial: the folder already contains other files ("other.csv").'
    assert run("new-cohort", "trial", FILE, "--yes").startswith(words)
    assert state() == before


VISITS = (("pre", 0), ("post", 9))


def test_two_files_of_one_name_are_refused(project, tmp_path):
    for folder, columns in (("a", "ID,Visit,VAS,ODI"), ("b", "ID,Group")):
        (tmp_path / folder).mkdir()
        rows = [f"P{n},{visit},{50 + n - fall},{30 + n - fall}" for n in range(8) for visit, fall in VISITS]
        rows = rows if folder == "a" else [f"P{n},{('walk', 'control')[n % 2]}" for n in range(8)]
        (tmp_path / folder / "x.csv").write_text("\n".join([columns, *rows]))
    before = state()
    words = run("new-cohort", "trial", tmp_path / "a" / "x.csv", tmp_path / "b" / "x.csv", "--yes")
    assert words == "data/trial/x.csv: a file with this name already exists. Rename one of the files."
    assert state() == before


def test_a_brace_in_a_file_name_is_replaced(project, tmp_path):
    source = tmp_path / "my {final} data.csv"
    source.write_bytes((RECEIVED / "plain_wide.csv").read_bytes())
    cohort, _, _ = added("trial", source)
    assert cohort.intake.table.file == "data/trial/my _final_ data.csv"


# --- the checksum -----------------------------------------------------------------------------------------------------


def test_the_checksum_is_that_of_the_file_and_a_changed_file_is_told(project, capsys):
    cohort, _, _ = added("trial", RECEIVED / "plain_wide.csv")
    path = Path("data/trial/plain_wide.csv")
    assert cohort.intake.table.sha256 == files.sha256(RECEIVED / "plain_wide.csv")
    path.write_text(path.read_text().replace("BW01,UC,51,male,left,58,", "BW01,UC,51,male,left,59,"))
    (row,) = check_cohort(cohort).to_dict("records")
    assert (row["rule"], row["severity"], row["file"]) == ("file_changed", "warning", "data/trial/plain_wide.csv")
    assert row["remedy"] == (
        f"If it was corrected on purpose, write {files.sha256(path)} after sha256: in config/cohorts/trial.yaml, and record "
        "what was changed and why."
    )
    skipping = reread(cohort, table=replace(cohort.intake.table, skip_rows=(9,)))
    (row,) = check_cohort(skipping).query("rule == 'file_changed'").to_dict("records")
    assert "trial.yaml, check that skip_rows still lists the right rows, and record what" in row["remedy"]
    capsys.readouterr()
    assert run("check", "trial") == 0
    assert "Warning: data/trial/plain_wide.csv: the file has changed since it was received" in capsys.readouterr().out
    yaml = Path("config/cohorts/trial.yaml")
    yaml.write_text(yaml.read_text().replace(cohort.intake.table.sha256, files.sha256(path)))
    assert check_cohort(load_plan().cohorts["trial"]).empty


def test_both_tables_of_a_cohort_have_a_checksum(project):
    cohort, _, _ = added("trial", RECEIVED / "adqs.xpt", RECEIVED / "adsl.xpt")
    assert cohort.intake.table.sha256 == files.sha256(RECEIVED / "adqs.xpt")
    assert cohort.intake.participants_table.sha256 == files.sha256(RECEIVED / "adsl.xpt")
    Path("data/trial/adsl.xpt").write_bytes(Path("data/trial/adsl.xpt").read_bytes() + b" " * 80)
    told = check_cohort(cohort).query("rule == 'file_changed'")
    assert told["file"].tolist() == ["data/trial/adsl.xpt"]


# --- the words of the cohort file -------------------------------------------------------------------------------------

ODD = [
    *(
        "yes",
        "No",
        "on",
        "null",
        "~",
        "y",
        "1",
        "1.0",
        "1e3",
        "0x1f",
        "007",
        "1_000",
        "12:30",
        "2024-01-02",
        ".5",
        ".inf",
    ),
    *(
        "a: b",
        "a #b",
        "#a",
        "'a'",
        '"a"',
        "a'b",
        "- a",
        "-",
        "?",
        "!a",
        "&a",
        "*a",
        "@a",
        "`a`",
        "%a",
        "|",
        ">",
        "{a}",
        "[a]",
        ",",
    ),
    *(
        "a, b",
        " a",
        "a ",
        "ä ö ü",
        "Übliche Behandlung",
        "数",
        "back\\slash",
        "tab\there",
        "line\nbreak",
        "",
        "=A1",
        "true",
        "NaN",
    ),
    *("\ufeffa", "a\u2028b", "emoji 🙂", "per cent %", "a:", ":a", "a/b", "x" * 200),
]


@pytest.mark.parametrize("text", ODD)
def test_any_text_comes_back_from_the_cohort_file_as_it_was(tmp_path, text):
    content = {
        "title": text or "x",
        "missing": [text],
        "only": {text or "x": [text, "other"]},
        "arms": {text or "x": {"name": "one", "label": text}},
        "visits": [{"name": "baseline", "week": 0, "label": text, "in_file": text}],
        "outcomes": {
            "pain": {"instrument": "vas_pain", "columns": {"baseline": [text, "b"], "week_4": {"left": text}}}
        },
        "covariates": {"sex": {"column": text, "levels": {text or "x": text}}},
        "assumptions": [text],
    }
    path = tmp_path / "cohort.yaml"
    path.write_text(cohort_text("trial", content), encoding="utf-8")
    assert read_yaml(path) == content


def test_numbers_and_truths_come_back_as_they_were(tmp_path):
    content = {
        "randomised": True,
        "header": [3, 4],
        "skip_rows": [30],
        "visits": [{"week": 0.14}, {"week": 4.0}, {"week": 52}],
        "adjust_for": [],
    }
    path = tmp_path / "cohort.yaml"
    path.write_text(cohort_text("trial", content))
    assert read_yaml(path) == content


def test_a_guessed_primary_outcome_is_a_comment_and_no_key(tmp_path):
    text = cohort_text("trial", {"outcomes": {"pain": {"role": "primary"}}, "primary_guessed": True})
    assert "The primary outcome here is a guess: correct it before you see results." in text
    assert "primary_guessed" not in text
    assert "guess" not in cohort_text("trial", {"outcomes": {"pain": {"role": "primary"}}})


@pytest.mark.parametrize(
    "name", sorted(path.name for path in RECEIVED.iterdir() if path.suffix in (".xlsx", ".sav", ".dta", ".xls"))
)
def test_what_was_proposed_is_what_the_cohort_file_says(project, name):
    made = proposal(RECEIVED / name)
    read = read_yaml(add_cohort("trial", made))
    expected = {key: value for key, value in made.content.items() if key != "primary_guessed"}
    place = f"data/trial/{name}"
    assert read.pop("sha256") == files.sha256(RECEIVED / name)
    second = read.get("participants_table")
    if second:
        assert second.pop("sha256") == files.sha256(RECEIVED / name)
        expected["participants_table"] = expected["participants_table"] | {"file": place}
    assert read == expected | {"file": place}


def test_arms_called_yes_and_no_are_added_and_read(project, tmp_path):
    text = (RECEIVED / "plain_wide.csv").read_text().replace(",BW,", ",yes,").replace(",UC,", ",no,")
    (tmp_path / "x.csv").write_text(text)
    cohort, participants, _ = added("trial", tmp_path / "x.csv", "--control", "no")
    assert sorted(cohort.intake.arms.values()) == ["no", "yes"]
    assert participants["arm"].value_counts().to_dict() == {"yes": 12, "no": 12}
