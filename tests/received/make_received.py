"""Data files as rehabilitation researchers really have them, all holding the same small simulated trial.

Run ``.venv/bin/python tests/received/make_received.py`` from the top of the checkout: the files are written beside
this script, and a second run gives the same bytes. It needs pandas, openpyxl, xlwt and pyreadstat; ``sas.sas7bdat``
also needs R with the package haven and is left as it is without them. README.md says what each file is.
"""

import io
import re
import shutil
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import xlwt
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).resolve().parent
SEED = 2026
MADE = datetime(2025, 2, 3, 9, 30)  # the moment every file says it was made

WEEKS = (0, 4, 12)
PERSON = ["id", "group", "age", "sex", "side"]
TUG = ["tug1", "tug2", "tug3"]
PLAIN = {0: "pre", 4: "4w", 12: "12w"}
VISIT_NAMES = {0: "Baseline", 4: "Week 4", 12: "Week 12"}
ARM_NAMES = {"BW": "Backward walking", "UC": "Usual care"}
ARM_CODES = {"BW": 1, "UC": 2}
SEX_CODES = {"female": 1, "male": 2}
WITHDRAWN = {"WITHDRAWAL BY SUBJECT": ("UC", 0), "LOST TO FOLLOW-UP": ("BW", 4), "OTHER": ("UC", 4)}  # arm, last week
PAIN_CHANGE = {"BW": {0: 0, 4: -16, 12: -26}, "UC": {0: 0, 4: -6, 12: -10}}  # mm, against baseline


# The trial -----------------------------------------------------------------------------------------------------------


def trial() -> pd.DataFrame:
    """The simulated trial, one row a participant and visit; what was not measured is missing."""
    rng = np.random.default_rng(SEED)
    arms = np.concatenate([rng.permutation(["BW", "BW", "UC", "UC"]) for _ in range(6)])
    start, rows = date(2024, 1, 15), []
    for number, arm in enumerate(arms, start=1):
        person = {
            "id": f"BW{number:02d}",
            "group": str(arm),
            "age": int(np.clip(rng.normal(44, 10), 22, 65).round()),
            "sex": str(rng.choice(["female", "male"], p=[0.58, 0.42])),
            "side": str(rng.choice(["left", "right"])),
        }
        severity, balance, pace = rng.normal(0, 1), rng.normal(0, 4), rng.normal(0, 0.7)
        start = weekday(start + timedelta(days=int(rng.integers(1, 8))))
        rows += [person | visit(rng, person, week, start, severity, balance, pace) for week in WEEKS]
    table = pd.DataFrame(rows).astype({"vas": "Int64", "odi": "Int64"})
    for last, ident in withdrawals(rng, table).values():
        gone = (table["id"] == ident) & (table["week"] > last)
        table.loc[gone, [c for c in table if c not in [*PERSON, "week"]]] = None
    return table


def visit(
    rng: np.random.Generator, person: dict, week: int, start: date, severity: float, balance: float, pace: float
) -> dict:
    """What one participant's visit yields: better scores where the pain has fallen."""
    change = PAIN_CHANGE[person["group"]][week]
    stance = {
        f"sls_{side}": round(
            float(
                np.clip(
                    18 - 2 * severity - 0.2 * change + balance + rng.normal(-3 * (side == person["side"]), 2), 2, 60
                )
            ),
            1,
        )
        for side in ("left", "right")
    }
    pain = 60 + 10 * severity + change + rng.normal(0, 7)
    disability = 36 + 8 * severity + 0.5 * change + rng.normal(0, 4)
    flexion = 5.8 - 0.4 * severity - 0.04 * change + rng.normal(0, 0.35)
    walk = 9.6 + 0.8 * severity + 0.05 * change + pace
    return {
        "week": week,
        "date": weekday(start + timedelta(days=7 * week + (int(rng.integers(-3, 4)) if week else 0))),
        "vas": int(np.clip(pain, 3, 97).round()),
        "odi": int(2 * np.clip(disability / 2, 1, 45).round()),
        "schober": round(float(np.clip(flexion, 4, 9)), 1),
        **stance,
        **{name: round(float(walk - 0.12 * k + rng.normal(0, 0.25)), 2) for k, name in enumerate(TUG)},
    }


