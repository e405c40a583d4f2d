"""Freezing: the hash, the numbers that are kept, and that nothing is written half or from results of another plan."""

import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.present.record.sealed import COMPARISON

from retrowalk import estimates, files
from retrowalk.errors import PlanError, RetrowalkError
from retrowalk.facts import fact
from retrowalk.plan.paths import FROZEN_HASH, FROZEN_NUMBERS, FROZEN_PLAN, FROZEN_RECORD
from retrowalk.plan.read import load_plan
from retrowalk.plan.settings import Analysis, Plan
from retrowalk.present.record import freeze as module
from retrowalk.present.record.freeze import (
    NUMBERS_KEY,
    NUMBERS_TEXT,
    canonical,
    collect_numbers,
    freeze,
    is_of_others,
    number_files,
    plan_hash,
    read_frozen,
    read_frozen_numbers,
)
from retrowalk.present.record.intact import CHECKSUM_COLUMNS, CHECKSUMS
from retrowalk.present.record.plan_form import plan_form
from retrowalk.vocabulary import COUNT_COLUMNS, ESTIMATE_COLUMNS, SYNTHETIC_NOTE, TEXT_COLUMNS

DESIGNS = Path(module.__file__).parents[2] / "simulate" / "designs"
FILES = [FROZEN_PLAN, FROZEN_HASH, FROZEN_RECORD]
NUMBERS = [FROZEN_NUMBERS, FROZEN_RECORD]
THIRD = 1 / 3


def row(**fields):
    return COMPARISON | {"cohort": "trial", "estimate": THIRD, "n": 20} | fields


@pytest.fixture
def plan(cohort_of):
    """The plan of one small trial; the folder of the trial is the current folder."""
    return Plan({"trial": cohort_of()}, (), Analysis("mmrm", 0.05, "holm", 1), {"width_mm": 140.0, "dpi": 200})


@pytest.fixture
def results(plan):
    """What a run leaves of what is frozen, the report last."""
    folder = Path("results")
    tables = {
        "cohorts/trial/descriptives.csv": [row(analysis="flow", term="with_data", role="descriptive")],
        "cohorts/trial/estimates.csv": [
            row(visit="week_4", provenance="synthetic", caveats=[fact("exploratory")]),
            row(visit="week_8"),
        ],
        "synthesis/effects.csv": [row(analysis="published", estimate=-0.1, n=None)],
        "synthesis/pooled.csv": [],
    }
    for name, records in tables.items():
        estimates.write(estimates.tabulate(records), folder / name)
    files.write_json(plan_form(plan), folder / "plan.json")
    files.write_json({"software": {"retrowalk": version("retrowalk")}}, folder / "provenance.json")
    files.write_text("the report", folder / "report.html")
    for place, name in enumerate([*tables, "plan.json", "report.html"]):
        os.utime(folder / name, (place, place))
    list_checksums()
    return folder


def list_checksums():
    """Write the table that the last job of a run writes."""
    paths = sorted(path for path in Path("results").rglob("*") if path.is_file() and path.name != CHECKSUMS)
    rows = [(path.relative_to("results").as_posix(), path.stat().st_size, files.sha256(path)) for path in paths]
    files.write_csv(pd.DataFrame(rows, columns=CHECKSUM_COLUMNS), Path("results") / CHECKSUMS)


def state():
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


# --- the hash ---------------------------------------------------------------------------------------------------------


def test_the_hash_is_that_of_the_sorted_compact_json():
    text = '{"a":[1,0.05],"b":{"c":null,"d":"\\u00e9"}}'
    assert plan_hash({"b": {"d": "é", "c": None}, "a": (1.0, 0.05)}) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"b": [1, 2], "a": 0.1}, True),
        ({"a": 0.1, "b": (1, 2)}, True),
        ({"a": 0.1, "b": [1.0, 2]}, True),
        ({"a": 0.1, "b": [2, 1]}, False),
        ({"a": 0.1 + 2e-17, "b": [1, 2]}, False),
        ({"a": "0.1", "b": [1, 2]}, False),
        ({"a": 0.1, "b": [True, 2]}, False),
        ({"a": 0.1, "b": [1, 2], "c": None}, False),
        ({"a": 0.1, "b": ["1", 2]}, False),
    ],
)
def test_the_hash_is_of_what_the_plan_says_and_not_of_how_it_is_written(other, same):
    assert (plan_hash({"a": 0.1, "b": [1, 2]}) == plan_hash(other)) == same


