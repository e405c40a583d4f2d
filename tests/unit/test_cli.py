"""The command line: what it exits with, what it asks, and that nothing is written unless it is said so."""

import builtins
import re
import shutil
from pathlib import Path

import pytest

from retrowalk.cli import main

ROOT = Path(__file__).resolve().parents[2]
RECEIVED = ROOT / "tests" / "received"
WIDE = RECEIVED / "plain_wide.csv"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with the plan of one bundled cohort, as the current folder."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "config", folder / "config")
    for name in ("ansari2020", "published"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    config = folder / "config" / "config.yaml"
    text = config.read_text()
    for name in ("dufek2011", "krishnan2021", "goonasegaran2022"):
        text = text.replace(f"  - {name}\n", "")
    config.write_text(text)
    monkeypatch.chdir(folder)
    return folder


def run(*arguments):
    """Run a command here; return the code it exits with, or its last words."""
    with pytest.raises(SystemExit) as end:
        main([str(each) for each in arguments])
    return end.value.code


def state():
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.fixture
def person(monkeypatch):
    """A person at the keyboard; each item is one line that they type, or an exception that their keys raise."""

    def types(*lines):
        left, asked = list(lines), []

        def answer(prompt=""):
            asked.append(prompt)
            line = left.pop(0)
            if isinstance(line, BaseException):
                raise line
            return line

        monkeypatch.setattr(builtins, "input", answer)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        return asked

    return types


# --- wrong calls ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["new"], "invalid choice: 'new'"),
        (["new-cohort"], "the following arguments are required: NAME, FILE"),
        (["new-cohort", "trial"], "the following arguments are required: FILE"),
        (["new-cohort", "Trial", "x.csv"], '"Trial" is not a valid name: use lowercase letters, digits and _'),
        (["new-cohort", "../x", "x.csv"], '"../x" is not a valid name'),
        (["new-cohort", "2trial", "x.csv"], '"2trial" is not a valid name'),
        (["new-cohort", "trial", "x.csv", "--instrument", "vas"], '"vas" does not have the form COLUMN=NAME'),
        (["new-cohort", "trial", "x.csv", "--instrument", "=vas"], "does not have the form COLUMN=NAME"),
        (["new-cohort", "trial", "x.csv", "--date-order", "day"], "invalid choice: 'day'"),
        (["new-cohort", "trial", "x.csv", "--randomised", "--not-randomised"], "not allowed with argument"),
        (["check"], "the following arguments are required: NAME"),
        (["export", "a b"], '"a b" is not a valid name'),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_why(arguments, words, capsys):
    assert run(*arguments) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""


def test_help_exits_with_0(capsys):
    assert run("--help") == 0
    assert run("new-cohort", "--help") == 0
    assert "ask nothing: use the most likely answers and list them" in capsys.readouterr().out


# --- faults that a user can mend --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["new-cohort", "trial", "none.csv", "--yes"],
            "none.csv: the file does not exist. Give the path of the data file.",
        ),
        (["new-cohort", "trial", "data", "--yes"], "data: the path is a folder. Give the path of the data file."),
        (
            ["new-cohort", "trial", "config/README.md", "--yes"],
            "config/README.md: this type of file cannot be read. Allowed: .csv",
        ),
        (["new-cohort", "trial", RECEIVED / "sheets.xlsx", "--sheet", "x", "--yes"], "--sheet: "),
        (["new-cohort", "ansari2020", WIDE, "--yes"], "config/cohorts/ansari2020.yaml: the cohort already exists"),
        (
            ["new-cohort", "trial", WIDE, "--yes", "--control", "XX"],
            '--control: "XX" is not allowed. Allowed: "UC", "BW"',
        ),
        (
            ["new-cohort", "trial", WIDE, "--yes", "--arm-column", "XX"],
            '--arm-column: "XX" is not allowed. Allowed: "group"',
        ),
        (
            ["new-cohort", "trial", WIDE, "--yes", "--participant-column", "XX"],
            '--participant-column: "XX" is not allowed',
        ),
        (["new-cohort", "trial", WIDE, "--yes", "--visit-column", "XX"], '--visit-column: there is no column "XX"'),
        (
            ["new-cohort", "trial", WIDE, "--yes", "--primary", "XX"],
            '--primary: "XX" is not allowed. Allowed: "vas", "odi", "schober"',
        ),
        (
            ["new-cohort", "trial", WIDE, "--yes", "--instrument", "vas_pre=XX"],
            '--instrument: "XX" is not in config/instruments.yaml',
        ),
        (
            ["new-cohort", "trial", WIDE, "--yes", "--comparator", "XX"],
            '--comparator: "XX" is not allowed. Allowed: "add-on"',
        ),
        (["new-cohort", "trial", RECEIVED / "redcap_dictionary.csv", "--yes"], "The file is a REDCap data dictionary."),
        (["check", "ansari2002"], 'There is no cohort "ansari2002" (did you mean "ansari2020"?)'),
        (["export", "ansari2002"], 'There is no cohort "ansari2002" (did you mean "ansari2020"?)'),
        (["export", "ansari2020", "--to", "data"], "data: the folder is not empty and is not overwritten."),
    ],
)
def test_a_fault_that_a_user_can_mend_is_told_in_words(arguments, words):
    before = state()
    code = run(*arguments)
    assert isinstance(code, str)  # which Python prints to stderr, and exits with 1
    assert code.startswith(words)
    assert len(code.splitlines()) == 1
    assert state() == before