def weekday(day: date) -> date:
    """The day itself, or the Monday after a Saturday or Sunday."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def withdrawals(rng: np.random.Generator, table: pd.DataFrame) -> dict[str, tuple[int, str]]:
    """Who withdrew: the reason, the last week attended and the participant."""
    out: dict[str, tuple[int, str]] = {}
    for reason, (arm, last) in WITHDRAWN.items():
        taken = [ident for _, ident in out.values()]
        free = [i for i in table.loc[table["group"] == arm, "id"].unique() if i not in taken]
        out[reason] = (last, str(rng.choice(free)))
    return out


def widen(rows: pd.DataFrame, blocks: list[dict[str, str]], ends: dict[int, str] = PLAIN) -> pd.DataFrame:
    """One row a participant: each block's columns side by side, visit after visit, named by its patterns."""
    out = rows.loc[rows["week"] == 0, PERSON].reset_index(drop=True)
    for block in blocks:
        for week, end in ends.items():
            for source, pattern in block.items():
                out[pattern.format(end)] = rows.loc[rows["week"] == week, source].array
    return out


def attended(rows: pd.DataFrame) -> pd.DataFrame:
    """Only the visits that took place."""
    return rows.loc[rows["date"].notna()]


# Same bytes on every run ---------------------------------------------------------------------------------------------


def save_xlsx(book: openpyxl.Workbook, path: Path, values: dict[str, float] | None = None) -> None:
    """Write a workbook with fixed dates; `values` are what Excel would keep beside each formula, by its cell."""
    book.properties.creator = "K. Meyer"
    buffer = io.BytesIO()
    book.save(buffer)
    stamp = MADE.strftime("%Y-%m-%dT%H:%M:%SZ")
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "docProps/core.xml":
                text = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>" + stamp.encode(), text)
            if name.startswith("xl/worksheets/"):
                for cell, value in (values or {}).items():
                    find = rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v\s*(?:/>|></v>)'.encode()
                    text = re.sub(find, rb"\g<1><v>" + repr(value).encode() + b"</v>", text)
            info = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            new.writestr(info, text)


def fix_sav(path: Path) -> None:
    """Set the moment of writing in an SPSS file's head."""
    data = bytearray(path.read_bytes())
    data[92:109] = MADE.strftime("%d %b %y%H:%M:%S").encode()
    path.write_bytes(data)


def fix_xport(path: Path) -> None:
    """Set the moments of writing in a SAS transport file's heads."""
    stamp = MADE.strftime("%d%b%y:%H:%M:%S").upper().encode()
    path.write_bytes(re.sub(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d", stamp, path.read_bytes()))


def fix_sas7bdat(path: Path) -> None:
    """Set the moments of writing in a SAS data set's head: seconds since 1960, 4 bytes later if aligned."""
    data = bytearray(path.read_bytes())
    at = 164 + (4 if data[35:36] == b"3" else 0)
    data[at : at + 16] = struct.pack("<dd", *[(MADE - datetime(1960, 1, 1)).total_seconds()] * 2)
    path.write_bytes(data)


# Text files ----------------------------------------------------------------------------------------------------------


def plain_wide(rows: pd.DataFrame, path: Path) -> None:
    """A plain CSV, one row a participant."""
    blocks = [{"vas": "vas_{}"}, {"odi": "odi_{}"}, {"schober": "schober_{}"}]
    widen(rows, blocks).to_csv(path, index=False, lineterminator="\n")


def german(rows: pd.DataFrame, path: Path) -> None:
    """A CSV as a German Excel saves it: semicolons, decimal commas, Windows code page."""
    blocks = [{"vas": "Schmerz_{}"}, {"odi": "ODI_{}"}, {"schober": "Schober_{}"}]
    table = widen(rows, blocks, {0: "T0", 4: "T1", 12: "T2"})
    table["group"] = table["group"].map({"BW": "Rückwärtsgehen", "UC": "Übliche Behandlung"})
    table["sex"] = table["sex"].map({"female": "weiblich", "male": "männlich"})
    table["side"] = table["side"].map({"left": "links", "right": "rechts"})
    names = {"id": "Patient", "group": "Gruppe", "age": "Alter", "sex": "Geschlecht", "side": "Körperseite"}
    table = table.rename(columns=names)
    table.to_csv(path, index=False, sep=";", decimal=",", encoding="cp1252", lineterminator="\r\n")


def tabs_utf16(rows: pd.DataFrame, path: Path) -> None:
    """Excel's "Unicode text": tabs, UTF-16 with a mark, one row a participant and visit."""
    table = pd.DataFrame(
        {
            "Participant": rows["id"],
            "Arm": rows["group"].map(ARM_NAMES),
            "Visit": rows["week"].map(VISIT_NAMES),
            "Date": [d.strftime("%d/%m/%Y") if pd.notna(d) else "" for d in rows["date"]],
            "VAS": rows["vas"],
            "ODI": rows["odi"],
        }
    )
    text = table.to_csv(index=False, sep="\t", lineterminator="\r\n")
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))