def test_a_plan_has_the_hash_of_its_own_json(plan):
    """The plan as Snakemake passes it, and as results/plan.json gives it back."""
    params = plan_form(plan)
    assert plan_hash(params) == plan_hash(json.loads(json.dumps(params, indent=2)))
    assert canonical(canonical(params)) == canonical(params)


# --- what is written --------------------------------------------------------------------------------------------------


def test_plan_hash_and_numbers_are_written(plan, results):
    digest = freeze(plan)
    text = FROZEN_PLAN.read_text()
    assert json.loads(text) == canonical(plan_form(plan))
    assert text == json.dumps(canonical(plan_form(plan)), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert FROZEN_HASH.read_text() == f"{digest}\n"
    assert digest == plan_hash(plan_form(plan))
    names = ["frozen.json", "numbers.csv", "plan.json", "plan.sha256"]
    assert sorted(path.name for path in FROZEN_PLAN.parent.iterdir()) == names
    assert sorted(path.name for path in Path("config").iterdir()) == ["cohorts", "frozen"]


def test_numbers_have_file_key_and_every_number_unrounded(plan, results):
    freeze(plan)
    table = files.read_csv(FROZEN_NUMBERS, text=tuple(NUMBERS_TEXT))
    numeric = [column for column in ESTIMATE_COLUMNS if column not in TEXT_COLUMNS]
    assert list(table.columns) == [*NUMBERS_KEY, *numeric, "mark"]
    assert set(COUNT_COLUMNS) < set(numeric)
    assert list(table["file"]) == [
        "cohorts/trial/descriptives.csv",
        "cohorts/trial/estimates.csv",
        "cohorts/trial/estimates.csv",
        "synthesis/effects.csv",
    ]
    assert list(table["estimate"]) == [THIRD, THIRD, THIRD, -0.1]
    assert list(table["visit"]) == ["", "week_4", "week_8", ""]
    assert list(table["n"].fillna(-1)) == [20, 20, 20, -1]
    assert list(table["mark"]) == ["", SYNTHETIC_NOTE, "", ""]
    assert not table.duplicated(NUMBERS_KEY).any()


def test_no_participant_is_named_in_the_numbers(plan, results):
    path = results / "cohorts" / "trial" / "estimates.csv"
    terms = [
        "participant:BW01",
        "participant:BW02",
        "missing:BW03 moved",
        "events:BW04 fell",
        "participants:BW05",
        "improved",
    ]
    table = estimates.tabulate([row(term=term) for term in terms])
    files.write_csv(table.assign(analysis="reliable_change"), path)
    os.utime(path, (0, 0))
    list_checksums()
    freeze(plan)
    assert "BW0" not in FROZEN_NUMBERS.read_text()
    numbers = files.read_csv(FROZEN_NUMBERS, text=tuple(NUMBERS_TEXT))
    assert list(numbers.query("file == 'cohorts/trial/estimates.csv'")["term"]) == ["improved"]


def test_cohorts_stand_in_the_order_of_the_alphabet(results):
    assert number_files(["b", "a"])[:2] == ["cohorts/a/descriptives.csv", "cohorts/a/estimates.csv"]
    assert collect_numbers(["trial"], results).equals(collect_numbers({"trial": None}, results))


def test_freezing_again_gives_the_same_bytes_and_leaves_nothing_of_before(plan, results):
    freeze(plan)
    before = state()
    Path("config/frozen/old.csv").touch()
    freeze(plan)
    assert state() == before


# --- what is refused --------------------------------------------------------------------------------------------------

NAMES = ["plan.json", "provenance.json", "report.html", *number_files(["trial"])]


def refused(plan):
    """Freeze, which must fail and change nothing; return the message."""
    before = state()
    with pytest.raises(RetrowalkError) as fault:
        freeze(plan)
    assert state() == before
    assert len(str(fault.value).splitlines()) == 1
    return str(fault.value)


@pytest.mark.parametrize("frozen_before", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_results_that_are_missing_are_named(plan, results, name, frozen_before):
    if frozen_before:
        freeze(plan)
    (results / name).unlink()
    assert refused(plan) == f"results/{name} is missing, so nothing was frozen. Run make first."


@pytest.mark.parametrize("text", ['{"seed": 1}', "{", "", "[]"])
def test_results_of_another_plan_are_refused(plan, results, text):
    (results / "plan.json").write_text(text)
    words = "The plan in config/ has changed since the results were made (results/plan.json differs)"
    assert refused(plan) == f"{words}, so nothing was frozen. Run make first."


@pytest.mark.parametrize(
    ("record", "made_by"),
    [
        ('{"software": {"retrowalk": "0.1.0"}}', "0.1.0"),
        ("{", "of an unknown version"),
        ("[]", "of an unknown version"),
    ],
)
def test_results_of_another_version_are_refused_with_that_reason(plan, results, record, made_by):
    """Whatever else differs, such as the form of the plan or the columns of the tables, comes from the version."""
    (results / "provenance.json").write_text(record)
    (results / "plan.json").write_text("{}")
    (results / "cohorts/trial/estimates.csv").write_text("cohort,note\n")
    words = f"The results were made by retrowalk {made_by} and this is retrowalk {version('retrowalk')}"
    assert refused(plan) == (
        f"{words} (results/provenance.json), so nothing was frozen. Run make first: it rebuilds the results."
    )


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("report.html", "provenance.json")])
def test_results_of_a_run_that_did_not_end_are_refused(plan, results, name):
    """plan.json is written early: a run that was stopped leaves it beside numbers of the plan before."""
    os.utime(results / name, (100, 100))
    words = f"results/report.html is older than results/{name}: the last run did not finish"
    assert refused(plan).startswith(f"{words}, so nothing was frozen. Run make first. If")


