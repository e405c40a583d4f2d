"""Every file of tests/received becomes the trial that it was made from, by the one command a user types."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.unit.ingest.received import RECEIVED, added, make_project, measured, people, run

from retrowalk import files
from retrowalk.ingest import check_cohort, ingest_cohort
from retrowalk.plan.read import load_plan

AGE = {"age": ("age", {})}
SEX = {"sex": ("sex", {})}
SIDE = {"side": ("side", {})}
SIDE_LR = {"side": ("side", {"left": "L", "right": "R"})}
LONG_ARMS = {"BW": "backward_walking", "UC": "usual_care"}
SHORT_ARMS = {"BW": "bw", "UC": "uc"}
VISITS = ("baseline", "week_4", "week_12")


@dataclass(frozen=True)
class Kind:
    """What a file is to become: {outcome: measure of the trial}, {covariate: (column of the trial, its words)}."""

    files: tuple[str, ...]
    outcomes: dict[str, str]
    covariates: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    arms: dict[str, str] = field(default_factory=lambda: SHORT_ARMS)
    flags: tuple[str, ...] = ()
    visits: tuple[str, ...] = VISITS
    prefix: str = ""
    counted: tuple[str, ...] = ()


WIDE = {"vas": "vas", "odi": "odi", "schober": "schober"}
LABELLED = {"vas_pain": "vas", "odi": "odi", "modified_modified_schober": "schober"}
KINDS = [
    Kind(("plain_wide.csv",), WIDE, AGE | SEX | SIDE),
    Kind(
        ("german.csv",),
        {"schmerz": "vas", "odi": "odi", "schober": "schober"},
        {
            "alter": ("age", {}),
            "geschlecht": ("sex", {"male": "männlich", "female": "weiblich"}),
            "koerperseite": ("side", {"left": "links", "right": "rechts"}),
        },
        {"BW": "rueckwaertsgehen", "UC": "uebliche_behandlung"},
        ("--weeks", "4,12"),
        ("baseline", "visit_1", "visit_2"),
    ),
    Kind(("tabs_utf16.tsv",), {"vas": "vas", "odi": "odi"}, {}, LONG_ARMS),
    Kind(("two_headers.xlsx",), {"pain": "vas", "odi": "odi", "schober": "schober"}, AGE, LONG_ARMS),
    Kind(("two_headers.ods",), {"pain": "vas", "odi": "odi", "schober": "schober"}, AGE, LONG_ARMS),
    Kind(("sheets.xlsx",), {"vas": "vas", "odi": "odi"}, AGE | SEX),
    Kind(("sheet_a_visit.xlsx",), WIDE, {}, LONG_ARMS),
    Kind(("old.xls",), WIDE, AGE | SEX | SIDE),
    Kind(
        ("spss.sav",),
        LABELLED | {"single_leg_stance": "stance", "timed_up_and_go": "tug"},
        AGE | SEX | SIDE,
        LONG_ARMS,
    ),
    Kind(("stata.dta",), {"vas": "vas", "odi": "odi", "tug": "tug"}, AGE, LONG_ARMS),
    Kind(("sas.sas7bdat",), LABELLED, AGE | SEX | SIDE_LR),
    Kind(("sas.xpt",), LABELLED, AGE | SEX | SIDE_LR),
    Kind(
        ("redcap_records.csv", "redcap_dictionary.csv"),
        {"vas": "vas", "odi": "odi", "tug_s": "tug"},
        AGE | {"sex": ("sex", {"male": "Male", "female": "Female"})},
        LONG_ARMS,
        counted=("comorbidity_1", "comorbidity_2", "comorbidity_3"),
    ),
    Kind(
        ("adqs.xpt", "adsl.xpt"),
        {"vas_pain": "vas", "odi": "odi", "single_leg_stance": "stance"},
        AGE | SEX,
        LONG_ARMS,
        prefix="BWT-01-",
    ),
    Kind(
        ("adqs.xpt",),
        {"vas_pain": "vas", "odi": "odi", "single_leg_stance": "stance"},
        {},
        LONG_ARMS,
        prefix="BWT-01-",
    ),
    Kind(("limbs.csv",), {"sls": "stance", "tug": "tug", "vas": "vas"}, SIDE),
    Kind(
        ("limb_rows.csv",),
        {"stance": "stance", "vas": "vas"},
        {"affected_side": ("side", {"left": "L", "right": "R"})},
        LONG_ARMS,
    ),
    Kind(("mixed.csv",), {"vas": "vas", "odi": "odi"}, AGE),
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(make_project(tmp_path / "project"))


def test_every_file_received_is_of_a_kind_below():
    made = {path.name for path in RECEIVED.iterdir() if path.suffix not in (".py", ".R", ".md") and path.is_file()}
    assert {name for kind in KINDS for name in kind.files} == made


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "+".join(kind.files))
def test_a_file_becomes_the_trial_that_it_was_made_from(kind, capsys):
    cohort, participants, measurements = added("trial", *(RECEIVED / name for name in kind.files), *kind.flags)
    assert f"data/trial/{kind.files[0]}" in capsys.readouterr().out
    assert check_cohort(cohort).to_dict("records") == []

    assert [visit.week for visit in cohort.visits] == [0, 4, 12]
    assert tuple(visit.name for visit in cohort.visits) == kind.visits
    assert {outcome.name: outcome.unit for outcome in cohort.outcomes} == {
        name: {"vas": "mm", "odi": "points", "schober": "cm", "stance": "s", "tug": "s"}[measure]
        for name, measure in kind.outcomes.items()
    }
    assert cohort.control == kind.arms["UC"]

    assert len(participants) == 24
    assert dict(zip(participants["participant"], participants["arm"], strict=True)) == {
        kind.prefix + person: kind.arms[group] for person, group in people()[["id", "group"]].itertuples(index=False)
    }
    rows = participants.set_index("participant")
    covariates = [
        name for name in rows.columns if name not in ("cohort", "arm", "withdrawn_after", "withdrawal_reason")
    ]
    assert sorted(covariates) == sorted([*kind.covariates, *kind.counted])
    for name, (source, words) in kind.covariates.items():
        said = {kind.prefix + row["id"]: words.get(row[source], row[source]) for row in people().to_dict("records")}
        assert rows[name].to_dict() == said

    names = dict(zip(kind.visits, (0, 4, 12), strict=True))
    found = {}
    for row in measurements.itertuples():
        key = (row.outcome, row.participant.removeprefix(kind.prefix), names[row.visit])
        assert key not in found
        found[key] = row.value
    expected = {
        (name, *key): value for name, measure in kind.outcomes.items() for key, value in measured(measure).items()
    }
    assert set(found) == set(expected)
    assert found == pytest.approx(expected, rel=1e-12)
    # 24 at baseline, 23 at week 4, 21 at week 12
    assert Counter(key[0] for key in found) == dict.fromkeys(kind.outcomes, 24 + 23 + 21)


@pytest.mark.usefixtures("project")
def test_a_checkbox_of_redcap_is_a_yes_or_a_no():
    _, participants, _ = added("trial", RECEIVED / "redcap_records.csv", RECEIVED / "redcap_dictionary.csv")
    with (RECEIVED / "redcap_records.csv").open(newline="") as file:
        first = [row for row in csv.DictReader(file) if row["age"]]
    for place in (1, 2, 3):
        said = {row["record_id"]: {"0": "no", "1": "yes"}[row[f"comorbidity___{place}"]] for row in first}
        assert participants.set_index("participant")[f"comorbidity_{place}"].to_dict() == said


@pytest.mark.usefixtures("project")
def test_redcap_without_its_dictionary_needs_the_control_to_be_said():
    words = run("new-cohort", "trial", RECEIVED / "redcap_records.csv", "--yes")
    assert (
        words
        == 'The file does not answer this question: which arm is the control? Allowed: "2", "1". Answer it with --control.'
    )
    cohort, participants, measurements = added("trial", RECEIVED / "redcap_records.csv", "--control", "2")
    assert cohort.control == "arm_2"
    assert participants["arm"].value_counts().to_dict() == {"arm_1": 12, "arm_2": 12}
    assert len(measurements) == 3 * 68


@pytest.mark.usefixtures("project")
def test_the_two_legs_may_be_the_affected_one(project):
    added("trial", RECEIVED / "limbs.csv")
    path = Path("config/cohorts/trial.yaml")
    path.write_text(path.read_text().replace("limbs: mean", "limbs: index").replace("trials: mean", "trials: best"))
    _, measurements = ingest_cohort(load_plan().cohorts["trial"])
    value = measurements.set_index(["outcome", "participant", "visit"])["value"]
    # BW01: left is affected, so 15.0 of 15.0 and 19.9; the fastest of 9.27, 8.92 and 8.82
    assert value["sls", "BW01", "baseline"] == 15.0
    assert value["tug", "BW01", "baseline"] == 8.82
    # BW02: right, 21.8 of 18.1 and 21.8
    assert value["sls", "BW02", "baseline"] == 21.8
    path.write_text(path.read_text().replace("limbs: index", "limbs: worse"))
    _, measurements = ingest_cohort(load_plan().cohorts["trial"])
    value = measurements.set_index(["outcome", "participant", "visit"])["value"]
    # BW02: 18.1 is the shorter stance at baseline, so the left is followed, also where it is the better one (22.8, 19.3)
    assert [value["sls", "BW02", visit] for visit in VISITS] == [18.1, 22.8, 23.1]
    # BW03 stood 16.1 s on either leg at baseline: the left
    assert [value["sls", "BW03", visit] for visit in VISITS] == [16.1, 15.3, 22.7]
    # BW04: the right was worse at baseline
    assert [value["sls", "BW04", visit] for visit in VISITS] == [15.5, 20.2, 22.4]


# --- a real trial -----------------------------------------------------------------------------------------------------


@pytest.fixture
def vickers(project, root, shared):
    path = Path("config/instruments.yaml")
    instruments = (root / "tests" / "workflow" / "headache" / "config" / "instruments.yaml").read_text()
    path.write_text(f"{path.read_text()}\n{instruments}")
    return shared / "trials" / "vickers2004"


def test_a_real_trial_gives_the_same_bytes_from_csv_spss_and_excel(vickers):
    made = {}
    for place, ending in enumerate(("csv", "sav", "xlsx")):
        name = f"vickers_{place}"
        flags = ("--control", "0", "--instrument", "pk1=headache_score", "--weeks", "13,52")
        cohort, *tables = added(name, vickers / f"acupuncture.{ending}", *flags)
        assert [visit.week for visit in cohort.visits] == [0, 13, 52]
        for title, table in zip(("participants", "measurements"), tables, strict=True):
            files.write_csv(table.assign(cohort="vickers"), Path(f"{ending}-{title}.csv"))
            made[ending, title] = Path(f"{ending}-{title}.csv").read_bytes()
        # a copy of a cohort is a fault of the next: take it away
        Path(f"config/cohorts/{name}.yaml").unlink()
        config = Path("config/config.yaml")
        config.write_text(config.read_text().replace(f"  - {name}\n", ""))
    for title in ("participants", "measurements"):
        assert made["csv", title] == made["sav", title]
        assert made["csv", title] == made["xlsx", title]
    # Vickers 2004: 401 randomised; 401, 326 and 301 with a score
    lines = made["csv", "measurements"].decode().splitlines()
    assert len(lines) == 1 + 401 + 326 + 301
    assert len(made["csv", "participants"].splitlines()) == 402


def test_a_diary_that_was_never_filled_in_is_not_a_month_without_headache(vickers):
    name, flags = "vickers", ("--control", "0", "--weeks", "13,52")
    instruments = ("--instrument", "pk1=headache_score", "--instrument", "f1=headache_days")
    cohort, _, measurements = added(name, vickers / "acupuncture.csv", *flags, *instruments)
    (row,) = [row for row in check_cohort(cohort).to_dict("records") if row["rule"] != "clustering"]
    assert (row["rule"], row["severity"], row["column"]) == ("zeros_for_missing", "warning", "f1 + f2 + f5")
    # 75 without a score at the second visit, 100 at the third
    assert row["problem"].startswith("f is 0 at 175 of the 175 visits at which pk is missing, and at 0% of the others")
    assert row["remedy"] == 'If they are, add "missing_with: pk" to "f" in config/cohorts/vickers.yaml.'
    with (vickers / "acupuncture.csv").open(newline="", encoding="utf-8-sig") as file:
        raw = list(csv.DictReader(file))
    last = measurements[(measurements["outcome"] == "f") & (measurements["visit"] == "visit_5")]
    assert len(last) == 401

    path = Path("config/cohorts/vickers.yaml")
    path.write_text(
        path.read_text().replace("    instrument: headache_days", "    instrument: headache_days\n    missing_with: pk")
    )
    cohort = load_plan().cohorts[name]
    assert set(check_cohort(cohort)["rule"]) == {"clustering"}
    _, measurements = ingest_cohort(cohort)
    last = measurements[(measurements["outcome"] == "f") & (measurements["visit"] == "visit_5")]["value"]
    filled = [float(row["f5"]) for row in raw if row["pk5"]]
    assert len(last) == len(filled) == 301
    assert last.mean() == pytest.approx(sum(filled) / 301, rel=1e-12)


def test_an_excel_sheet_in_which_numbers_were_typed_with_commas(project):
    """Some cells are numbers and some are texts with a comma; both are the same scale."""
    book = Workbook()
    book.active.append(["ID", "Group", "VAS pre", "VAS post", "BMI"])
    values = [(4.5, "3,5"), ("5,5", 4.25), ("6,1", "5,2"), (7, "6,6"), ("3,9", "2,8"), (8.2, "7,1")]
    for number, (pre, post) in enumerate(values, start=1):
        book.active.append([f"P{number}", "BW" if number % 2 else "Control", pre, post, f"2{number},5"])
    book.save("typed.xlsx")
    cohort, participants, measurements = added("typed", "typed.xlsx")
    assert (
        cohort.intake.table.decimal,
        cohort.outcomes[0].unit,
        cohort.intake.outcomes[cohort.outcomes[0].name].columns,
    ) == (
        *(",", "cm"),
        {"baseline": "VAS pre", "post": "VAS post"},
    )
    assert measurements["value"].tolist() == [4.5, 3.5, 5.5, 4.25, 6.1, 5.2, 7.0, 6.6, 3.9, 2.8, 8.2, 7.1]
    assert participants["bmi"].tolist() == [21.5, 22.5, 23.5, 24.5, 25.5, 26.5]