def limbs(rows: pd.DataFrame, path: Path) -> None:
    """Wide, with both limbs and three trials of the timed up and go."""
    blocks = [
        {"sls_left": "sls_L_{}", "sls_right": "sls_R_{}"},
        {name: name + "_{}" for name in TUG},
        {"vas": "vas_{}"},
    ]
    widen(rows, blocks).drop(columns=["age", "sex"]).to_csv(path, index=False, lineterminator="\n")


def limb_rows(rows: pd.DataFrame, path: Path) -> None:
    """Long, one row a participant, visit and limb; the pain stands on both limbs' rows."""
    long = rows.loc[rows.index.repeat(2)].reset_index(drop=True)
    left = long.index % 2 == 0
    table = pd.DataFrame(
        {
            "ID": long["id"],
            "Group": long["group"].map(ARM_NAMES),
            "Affected side": long["side"].map({"left": "L", "right": "R"}),
            "Visit": long["week"].map(VISIT_NAMES),
            "Limb": np.where(left, "L", "R"),
            "Stance (s)": long["sls_left"].where(left, long["sls_right"]),
            "VAS": long["vas"],
        }
    )
    table.to_csv(path, index=False, lineterminator="\n")


def mixed(rows: pd.DataFrame, path: Path) -> None:
    """Long in the later visits, the baseline in columns of its own."""
    first = rows.loc[rows["week"] == 0, ["id", "vas", "odi"]]
    table = rows.loc[rows["week"] > 0].merge(first, on="id", suffixes=("", "_base"))
    columns = ["id", "week", "group", "age", "vas_base", "vas", "odi_base", "odi"]
    table[columns].to_csv(path, index=False, lineterminator="\n")


# Excel ---------------------------------------------------------------------------------------------------------------


def cells(table: pd.DataFrame, missing: object = None) -> Iterable[list]:
    """A table's rows as plain values, `missing` where there is none."""
    for row in table.astype(object).itertuples(index=False):
        yield [missing if pd.isna(value) else value for value in row]