@pytest.mark.parametrize("name", [*number_files(["trial"]), "report.html"])
def test_edited_results_are_refused(plan, results, name):
    """make would repair them; the command alone does not, and would keep an edited number for good."""
    before = (results / name).stat()
    text = (results / name).read_text()
    (results / name).write_text(text[:-1] + " ")
    os.utime(results / name, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert refused(plan) == (
        f"results/{name} was changed after the run. Nothing was frozen. Run make first: it makes edited and missing results again."
    )


def test_results_of_a_run_that_did_not_come_to_its_last_job_are_refused(plan, results):
    (results / CHECKSUMS).unlink()
    assert refused(plan).startswith("results has no checksums.csv")


def test_a_file_of_the_users_beside_the_results_is_no_reason_to_refuse(plan, results):
    (results / "notes.txt").write_text("mine")
    assert freeze(plan)


@pytest.mark.parametrize("fails", ["write_json", "write_text", "write_csv"])
@pytest.mark.parametrize("frozen_before", [False, True])
def test_nothing_is_left_half_written(plan, results, monkeypatch, fails, frozen_before):
    if frozen_before:
        freeze(plan)
    before = state()

    def full(*given):
        raise OSError("No space left on device")

    monkeypatch.setattr(module, fails, full)
    with pytest.raises(OSError, match="No space"):
        freeze(plan)
    assert state() == before
    assert {path.name for path in Path("config").iterdir()} == {"cohorts", *["frozen"] * frozen_before}


# --- reading it back --------------------------------------------------------------------------------------------------


def test_what_was_frozen_is_read_back(plan, results):
    freeze(plan)
    assert read_frozen(FILES) == canonical(plan_form(plan))
    assert read_frozen([]) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: FROZEN_PLAN.write_text(FROZEN_PLAN.read_text().replace("0.05", "0.1")),
        lambda: FROZEN_HASH.write_text("ab\n"),
        lambda: FROZEN_HASH.write_bytes(b"\xff"),
    ],
)
def test_a_frozen_plan_that_was_touched_is_told_of(plan, results, spoil):
    freeze(plan)
    spoil()
    with pytest.raises(PlanError) as fault:
        read_frozen([file for file in FILES if file.exists()])
    assert str(fault.value) == (
        "config/frozen/plan.json has changed since it was frozen: it does not match config/frozen/plan.sha256. "
        "Restore both files from git, or remove the folder config/frozen and run make freeze."
    )


