"""One small trial in every shape that is read, each with a cohort file that fits it: nothing in them is wrong."""

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
from tests.received.make_received import as_open_document

ROOT = Path(__file__).resolve().parents[2]

CONFIG = """\
cohorts:
  - trial
primary_estimator: mmrm
alpha: 0.05
multiplicity: holm
seed: 1
figures:
  width_mm: 140
  dpi: 200
"""

HEADER = ["id", "group", "age", "sex", "clinic", "pain_0", "pain_4", "pain_12"]
HEADER += ["flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", "date_12", "last", "why"]
TRIAL = """\
P01,RW,61,1,Leeds,55,41,33,5.2,5.9,6.4,2024-01-15,2024-02-12,2024-04-08,,
P02,RW,58,2,York,62,47,36,4.8,5.3,6.1,2024-01-16,2024-02-13,2024-04-09,,
P03,CE,64,1,Leeds,47,44,39,5.6,5.7,5.9,2024-01-22,2024-02-19,2024-04-15,,
P04,CE,70,2,York,51,,,4.9,,,2024-01-23,,,baseline,moved away
P05,RW,49,1,Leeds,68,52,43,4.3,5.1,5.8,2024-01-24,2024-02-21,2024-04-17,,
P06,CE,53,2,Leeds,59,57,48,5.1,5.2,5.4,2024-01-29,2024-02-26,2024-04-22,,
P07,RW,66,1,York,44,29,,6.1,6.6,,2024-01-30,2024-02-27,,week_4,no time
P08,CE,57,2,York,73,66,61,4.4,4.7,4.6,2024-02-05,2024-03-04,2024-04-29,,
P09,RW,62,1,Leeds,57,38,27,5.4,6.2,6.9,2024-02-06,2024-03-05,2024-04-30,,
P10,CE,55,1,York,49,46,42,5.9,6.0,6.3,2024-02-12,2024-03-11,2024-05-06,,
P11,RW,51,2,Leeds,64,53,38,4.7,5.5,6.2,2024-02-13,2024-03-12,2024-05-07,,
P12,CE,68,2,York,66,63,54,4.6,4.8,5.3,2024-02-14,2024-03-13,2024-05-08,,
"""
WEEKS = ("0", "4", "12")
VISIT_OF = {"0": "baseline", "4": "week_4", "12": "week_12"}
PERSON, LEAVING = ("id", "group", "age", "sex", "clinic"), ("last", "why")

HEAD = """\
title: A small trial
citation: unpublished
provenance: individual
condition: low back pain
design: parallel
randomised: true
strata: [clinic]
comparator_type: active
"""
WHO = """\
participant: id
arm: group
arms:
  RW: {name: retro, label: Retro-walking}
  CE: {name: exercise, label: Exercise}
control: exercise
"""
VISITS = """\
visits:
  - {name: baseline, week: 0, label: Baseline}
  - {name: week_4, week: 4, label: Week 4}
  - {name: week_12, week: 12, label: Week 12}
"""
COVARIATES = """\
covariates:
  age: {column: age, label: Age, unit: years}
  sex: {column: sex, label: Sex, levels: {"1": female, "2": male}}
  clinic: {column: clinic, label: Clinic}
adjust_for: [age]
"""
WITHDRAWAL = "withdrawal: {after: last, reason: why}\n"
MISSING = "missing: [n/a, -99]\n"
DATES = "date: {baseline: date_0, week_4: date_4, week_12: date_12}\n"
COLUMNS = """\
outcomes:
  pain:
    instrument: vas_pain
    label: Pain
    columns: {baseline: pain_0, week_4: pain_4, week_12: pain_12}
    role: primary
  flexion:
    instrument: modified_modified_schober
    label: Trunk flexion
    columns: {baseline: flexion_0, week_4: flexion_4, week_12: flexion_12}
"""
COLUMN = """\
outcomes:
  pain:
    instrument: vas_pain
    label: Pain
    column: pain
    role: primary
  flexion:
    instrument: modified_modified_schober
    label: Trunk flexion
    column: flexion
"""
ONE_ROW = HEAD + "file: data/trial/trial.csv\n" + WHO + VISITS + COLUMNS + COVARIATES + WITHDRAWAL + DATES + MISSING


@dataclass(frozen=True)
class Shape:
    """A cohort file, and {name of a file below data/trial: what writes it}."""

    cohort: str
    files: dict[str, Callable[[Path], object]]


def rows() -> list[dict[str, str]]:
    """The trial, one row a participant."""
    return [dict(zip(HEADER, cells, strict=True)) for cells in csv.reader(io.StringIO(TRIAL))]