def fill_sheet(sheet: Worksheet, table: pd.DataFrame) -> None:
    """A table from the first cell on, its header in bold."""
    sheet.append(list(table.columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in cells(table):
        sheet.append(row)


def two_headers(rows: pd.DataFrame, path: Path) -> None:
    """A sheet made by hand: title, two header rows, merged cells, means below; a sheet of notes comes first."""
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Notes"
    for text in (
        "Backward walking in low back pain",
        None,
        "Assessors were blind to the group. Flexion: modified-modified Schober test.",
        "VAS from 0 (no pain) to 100 mm (worst pain); ODI from 0 to 100.",
        "Ask Katrin before changing anything in the data sheet!",
    ):
        notes.append([text])
    sheet = book.create_sheet("Data")
    outcomes = {"vas": "Pain (VAS, mm)", "odi": "ODI", "schober": "Schober (cm)"}
    sheet["A1"] = "Backward walking trial, data collected by K. Meyer"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.merge_cells("A1:L1")
    for k, title in enumerate(outcomes.values()):
        sheet.cell(3, 4 + 3 * k, title).alignment = Alignment(horizontal="center")
        sheet.merge_cells(start_row=3, end_row=3, start_column=4 + 3 * k, end_column=6 + 3 * k)
    for k, title in enumerate(["ID", "Group", "Age", *["Baseline", "4 weeks", "12 weeks"] * 3], start=1):
        sheet.cell(4, k, title).font = Font(bold=True)
    table = widen(rows, [{name: name + "_{}"} for name in outcomes]).drop(columns=["sex", "side"])
    table = table.sort_values(["group", "id"]).assign(group=lambda t: t["group"].map(ARM_NAMES))
    for number, row in enumerate(cells(table, "n/a"), start=5):
        for k, value in enumerate(row, start=1):
            if k != 2 or number in (5, 17):
                sheet.cell(number, k, value)
    for top in (5, 17):
        sheet.merge_cells(start_row=top, end_row=top + 11, start_column=2, end_column=2)
        sheet.cell(top, 2).alignment = Alignment(vertical="center")
    sheet["A30"], kept = "Mean", {}
    for k, name in enumerate(table.columns[2:]):
        letter = "CDEFGHIJKL"[k]
        sheet[f"{letter}30"] = f"=AVERAGE({letter}5:{letter}28)"
        sheet[f"{letter}30"].number_format = "0.0"
        kept[f"{letter}30"] = float(table[name].mean())
    sheet["A31"] = "n/a = not attended"
    save_xlsx(book, path, kept)


def open_document(rows: pd.DataFrame, path: Path) -> None:
    """The same sheets as LibreOffice keeps them."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "two_headers.xlsx"
        two_headers(rows, made)
        as_open_document(made, path)


ODS_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
#: Behind the last cell of a sheet LibreOffice writes a million rows of empty cells, each said once.
ODS_EMPTY = '<table:table-cell table:number-columns-repeated="16372"/>'
ODS_END = f'<table:table-row table:number-rows-repeated="1048545">{ODS_EMPTY}</table:table-row>'


def as_open_document(workbook: Path, path: Path) -> None:
    """Write an Excel workbook as an OpenDocument spreadsheet: values, formulas and merged cells."""
    books = openpyxl.load_workbook(workbook, data_only=True), openpyxl.load_workbook(workbook)
    tables = "".join(_ods_table(results, formulas) for results, formulas in zip(*books, strict=True))
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{place}" manifest:media-type="{kind}"/>'
        for place, kind in (("/", ODS_TYPE), ("content.xml", "text/xml"))
    )
    manifest = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"'
    members = {
        "mimetype": ODS_TYPE,
        "content.xml": f"{ODS_XML}<office:document-content {spaces}>{body}</office:document-content>",
        "META-INF/manifest.xml": f"{ODS_XML}<manifest:manifest {manifest}>{entries}</manifest:manifest>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), text, packed)


def _ods_table(results: Worksheet, formulas: Worksheet) -> str:
    merged = {each.coord.partition(":")[0]: each for each in formulas.merged_cells.ranges}
    covered = {cell for each in merged.values() for cell in list(each.cells)[1:]}
    rows = ""
    for row in range(1, results.max_row + 1):
        rows += "<table:table-row>"
        for column in range(1, results.max_column + 1):
            cell = formulas.cell(row, column)
            if (row, column) in covered:
                rows += "<table:covered-table-cell/>"
            else:
                rows += _ods_cell(results.cell(row, column).value, cell.value, merged.get(cell.coordinate))
        rows += f"{ODS_EMPTY}</table:table-row>"
    return f'<table:table table:name="{escape(results.title)}">{rows}{ODS_END}</table:table>'


def _ods_cell(value: object, formula: object, merged: CellRange | None) -> str:
    """A cell: its value, and the text that is shown."""
    about = ""
    if merged is not None:
        size = merged.size
        about += f' table:number-columns-spanned="{size["columns"]}" table:number-rows-spanned="{size["rows"]}"'
    if isinstance(formula, str) and formula.startswith("="):
        about += f' table:formula="of:{escape(formula)}"'
    if value is None:
        return f"<table:table-cell{about}/>"
    if isinstance(value, int | float):
        about += f' office:value-type="float" office:value="{value}"'
        value = f"{value:.1f}"
    else:
        about += ' office:value-type="string"'
    return f"<table:table-cell{about}><text:p>{escape(value)}</text:p></table:table-cell>"


def sheets(rows: pd.DataFrame, path: Path) -> None:
    """Participants on one sheet, measurements in rows on another; missed visits have no row."""
    book = openpyxl.Workbook()
    book.active.title = "Participants"
    people = rows.loc[rows["week"] == 0, ["id", "group", "age", "sex"]]
    fill_sheet(book.active, people.set_axis(["ID", "Group", "Age", "Sex"], axis=1))
    seen = attended(rows)
    seen = seen.assign(week=seen["week"].map(VISIT_NAMES))[["id", "week", "vas", "odi"]]
    fill_sheet(book.create_sheet("Measurements"), seen.set_axis(["ID", "Visit", "VAS", "ODI"], axis=1))
    save_xlsx(book, path)


def sheet_a_visit(rows: pd.DataFrame, path: Path) -> None:
    """A sheet a visit, with those who attended it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for week, name in VISIT_NAMES.items():
        table = attended(rows).loc[lambda t, week=week: t["week"] == week, ["id", "group", "vas", "odi", "schober"]]
        table = table.assign(group=table["group"].map(ARM_NAMES))
        fill_sheet(book.create_sheet(name), table.set_axis(["ID", "Group", "VAS", "ODI", "Schober"], axis=1))
    save_xlsx(book, path)


def old_excel(rows: pd.DataFrame, path: Path) -> None:
    """The binary Excel format of 1997 to 2003, one row a participant, with real dates of the visits."""
    blocks = [{name: name + "_{}"} for name in ("date", "vas", "odi", "schober")]
    table = widen(rows, blocks)
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    bold, dated = xlwt.easyxf("font: bold on"), xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for k, name in enumerate(table.columns):
        sheet.write(0, k, name, bold)
    for number, row in enumerate(cells(table), start=1):
        for k, value in enumerate(row):
            if value is not None:
                sheet.write(number, k, value, dated if isinstance(value, date) else xlwt.Style.default_style)
    book.save(str(path))


# SPSS, Stata, SAS ----------------------------------------------------------------------------------------------------


def plain_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers that may be missing as floats, text and dates as objects: what pyreadstat takes."""
    return pd.DataFrame(
        {
            name: column.astype(float)
            if pd.api.types.is_extension_array_dtype(column) and pd.api.types.is_numeric_dtype(column)
            else column
            if pd.api.types.is_numeric_dtype(column)
            else pd.Series([None if pd.isna(v) else v for v in column], dtype=object)
            for name, column in table.items()
        }
    )


def spss(rows: pd.DataFrame, path: Path) -> None:
    """SPSS, wide: numbers for outcome names, their meaning in the labels; 999 stands for a missing pain score."""
    words = {0: "before treatment", 4: "after 4 weeks", 12: "after 12 weeks"}
    outcomes = {
        "vas": "Pain VAS {} (mm)",
        "odi": "Oswestry Disability Index {} (0-100)",
        "schober": "Modified-modified Schober {} (cm)",
        "sls_left": "Single-leg stance, left leg, {} (s)",
        "sls_right": "Single-leg stance, right leg, {} (s)",
        **{name: f"Timed up and go {{}}, trial {name[-1]} (s)" for name in TUG},
    }
    table = widen(rows, [{"date": "date_{}"}, *({name: name + "_{}"} for name in outcomes)])
    table["arm"], table["sex"] = table["group"].map(ARM_CODES), table["sex"].map(SEX_CODES)
    labels = {"id": "Participant", "arm": "Treatment arm", "age": "Age (years)", "sex": "Sex", "side": "Side of pain"}
    labels |= {f"date_{PLAIN[week]}": f"Date of the visit {words[week]}" for week in WEEKS}
    names = {}
    for name, label in outcomes.items():
        for week in WEEKS:
            names[f"{name}_{PLAIN[week]}"] = number = f"v{len(names) + 1:02d}"
            labels[number] = label.format(words[week])
    table = table.rename(columns=names)[list(labels)]
    pain = ["v01", "v02", "v03"]
    table[pain] = table[pain].fillna(999)
    decimals = {
        number: 0 if name[:3] in ("vas", "odi") else 2 if name[:3] == "tug" else 1 for name, number in names.items()
    }
    pyreadstat.write_sav(
        plain_numbers(table),
        path,
        file_label="Backward walking trial",
        column_labels=labels,
        variable_value_labels={
            "arm": {code: ARM_NAMES[arm] for arm, code in ARM_CODES.items()},
            "sex": {code: sex for sex, code in SEX_CODES.items()},
        },
        missing_ranges={name: [999] for name in pain},
        variable_measure={"arm": "nominal", "sex": "nominal", "side": "nominal"}
        | dict.fromkeys(names.values(), "scale"),
        variable_format={"arm": "F1.0", "sex": "F1.0", "age": "F3.0"}
        | {number: f"F8.{places}" for number, places in decimals.items()}
        | {f"date_{end}": "DATE11" for end in PLAIN.values()},
    )
    fix_sav(path)


def stata(rows: pd.DataFrame, path: Path) -> None:
    """Stata, long: visit and arm as numbers with value labels."""
    table = pd.DataFrame(
        {
            "id": rows["id"].astype(object),
            "arm": rows["group"].map(ARM_CODES).astype("int8"),
            "visit": rows["week"].map({0: 0, 4: 1, 12: 2}).astype("int8"),
            "age": rows["age"].astype("int8"),
            **{name: rows[name].astype(float) for name in ("vas", "odi", *TUG)},
        }
    )
    table.to_stata(
        path,
        write_index=False,
        time_stamp=MADE,
        data_label="Backward walking trial",
        version=118,
        variable_labels={
            "id": "Participant",
            "arm": "Treatment arm",
            "visit": "Visit",
            "age": "Age (years)",
            "vas": "Pain VAS (mm)",
            "odi": "Oswestry Disability Index (0-100)",
            **{name: f"Timed up and go, trial {name[-1]} (s)" for name in TUG},
        },
        value_labels={
            "arm": {code: ARM_NAMES[arm] for arm, code in ARM_CODES.items()},
            "visit": {0: "baseline", 1: "4 weeks", 2: "12 weeks"},
        },
    )


def sas_table(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The trial as SAS users hold it, wide with short names in capitals, and its labels."""
    blocks = [{"date": "DT{}"}, {"vas": "VAS{}"}, {"odi": "ODI{}"}, {"schober": "SCHOB{}"}]
    table = widen(rows, blocks, {week: str(week) for week in WEEKS})
    names = {"id": "SUBJID", "group": "TRT", "age": "AGE", "sex": "SEX", "side": "SIDE"}
    table = table.rename(columns=names).assign(SEX=lambda t: t["SEX"].map({"female": "F", "male": "M"}))
    table["SIDE"] = table["SIDE"].map({"left": "L", "right": "R"})
    labels = {"SUBJID": "Subject", "TRT": "Treatment", "AGE": "Age (years)", "SEX": "Sex", "SIDE": "Side of pain"}
    starts = {"DT": "Date of visit", "VAS": "Pain VAS (mm)", "ODI": "ODI (0-100)", "SCHOB": "Schober (cm)"}
    labels |= {f"{s}{week}": f"{text}, week {week}" for s, text in starts.items() for week in WEEKS}
    return table, labels


def sas_data_set(rows: pd.DataFrame, path: Path) -> None:
    """A SAS data set, by R's haven through a CSV in a temporary folder."""
    table, labels = sas_table(rows)
    rscript = shutil.which("Rscript")
    if not rscript or subprocess.run([rscript, "-e", "library(haven)"], capture_output=True, check=False).returncode:
        print(f"{path.name} is left as it is: it needs R with the package haven")
        return
    with tempfile.TemporaryDirectory() as folder:
        source, words = Path(folder) / "data.csv", Path(folder) / "labels.csv"
        table.to_csv(source, index=False)
        pd.Series(labels).to_csv(words, header=["label"], index_label="name")
        subprocess.run([rscript, HERE / "make_sas.R", source, words, path], check=True)
    fix_sas7bdat(path)


def write_xport(table: pd.DataFrame, path: Path, name: str, title: str, labels: dict[str, str]) -> None:
    """A SAS transport file of version 5, the one that agencies and SAS users exchange."""
    table = plain_numbers(table)
    dates = [c for c in table if any(isinstance(v, date) for v in table[c])]
    pyreadstat.write_xport(
        table,
        path,
        file_label=title,
        column_labels=labels,
        table_name=name,
        file_format_version=5,
        variable_format=dict.fromkeys(dates, "DATE9."),
    )
    fix_xport(path)


def sas_transport(rows: pd.DataFrame, path: Path) -> None:
    """The same table as the SAS data set, as a transport file."""
    table, labels = sas_table(rows)
    write_xport(table, path, "BWTRIAL", "Backward walking trial", labels)


def reasons(rows: pd.DataFrame) -> dict[str, str]:
    """Why each withdrawn participant left, found by the arm and the last visit."""
    last = attended(rows).groupby("id").agg(group=("group", "first"), week=("week", "max"))
    codes = {where: reason for reason, where in WITHDRAWN.items()}
    return {ident: codes[group, week] for ident, group, week in last.itertuples() if week < 12}


def adsl(rows: pd.DataFrame, path: Path) -> None:
    """CDISC ADaM, the subjects: one row a participant."""
    people = rows.loc[rows["week"] == 0].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "STUDYID": "BWT-01",
            "USUBJID": "BWT-01-" + people["id"],
            "SUBJID": people["id"],
            "TRT01P": people["group"].map(ARM_NAMES),
            "TRT01A": people["group"].map(ARM_NAMES),
            "AGE": people["age"],
            "AGEU": "YEARS",
            "SEX": people["sex"].map({"female": "F", "male": "M"}),
            "ITTFL": "Y",
            "DCSREAS": people["id"].map(reasons(rows)).fillna(""),
            "RANDDT": people["date"],
        }
    )
    labels = {
        "STUDYID": "Study Identifier",
        "USUBJID": "Unique Subject Identifier",
        "SUBJID": "Subject Identifier for the Study",
        "TRT01P": "Planned Treatment for Period 01",
        "TRT01A": "Actual Treatment for Period 01",
        "AGE": "Age",
        "AGEU": "Age Units",
        "SEX": "Sex",
        "ITTFL": "Intent-To-Treat Population Flag",
        "DCSREAS": "Reason for Discontinuation from Study",
        "RANDDT": "Date of Randomization",
    }
    write_xport(table, path, "ADSL", "Subject-Level Analysis Dataset", labels)