RESTORE = "Restore it from git, or remove the folder config/frozen and run make freeze."


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda: FROZEN_PLAN.write_text(FROZEN_PLAN.read_text()[:-5]),
            "plan.json is damaged: it cannot be read as JSON.",
        ),
        (lambda: FROZEN_PLAN.write_bytes(b"\xff\xfe\x00"), "plan.json is damaged: it cannot be read as JSON."),
        (lambda: FROZEN_PLAN.write_text(""), "plan.json is damaged: it cannot be read as JSON."),
        (lambda: FROZEN_PLAN.write_text("[" * 100_000), "plan.json is damaged: it cannot be read as JSON."),
        (lambda: FROZEN_PLAN.unlink(), "plan.json is missing."),
        (lambda: FROZEN_HASH.unlink(), "plan.sha256 is missing."),
        (lambda: [file.unlink() for file in (FROZEN_PLAN, FROZEN_HASH)], "plan.json is missing."),
    ],
)
def test_what_is_missing_or_damaged_of_the_frozen_plan_is_said(plan, results, spoil, words):
    freeze(plan)
    spoil()
    with pytest.raises(PlanError) as fault:
        read_frozen([file for file in FILES if file.exists()])
    assert str(fault.value) == f"config/frozen/{words} {RESTORE}"


def test_numbers_that_are_missing_beside_their_record_are_told_of(plan, results):
    freeze(plan)
    FROZEN_NUMBERS.unlink()
    with pytest.raises(PlanError) as fault:
        read_frozen_numbers([FROZEN_RECORD])
    assert str(fault.value) == f"config/frozen/numbers.csv is missing. {RESTORE}"


@pytest.mark.parametrize("read", [lambda: read_frozen(FILES), lambda: read_frozen_numbers(NUMBERS)])
@pytest.mark.parametrize("given", [{}, {"numbers_sha256": None}])
def test_the_second_format_requires_the_hash_of_the_numbers(plan, results, read, given):
    freeze(plan)
    files.write_json({"format": 2, "retrowalk": "0.2.0"} | given, FROZEN_RECORD)
    with pytest.raises(PlanError) as fault:
        read()
    assert str(fault.value) == (
        f'config/frozen/frozen.json has no "numbers_sha256", which format 2 requires. {RESTORE}'
    )


def test_ends_of_lines_and_spaces_are_no_change(plan, results):
    freeze(plan)
    numbers = read_frozen_numbers(NUMBERS)
    for file in {*FILES, *NUMBERS}:
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_frozen(FILES) == canonical(plan_form(plan))
    assert read_frozen_numbers(NUMBERS).equals(numbers)


# --- formats ------------------------------------------------------------------------------------------------------------


def test_what_the_first_version_froze_is_read(plan, results):
    freeze(plan)
    numbers = read_frozen_numbers(NUMBERS)
    FROZEN_RECORD.unlink()
    assert read_frozen([FROZEN_PLAN, FROZEN_HASH]) == canonical(plan_form(plan))
    assert read_frozen_numbers([FROZEN_NUMBERS]).equals(numbers)
    assert read_frozen_numbers([]) is None


def test_a_column_that_another_version_has_is_no_fault(plan, results):
    freeze(plan)
    FROZEN_RECORD.unlink()
    table = files.read_csv(FROZEN_NUMBERS, text=tuple(NUMBERS_TEXT))
    files.write_csv(table.drop(columns="df_numerator").assign(ci_level=0.95), FROZEN_NUMBERS)
    read = read_frozen_numbers([FROZEN_NUMBERS])
    assert "df_numerator" not in read
    assert "ci_level" not in read
    assert read["estimate"].equals(table["estimate"])