def test_outside_a_project_it_is_told_where_to_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = "config/config.yaml: the file does not exist. Create it, or run from the folder that contains config/ and data/."
    assert run("new-cohort", "trial", WIDE, "--yes") == words
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_our_own_is_one_line_and_a_log(project, monkeypatch):
    monkeypatch.setattr("retrowalk.ingest.add.propose_cohort", lambda *given: {}["missing"])
    words = run("new-cohort", "trial", WIDE, "--yes")
    assert (
        words
        == "Internal error in retrowalk. Please report it and attach results/logs/retrowalk.log (KeyError: 'missing')."
    )
    log = Path("results/logs/retrowalk.log").read_text()
    assert log.startswith("Traceback (most recent call last):")
    assert "_new_cohort" in log
    assert log.endswith("KeyError: 'missing'\n")


# --- new-cohort without anybody to ask --------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_a_clear_file_is_added_and_the_next_step_is_said(capsys):
    assert run("new-cohort", "trial", WIDE, "--yes", "--randomised", "--comparator", "active", "--synthetic") == 0
    out = capsys.readouterr().out
    assert f"Read {WIDE}: 24 rows read (rows 2 to 25), 14 columns." in out
    assert (
        "Added. config/cohorts/trial.yaml contains the settings for this file: check them and correct them there."
        in out
    )
    assert out.endswith("data/trial/plain_wide.csv: no problems found\nNow type: make\n")
    text = Path("config/cohorts/trial.yaml").read_text()
    for line in ("randomised: true", "comparator_type: active", "provenance: synthetic"):
        assert line in text.splitlines()


@pytest.mark.usefixtures("project")
def test_what_was_assumed_is_printed_and_kept(capsys):
    assert run("new-cohort", "trial", WIDE, "--yes") == 0
    words = "It was not stated whether participants were randomly allocated; the arms are treated as not randomised."
    assert f"\nAssumed: {words}\n" in capsys.readouterr().out
    assert words in Path("config/cohorts/trial.yaml").read_text()