def adqs(rows: pd.DataFrame, path: Path) -> None:
    """CDISC ADaM, the scores: one row a participant, parameter and record.

    Beside the visits there is a screening a week before baseline (pain and disability), and some records are not for
    the analysis (ANL01FL empty): a pain score taken two days before week 4, a stance taken three days after week 12.
    """
    rng = np.random.default_rng(SEED + 1)
    parameters = {
        "VASPAIN": ("vas", "Pain VAS (mm)", 1),
        "ODITOT": ("odi", "ODI total score", 2),
        "SLSL": ("sls_left", "Single-leg stance, left (s)", 0.1),
        "SLSR": ("sls_right", "Single-leg stance, right (s)", 0.1),
    }
    records = []
    for ident, visits in attended(rows).groupby("id"):
        for code, (column, label, step) in parameters.items():
            base = float(visits[column].iloc[0])
            common = {"STUDYID": "BWT-01", "USUBJID": f"BWT-01-{ident}", "TRTP": ARM_NAMES[visits["group"].iloc[0]]}
            common |= {"PARAMCD": code, "PARAM": label}

            def record(
                name: str, number: int, day: date, value: float, flags: tuple[str, str], common=common, base=base
            ) -> dict:
                change = round(value - base, 1) if number > 0 else None
                out = {
                    "AVISIT": name,
                    "AVISITN": number,
                    "ADT": day,
                    "AVAL": round(value, 1),
                    "BASE": base,
                    "CHG": change,
                }
                return common | out | {"ABLFL": flags[0], "ANL01FL": flags[1]}

            if code in ("VASPAIN", "ODITOT"):
                day = visits["date"].iloc[0] - timedelta(days=7)
                records.append(record("Screening", -1, day, base + step * int(rng.integers(1, 5)), ("", "Y")))
            for week, day, value in visits[["week", "date", column]].itertuples(index=False):
                entry = record(VISIT_NAMES[week], week, day, float(value), ("Y" if week == 0 else "", "Y"))
                records.append(entry)
                shift = {("VASPAIN", 4): -2, ("SLSR", 12): 3}.get((code, week))
                if shift:
                    other = float(value) + step * int(rng.integers(2, 9))
                    again = record(VISIT_NAMES[week], week, day + timedelta(days=shift), other, ("", ""))
                    records.insert(len(records) - (shift < 0), again)
    labels = {
        "STUDYID": "Study Identifier",
        "USUBJID": "Unique Subject Identifier",
        "TRTP": "Planned Treatment",
        "PARAMCD": "Parameter Code",
        "PARAM": "Parameter",
        "AVISIT": "Analysis Visit",
        "AVISITN": "Analysis Visit (N)",
        "ADT": "Analysis Date",
        "AVAL": "Analysis Value",
        "BASE": "Baseline Value",
        "CHG": "Change from Baseline",
        "ABLFL": "Baseline Record Flag",
        "ANL01FL": "Analysis Flag 01",
    }
    write_xport(pd.DataFrame(records)[list(labels)], path, "ADQS", "Questionnaire Analysis Dataset", labels)