def visits_of(row: dict[str, str]) -> list[dict[str, str]]:
    """What one participant has at each visit that took place."""
    return [
        {"week": week, "pain": row[f"pain_{week}"], "flexion": row[f"flexion_{week}"], "date": row[f"date_{week}"]}
        for week in WEEKS
        if row[f"date_{week}"]
    ]


def as_csv(table: list[dict[str, str]]) -> str:
    """Return rows as CSV, as a spreadsheet program saves it."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return written.getvalue()


def text_file(table: list[dict[str, str]]) -> Callable[[Path], object]:
    """Return what writes rows as CSV."""
    return lambda path: path.write_text(as_csv(table), encoding="utf-8")


# --- one row a participant ---------------------------------------------------------------------------------------------


def typed() -> pd.DataFrame:
    """The trial with numbers as numbers."""
    table = pd.DataFrame(rows())
    numbers = ["age", "sex", *(f"{name}_{week}" for name in ("pain", "flexion") for week in WEEKS)]
    return table.assign(**{name: pd.to_numeric(table[name]) for name in numbers})


def write_workbook(path: Path) -> None:
    """Write the trial with a heading over the visits of each outcome, its cells merged."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    shown = [name for name in HEADER if not name.startswith("date_")]
    for place, name in enumerate(shown, start=1):
        stem, _, week = name.partition("_")
        sheet.cell(1, place, stem.capitalize() if week else name)
        sheet.cell(2, place, f"week {week}" if week else None)
    for stem in ("pain", "flexion"):
        start = shown.index(f"{stem}_0") + 1
        sheet.merge_cells(start_row=1, end_row=1, start_column=start, end_column=start + 2)
    for number, row in enumerate(typed().to_dict("records"), start=3):
        for place, name in enumerate(shown, start=1):
            value = row[name]
            sheet.cell(number, place, None if value == "" or pd.isna(value) else value)
    book.save(path)


def one_row_of(ending: str, write: Callable, names: dict[str, str] | None = None) -> Shape:
    """Return the trial in a file of a statistics program, some columns under other names."""
    cohort = ONE_ROW.replace("trial.csv", f"trial.{ending}")
    for old, new in (names or {}).items():
        cohort = cohort.replace(f": {old}", f": {new}")
    return Shape(cohort, {f"trial.{ending}": lambda path: write(typed().rename(columns=names or {}), str(path))})


def write_open_document(path: Path) -> None:
    """Write the same sheet as LibreOffice keeps it."""
    workbook = path.with_suffix(".xlsx")
    write_workbook(workbook)
    as_open_document(workbook, path)


def open_document() -> Shape:
    """Return the trial as an OpenDocument spreadsheet with two header rows."""
    return Shape(two_headers().cohort.replace("trial.xlsx", "trial.ods"), {"trial.ods": write_open_document})


def two_headers() -> Shape:
    """Return the trial as a workbook with two header rows."""
    cohort = ONE_ROW.replace("trial.csv", "trial.xlsx\nsheet: Data\nheader: [1, 2]").replace(DATES, "")
    for stem in ("pain", "flexion"):
        for week in WEEKS:
            cohort = cohort.replace(f": {stem}_{week}", f": {stem.capitalize()} week {week}")
    return Shape(cohort, {"trial.xlsx": write_workbook})


# --- one row a participant and visit -----------------------------------------------------------------------------------


def long() -> Shape:
    """Return the trial with a row a visit."""
    table = [
        {name: row[name] for name in PERSON} | visit | {name: row[name] for name in LEAVING}
        for row in rows()
        for visit in visits_of(row)
    ]
    return Shape(_by_week(COLUMN) + "date: date\n", {"trial.csv": text_file(table)})


def _by_week(outcomes: str) -> str:
    visits = VISITS
    for week, name in VISIT_OF.items():
        visits = visits.replace(f"name: {name},", f'name: {name}, in_file: "{week}",')
    file = "file: data/trial/trial.csv\n"
    return HEAD + file + WHO + "visit: week\n" + visits + outcomes + COVARIATES + WITHDRAWAL + MISSING


def mixed() -> Shape:
    """Return the trial with a row a later visit, and the baseline of pain in a column of its own."""
    table = []
    for row in rows():
        first, *later = visits_of(row)
        person = {name: row[name] for name in PERSON}
        for visit in later or [first | {"pain": "", "week": "4", "flexion": ""}]:
            table.append(person | {"week": visit["week"], "pain_entry": first["pain"], "pain": visit["pain"]})
    outcomes = COLUMN.partition("  flexion:")[0].replace(
        "    column: pain\n", "    columns: {baseline: pain_entry}\n    column: pain\n"
    )
    return Shape(_by_week(outcomes).replace(WITHDRAWAL, ""), {"trial.csv": text_file(table)})