@pytest.mark.usefixtures("project")
def test_data_with_faults_are_added_and_the_faults_told(tmp_path, capsys):
    spoiled = tmp_path / "spoiled.csv"
    spoiled.write_text(WIDE.read_text().replace("BW02,BW,38,female,right,88,", "BW02,BW,38,female,right,880,"))
    assert run("new-cohort", "trial", spoiled, "--yes") == 0
    out = capsys.readouterr().out
    assert 'data/trial/spoiled.csv, row 3, column "vas_pre": "880" is outside the instrument\'s range.' in out
    assert re.search(r"\nCorrect the errors in the file.*check.*trial\n$", out)
    assert run("check", "trial") == 1


@pytest.mark.usefixtures("project")
def test_where_no_keyboard_is_there_nothing_is_asked(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    monkeypatch.setattr(builtins, "input", lambda prompt="": pytest.fail("it was asked"))
    assert run("new-cohort", "trial", WIDE) == 0


# --- new-cohort with a person -----------------------------------------------------------------------------------------

#: primary, condition, title, citation, randomised, comparator, backward, provenance; then whether to add it.
DEFAULTS = [""] * 9


@pytest.mark.usefixtures("project")
def test_the_likeliest_answers_are_taken_by_pressing_enter(person):
    asked = person(*DEFAULTS)
    assert run("new-cohort", "trial", WIDE) == 0
    assert asked[:2] == ["[vas] > ", "[not stated] > "]
    assert asked[-1] == "\nAdd this cohort? [Y/n] "
    assert len(asked) == len(DEFAULTS)
    assert "  - trial\n" in Path("config/config.yaml").read_text()


@pytest.mark.usefixtures("project")
def test_answers_may_be_numbers_or_words_and_wrong_ones_are_asked_again(person, capsys):
    asked = person("9", "vass", "2", "low back pain", "", "", "1", "active", "BW", "synthetic", "yes")
    assert run("new-cohort", "trial", WIDE) == 0
    out = capsys.readouterr().out
    assert "\nWhich outcome is primary?\n  1. vas: Visual analogue scale for pain\n  2. odi:" in out
    assert out.count("Please type one of the numbers above.") == 2
    assert asked[:3] == ["[vas] > "] * 3
    text = Path("config/cohorts/trial.yaml").read_text()
    for line in (
        "condition: low back pain",
        "title: plain_wide",
        "randomised: true",
        "comparator_type: active",
        "provenance: synthetic",
        "  BW: {name: bw, label: BW, walks_backward: true}",
    ):
        assert line in text.splitlines()
    assert text.index("role: primary") > text.index("  odi:")
    # who was asked has not assumed
    assert "was not said" not in text


@pytest.mark.usefixtures("project")
def test_a_primary_outcome_that_a_person_chose_is_not_called_guessed(person):
    person("2", *DEFAULTS[1:])
    assert run("new-cohort", "trial", WIDE) == 0
    assert "guessed" not in Path("config/cohorts/trial.yaml").read_text()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("end", ["n", "no", "N", "x"])
def test_no_at_the_end_writes_nothing(person, capsys, end):
    before = state()
    person(*DEFAULTS[:-1], end)
    assert run("new-cohort", "trial", WIDE) == 1
    assert capsys.readouterr().out.endswith("Nothing was written.\n")
    assert state() == before


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("keys", [KeyboardInterrupt(), EOFError()], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("answered", [0, 3, 7])
def test_ctrl_c_writes_nothing(person, keys, answered):
    before = state()
    person(*DEFAULTS[:answered], keys)
    assert run("new-cohort", "trial", WIDE) == "\nStopped; nothing was written."
    assert state() == before


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("answer", ["2", "1"])
def test_a_number_that_is_an_option_is_that_option_and_no_place_in_the_list(person, answer):
    """The arms of REDCap are 2 and 1, in this order: the answer 2 is the arm 2, not the second of the list."""
    person(answer, *DEFAULTS, *[""] * 4)
    assert run("new-cohort", "trial", RECEIVED / "redcap_records.csv") == 0
    assert f"control: arm_{answer}" in Path("config/cohorts/trial.yaml").read_text().splitlines()


@pytest.mark.usefixtures("project")
def test_what_must_be_answered_is_asked_until_it_is(person, capsys):
    asked = person("", "", "2", *DEFAULTS, *[""] * 4)
    assert run("new-cohort", "trial", RECEIVED / "redcap_records.csv") == 0
    assert asked[:3] == ["> "] * 3
    assert capsys.readouterr().out.count("Please type one of the numbers above.") == 2


# --- check and export -------------------------------------------------------------------------------------------------


def test_check_exits_with_0_where_all_is_well(project, capsys):
    assert run("check", "ansari2020") == 0
    assert "data/ansari2020/ansari2020_synthetic.csv: no problems found" in capsys.readouterr().out
    table = (project / "results/checks/ansari2020.csv").read_text()
    assert len(table.splitlines()) == 1
    # the list of the last run is the workflow's
    assert not (project / "results/cohorts").exists()


def test_check_exits_with_1_and_says_the_row(project, capsys):
    path = Path("data/ansari2020/ansari2020_synthetic.csv")
    header, first, *rest = path.read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("vas_pre")] = "5,5" if ";" in header else "5 cm"
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n")
    assert run("check", "ansari2020") == 1
    out = capsys.readouterr().out
    assert f'{path}, row 2, column "vas_pre": "5 cm" is not a number: it contains more than a number.' in out
    assert "1 error; all are listed in results/checks/ansari2020.csv" in out
    assert "Traceback" not in out


def test_a_warning_exits_with_0(project, capsys):
    path = Path("data/ansari2020/ansari2020_synthetic.csv")
    header, first, *rest = path.read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("vas_pre")] = ""
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n")
    assert run("check", "ansari2020") == 0
    out = capsys.readouterr().out
    assert "Warning: data/ansari2020/ansari2020_synthetic.csv, row 2" in out
    assert "1 warning. Warnings do not stop the run; they are shown in the report." in out