# REDCap --------------------------------------------------------------------------------------------------------------


def save_redcap(lines: Iterable[Iterable], path: Path, mark: str = "") -> None:
    """A CSV quoted as REDCap does it, only where a space, comma or quotation mark stands; `mark` comes first."""

    def quote(value: object) -> str:
        text = "" if value is None else str(value)
        return '"' + text.replace('"', '""') + '"' if re.search(r'[\s,"]', text) else text

    path.write_text(mark + "".join(",".join(map(quote, line)) + "\n" for line in lines), encoding="utf-8", newline="")


def redcap_records(rows: pd.DataFrame, path: Path) -> None:
    """REDCap's raw export: a row an event, and one for each repeat of the timed up and go; -99 means not done."""
    rng = np.random.default_rng(SEED + 2)
    names = [
        "record_id",
        "redcap_event_name",
        "redcap_repeat_instrument",
        "redcap_repeat_instance",
        "group",
        "age",
        "sex",
    ]
    names += [f"comorbidity___{k}" for k in (1, 2, 3)]
    names += ["demographics_complete", "visit_date", "vas", "odi", "assessments_complete"]
    names += ["tug_s", "timed_up_and_go_complete"]
    events = {0: "baseline_arm_1", 4: "week_4_arm_1", 12: "week_12_arm_1"}
    lines = []
    for ident, visits in rows.groupby("id"):
        last = attended(visits)["week"].max()
        for row in visits.itertuples():
            common = {"record_id": ident, "redcap_event_name": events[row.week]}
            if row.week <= last:
                line = {"visit_date": row.date.isoformat(), "vas": row.vas, "odi": row.odi, "assessments_complete": 2}
            elif last == 4:
                line = {"vas": -99, "assessments_complete": 0}
            else:
                continue
            if row.week == 0:
                line |= {"group": ARM_CODES[row.group], "age": row.age, "sex": SEX_CODES[row.sex]}
                line |= {f"comorbidity___{k}": int(rng.random() < p) for k, p in ((1, 0.15), (2, 0.35), (3, 0.25))}
                line |= {"demographics_complete": 2}
            lines.append(common | line)
            if row.week <= last:
                repeat = common | {"redcap_repeat_instrument": "timed_up_and_go", "timed_up_and_go_complete": 2}
                lines += [repeat | {"redcap_repeat_instance": k, "tug_s": getattr(row, f"tug{k}")} for k in (1, 2, 3)]
    save_redcap([names, *([line.get(name) for name in names] for line in lines)], path)