def redcap() -> Shape:
    """Return the trial as REDCap exports it: what is said once in the first event, trials of a test in rows that repeat."""
    table = []
    for row in rows():
        for place, visit in enumerate(visits_of(row)):
            person = {name: row[name] if place == 0 else "" for name in PERSON[1:]}
            event = {"record_id": row["id"], "redcap_event_name": f"week_{visit['week']}_arm_1"}
            base = event | {"redcap_repeat_instance": ""} | person | {"pain": visit["pain"], "tug": ""}
            table.append(base | {name: row[name] if place == 0 else "" for name in LEAVING})
            for number in (1, 2):
                tug = f"{9 + int(visit['pain']) / 40 + number / 9:.2f}"
                alone = dict.fromkeys(table[-1], "") | event
                table.append(alone | {"redcap_repeat_instance": str(number), "tug": tug})
    outcomes = COLUMN.partition("  flexion:")[0] + (
        "  tug: {instrument: timed_up_and_go, label: Timed Up and Go, column: tug, trials: best}\n"
    )
    cohort = _by_week(outcomes).replace("participant: id", "participant: record_id")
    cohort = cohort.replace("visit: week\n", "visit: redcap_event_name\nrepeat: redcap_repeat_instance\n")
    for week in WEEKS:
        cohort = cohort.replace(f'in_file: "{week}"', f"in_file: week_{week}_arm_1")
    return Shape(cohort, {"trial.csv": text_file(table)})


# --- how it was conducted -----------------------------------------------------------------------------------------------

#: Sessions attended and planned, and whether the protocol was followed, in the order of the participants.
DONE, PLANNED = ["12", "11", "10", "0", "12", "9", "5", "12", "11", "12", "10", "12"], "12"
FOLLOWED = ["1", "1", "1", "2", "1", "1", "2", "1", "1", "1", "1", "1"]
EVENTS = """\
who,what,week,sae,notes
P01,knee pain,2,no,eased after two days
P01,fall,3,no,stumbled on the treadmill
P07,fall,4,yes,wrist fracture seen by Dr Smith
P08,knee pain,,,
"""
CONDUCT = """\
sessions: {attended: done, planned: planned}
per_protocol: {column: followed, yes: 1, no: 2}
randomised_on: drawn
events:
  file: data/trial/trial_events.csv
  participant: who
  kind: what
  week: week
  serious: {column: sae, yes: "yes"}
  description: notes
  falls: [fall]
"""


def conduct() -> Shape:
    """Return the trial with sessions, deviations, dates of randomisation and a table of adverse events."""
    said = [
        {"done": done, "planned": PLANNED, "followed": followed, "drawn": row["date_0"]}
        for row, done, followed in zip(rows(), DONE, FOLLOWED, strict=True)
    ]
    table = [row | more for row, more in zip(rows(), said, strict=True)]
    return Shape(
        ONE_ROW + CONDUCT,
        {"trial.csv": text_file(table), "trial_events.csv": lambda path: path.write_text(EVENTS, encoding="utf-8")},
    )


# --- two limbs ----------------------------------------------------------------------------------------------------------


def stance(row: dict[str, str], week: str, side: str, trial: int) -> str:
    """Return how long a participant stands on one leg, from the pain at that visit."""
    pain = row[f"pain_{week}"]
    return f"{30 - int(pain) / 4 + (side == 'left') * 1.3 + trial * 0.7:.1f}" if pain else ""


def limbs() -> Shape:
    """Return a file with columns of both legs, two trials each at baseline and week 12."""
    table = []
    for number, row in enumerate(rows()):
        cells = {name: row[name] for name in PERSON} | {"affected": "LR"[number % 2]}
        cells |= {f"pain_{week}": row[f"pain_{week}"] for week in WEEKS}
        for week in WEEKS:
            for side in ("left", "right"):
                cells |= {f"sls_{side}{trial}_{week}": stance(row, week, side, trial) for trial in (1, 2)}
        table.append(cells)
    places = ", ".join(
        f"{visit}: {{left: [sls_left1_{week}, sls_left2_{week}], right: [sls_right1_{week}, sls_right2_{week}]}}"
        for week, visit in VISIT_OF.items()
    )
    outcomes = COLUMNS.partition("  flexion:")[0] + (
        "  stance:\n    instrument: single_leg_stance\n    label: Single-leg stance\n"
        f"    columns: {{{places}}}\n    trials: best\n    limbs: index\n"
    )
    index = "index_side: {column: affected, left: L, right: R}\n"
    cohort = ONE_ROW.replace(COLUMNS, outcomes).replace(WITHDRAWAL, index).replace(DATES, "")
    return Shape(cohort, {"trial.csv": text_file(table)})