def test_a_copy_of_another_cohort_is_found_by_check(project, capsys):
    assert run("new-cohort", "one", WIDE, "--yes") == 0
    assert run("new-cohort", "two", RECEIVED / "old.xls", "--yes") == 0
    out = capsys.readouterr().out
    assert '24 of 24 participants have exactly the same values as participants of "one"' in out
    assert run("check", "two") == 1
    assert run("check", "one") == 1


def test_export_writes_three_files_and_says_where(project, capsys):
    assert run("export", "ansari2020") == 0
    names = ["datapackage.json", "measurements.csv", "participants.csv"]
    assert capsys.readouterr().out.split() == [f"export/ansari2020/{name}" for name in names]
    assert run("export", "ansari2020", "--to", "shared") == 0
    for name in names:
        assert Path("shared", name).read_bytes() == Path("export/ansari2020", name).read_bytes()
    assert run("export", "ansari2020").startswith("export/ansari2020: the folder is not empty")


# --- freeze -----------------------------------------------------------------------------------------------------------


def test_freeze_without_results_is_told_in_words_and_writes_nothing(project):
    shutil.rmtree("config/frozen")
    before = state()
    assert run("freeze") == "results/plan.json is missing, so nothing was frozen. Run make first."
    assert state() == before


def test_freeze_of_a_plan_with_faults_is_told_in_words(project):
    config = Path("config/config.yaml")
    config.write_text(config.read_text().replace("alpha: 0.05", "alpha: 5"))
    before = state()
    assert run("freeze").startswith('config/config.yaml, "alpha": ')
    assert state() == before


def test_freeze_says_where_it_wrote_and_the_hash(project, monkeypatch, capsys):
    monkeypatch.setattr("retrowalk.present.record.freeze.freeze", lambda plan: f"ab12 of {', '.join(plan.cohorts)}")
    assert run("freeze") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Frozen in config/frozen/. SHA-256 of the plan: ab12 of ansari2020"
    assert second.startswith("Commit this folder to git")