def redcap_dictionary(rows: pd.DataFrame, path: Path) -> None:
    """REDCap's data dictionary for those records, with the byte order mark its download has."""
    header = [
        "Variable / Field Name",
        "Form Name",
        "Section Header",
        "Field Type",
        "Field Label",
        "Choices, Calculations, OR Slider Labels",
        "Field Note",
        "Text Validation Type OR Show Slider Number",
        "Text Validation Min",
        "Text Validation Max",
        "Identifier?",
        "Branching Logic (Show field only if...)",
        "Required Field?",
        "Custom Alignment",
        "Question Number (surveys only)",
        "Matrix Group Name",
        "Matrix Ranking?",
        "Field Annotation",
    ]
    arms = " | ".join(f"{ARM_CODES[arm]}, {name}" for arm, name in ARM_NAMES.items())
    illnesses = "1, Diabetes | 2, High blood pressure | 3, Osteoarthritis of the hip or knee"
    first, second, third = "demographics", "assessments", "timed_up_and_go"
    # Name, form, type, label, choices, note, validation, least, largest, required.
    fields = [
        ("record_id", first, "text", "Record ID", "", "", "", "", "", ""),
        ("group", first, "radio", "Group", arms, "", "", "", "", "y"),
        ("age", first, "text", "Age", "", "years", "integer", 18, 80, "y"),
        ("sex", first, "radio", "Sex", "1, Female | 2, Male", "", "", "", "", "y"),
        ("comorbidity", first, "checkbox", "Other illnesses", illnesses, "Tick all that apply", "", "", "", ""),
        ("visit_date", second, "text", "Date of the visit", "", "", "date_dmy", "", "", ""),
        ("vas", second, "text", "Pain in the last week (VAS, mm)", "", "-99 = not done", "integer", -99, 100, ""),
        ("odi", second, "text", "Oswestry Disability Index (0-100)", "", "", "integer", 0, 100, ""),
        ("tug_s", third, "text", "Timed up and go, one trial (s)", "", "", "number_2dp", 0, 120, ""),
    ]
    lines = []
    for name, form, kind, label, choices, note, check, least, largest, required in fields:
        line = [name, form, "", kind, label, choices, note, check, least, largest, "", "", required, *[""] * 5]
        lines.append(line)
    save_redcap([header, *lines], path, "\ufeff")


MAKERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "plain_wide.csv": plain_wide,
    "german.csv": german,
    "tabs_utf16.tsv": tabs_utf16,
    "two_headers.xlsx": two_headers,
    "two_headers.ods": open_document,
    "sheets.xlsx": sheets,
    "sheet_a_visit.xlsx": sheet_a_visit,
    "old.xls": old_excel,
    "spss.sav": spss,
    "stata.dta": stata,
    "sas.sas7bdat": sas_data_set,
    "sas.xpt": sas_transport,
    "redcap_records.csv": redcap_records,
    "redcap_dictionary.csv": redcap_dictionary,
    "adsl.xpt": adsl,
    "adqs.xpt": adqs,
    "limbs.csv": limbs,
    "limb_rows.csv": limb_rows,
    "mixed.csv": mixed,
}


def main() -> None:
    """Write every file beside this script."""
    rows = trial()
    for name, make in MAKERS.items():
        make(rows, HERE / name)


if __name__ == "__main__":
    main()