@pytest.mark.parametrize("read", [lambda: read_frozen(FILES), lambda: read_frozen_numbers(NUMBERS)])
def test_files_of_a_newer_version_are_refused_with_the_true_reason(plan, results, read):
    freeze(plan)
    files.write_json({"format": 3, "retrowalk": "0.9.0", "numbers_sha256": "ab"}, FROZEN_RECORD)
    with pytest.raises(
        PlanError, match=r"was written by retrowalk 0\.9\.0 in format 3\. .* Update retrowalk\. The frozen files are"
    ):
        read()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"retrowalk": "0.2.0"}',
        *(
            f'{{"format": {given}, "retrowalk": "0.2.0", "numbers_sha256": "ab"}}'
            for given in ('"two"', "Infinity", "-Infinity", "NaN", "2.5", "0", "true", "null")
        ),
    ],
)
def test_a_record_that_cannot_be_read_is_named(plan, results, text):
    freeze(plan)
    FROZEN_RECORD.write_text(text)
    with pytest.raises(PlanError, match=r"config/frozen/frozen\.json has changed since make freeze wrote it"):
        read_frozen(FILES)


def test_a_frozen_number_that_was_changed_is_a_fault(plan, results):
    freeze(plan)
    FROZEN_NUMBERS.write_text(FROZEN_NUMBERS.read_text().replace("-0.1", "-0.2"))
    with pytest.raises(PlanError, match=r"config/frozen/numbers\.csv has changed since make freeze wrote it"):
        read_frozen_numbers(NUMBERS)


@given(place=st.randoms(use_true_random=False), change=st.integers(1, 255))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_of_what_was_frozen_is_found_or_means_the_same(plan, results, place, change):
    if not FROZEN_PLAN.exists():  # every example is of one freeze, and changes it back
        freeze(plan)
    path = place.choice(sorted({*FILES, *NUMBERS}))
    before, numbers = path.read_bytes(), read_frozen_numbers(NUMBERS)
    spoilt = bytearray(before)
    spoilt[place.randrange(len(before))] ^= change
    path.write_bytes(spoilt)
    try:
        assert read_frozen(FILES) == canonical(plan_form(plan))
        assert read_frozen_numbers(NUMBERS).equals(numbers)
    except PlanError:
        pass
    finally:
        path.write_bytes(before)


def test_the_bundled_cohorts_are_those_that_are_simulated():
    assert list(module.BUNDLED) == sorted(path.stem for path in DESIGNS.glob("*.yaml"))


@pytest.mark.parametrize(
    ("frozen", "cohorts", "others"),
    [
        (["mytrial"], ["mytrial", "dufek2011"], False),
        (["mytrial"], ["another"], True),
        (module.BUNDLED, module.BUNDLED, False),
        (module.BUNDLED, ["dufek2011"], False),
        (module.BUNDLED, ["mytrial", *module.BUNDLED], True),
        (["mytrial", *module.BUNDLED], ["another", *module.BUNDLED], False),
    ],
)
def test_what_was_frozen_of_the_bundled_cohorts_is_not_compared_with_a_users_plan(frozen, cohorts, others):
    assert is_of_others(frozen, cohorts) == others


# --- what is committed ------------------------------------------------------------------------------------------------


def test_the_plan_of_this_checkout_is_frozen(root, monkeypatch):
    monkeypatch.chdir(root)
    same = read_frozen([file for file in FILES if file.exists()]) == canonical(plan_form(load_plan()))
    assert same, "config/ is not what config/frozen/ holds: run make freeze, look at what moved, and commit it"


def test_the_numbers_of_this_checkout_name_no_participant(root):
    numbers = files.read_csv(root / FROZEN_NUMBERS, text=tuple(NUMBERS_TEXT))
    people = pd.concat([numbers[column] for column in NUMBERS_TEXT if column != "mark"])
    assert not people.str.contains("SYN").any()
    assert set(numbers.loc[numbers["file"].str.startswith("cohorts/"), "mark"]) == {SYNTHETIC_NOTE}