def limb_rows() -> Shape:
    """Return a file with a row a participant, visit and leg; pain stands on the rows of both."""
    table = [
        {name: row[name] for name in PERSON}
        | {"week": week, "leg": side, "stance": stance(row, week, side, 1), "pain": row[f"pain_{week}"]}
        for row in rows()
        for week in WEEKS
        if row[f"pain_{week}"]
        for side in ("left", "right")
    ]
    outcomes = COLUMN.partition("  flexion:")[0] + (
        "  stance: {instrument: single_leg_stance, label: Single-leg stance, column: stance, limbs: worse}\n"
    )
    side = "side: {column: leg, left: left, right: right}\n"
    cohort = _by_week(outcomes).replace(WITHDRAWAL, side)
    return Shape(cohort, {"trial.csv": text_file(table)})


# --- one row a value ----------------------------------------------------------------------------------------------------


def tall() -> Shape:
    """Return the trial as CDISC has it: a row a value, and a table of the participants beside it."""
    values, people = [], []
    for row in rows():
        cells = {"USUBJID": row["id"], "TRT01P": row["group"], "AGE": row["age"], "SEX": row["sex"]}
        people.append(cells | {"SITE": row["clinic"]})
        for visit in visits_of(row):
            for code, name in (("VAS", "pain"), ("MMST", "flexion")):
                when = {"AVISIT": f"Week {visit['week']}", "ABLFL": "Y" if visit["week"] == "0" else "", "ANL01FL": "Y"}
                values.append({"USUBJID": row["id"], "PARAMCD": code, "AVAL": visit[name]} | when)
    cohort = HEAD + (
        "file: data/trial/adqs.csv\nparticipants_table: {file: data/trial/adsl.csv}\n"
        "outcome: PARAMCD\nvalue: AVAL\nvisit: AVISIT\nbaseline_when: {ABLFL: Y}\nonly: {ANL01FL: Y}\n"
    )
    cohort += WHO.replace(": id", ": USUBJID").replace(": group", ": TRT01P") + VISITS + COLUMN + COVARIATES + MISSING
    for week, name in VISIT_OF.items():
        cohort = cohort.replace(f"name: {name},", f"name: {name}, in_file: Week {week},")
    for column, code in (("column: pain\n", "in_file: VAS\n"), ("column: flexion\n", "in_file: MMST\n")):
        cohort = cohort.replace(column, code)
    for column, code in (("column: age", "AGE"), ("column: sex", "SEX"), ("column: clinic", "SITE")):
        cohort = cohort.replace(column, f"column: {code}")
    return Shape(cohort, {"adqs.csv": text_file(values), "adsl.csv": text_file(people)})


SHORT = {f"flexion_{week}": f"flex_{week}" for week in WEEKS}
SHAPES: dict[str, Callable[[], Shape]] = {
    "wide": lambda: Shape(ONE_ROW, {"trial.csv": text_file(rows())}),
    "long": long,
    "mixed": mixed,
    "redcap": redcap,
    "limbs": limbs,
    "limb_rows": limb_rows,
    "tall": tall,
    "conduct": conduct,
    "xlsx": two_headers,
    "ods": open_document,
    "sav": lambda: one_row_of("sav", pyreadstat.write_sav),
    "dta": lambda: one_row_of("dta", pyreadstat.write_dta),
    # Version 5, the one that everybody reads, has names of eight letters.
    "xpt": lambda: one_row_of("xpt", partial(pyreadstat.write_xport, file_format_version=5), SHORT),
}


#: The fewer there are, the faster every test is, and no message here changes with an instrument that is added there.
INSTRUMENTS = ("vas_pain", "rmdq", "timed_up_and_go", "single_leg_stance", "modified_modified_schober")
INSTRUMENTS += ("sit_and_reach", "goniometry_trunk", "stride_length", "stride_rate")


@cache
def instruments() -> str:
    """Return the words of some instruments of the repository's config."""
    words = (ROOT / "config/instruments.yaml").read_text(encoding="utf-8")
    blocks = {block.partition(":")[0]: block for block in re.split(r"\n+(?=\w+:)", words)}
    return "\n".join(blocks[name] for name in INSTRUMENTS) + "\n"


@cache
def contents(shape: str) -> dict[str, bytes]:
    """Return {path below the project's folder: content} of a project with the trial in one shape; made once."""
    made = SHAPES[shape]()
    files = {
        "config/config.yaml": CONFIG.encode(),
        "config/instruments.yaml": instruments().encode(),
        "config/cohorts/trial.yaml": made.cohort.encode(),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, write in made.files.items():
            write(Path(folder) / name)
            files[f"data/trial/{name}"] = (Path(folder) / name).read_bytes()
    return files


def make_project(folder: Path, shape: str = "wide") -> Path:
    """Write a project with the trial in one shape."""
    for path, content in contents(shape).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def remake(folder: Path, shape: str) -> None:
    """Empty a folder and write the project into it."""
    shutil.rmtree(folder, ignore_errors=True)
    make_project(folder, shape)
