"""Calls of new-cohort that cannot be followed: nothing of the cohort is then left behind."""

import csv

import openpyxl
from tests.bad_input.case import (
    CONFIG,
    DATA,
    Case,
    Spoil,
    both,
    column,
    config,
    copied,
    nothing,
    removed,
    stopped,
    text,
    turned,
    written,
)
from tests.bad_input.good import HEADER, contents

NEW = "new.csv"
FIRST = ",".join(HEADER)


def new(
    name: str, spoil: Spoil, *lines: str, call: tuple[str, ...] = (), files: tuple[str, ...] = (NEW,), **more
) -> Case:
    """Return a case of adding a good file, `new.csv`, from which something was spoilt."""
    whole = ("new-cohort", "fresh", *files, "--control", "CE", "--backward", "RW", "--yes", *call)
    return stopped(name, both(copied(DATA, NEW), spoil), *lines, call=whole, **more)


def shown(name: str, spoil: Spoil, line: str, **more: object) -> Case:
    """Return a case that is refused after what was understood was shown."""
    return new(name, spoil, *UNDERSTOOD, line, call=("--weeks", "4,12", "--not-randomised"), **more)


#: What is shown of the good file.
UNDERSTOOD = """\
Read new.csv: 12 rows read (rows 2 to 13), 16 columns.

  column      meaning                                               content
  id          participant                                           12 different names
  group       arm                                                   RW, CE
  group       control                                               CE
  date_0      date of Visit 0                                       used only for checks
  date_4      date of Visit 4                                       used only for checks
  date_12     date of Visit 12                                      used only for checks
  pain_0      pain at Baseline: Visual analogue scale for pain, mm  values 27 to 73
  pain_4      pain at Visit 4
  pain_12     pain at Visit 12
  flexion_0   flexion at Baseline: Goniometry of the trunk, deg     values 4.3 to 6.9
  flexion_4   flexion at Visit 4
  flexion_12  flexion at Visit 12
  age         covariate age                                         61, 58, 64, 70 and 8 more
  sex         covariate sex (a category)                            1, 2
  clinic      covariate clinic (a category)                         Leeds, York

Not used: last, why.
""".splitlines()


def named(name: str, spoil: Spoil, cohort: str, *lines: str, code: int = 1) -> Case:
    """Return a case of adding a good file under a name that cannot be taken."""
    return stopped(name, both(copied(DATA, NEW), spoil), *lines, call=("new-cohort", cohort, NEW, "--yes"), code=code)


def folder(project):
    """Make a folder where a file should be."""
    (project / "new.csv").unlink()
    (project / "new.csv").mkdir()


def only_columns(*names: str) -> Spoil:
    """Leave some columns of the file."""

    def spoil(project) -> None:
        rows = [line.split(",") for line in (project / NEW).read_text().splitlines()]
        places = [HEADER.index(name) for name in names]
        (project / NEW).write_text("".join(",".join(row[place] for place in places) + "\n" for row in rows))

    return spoil


def as_workbook(project) -> None:
    """Put the trial as a workbook beside the file."""
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in csv.reader((project / NEW).read_text().splitlines()):
        book.active.append(row)
    book.save(project / "new.xlsx")


def as_long(project) -> None:
    """Put the trial with a row a visit in the place of the file."""
    (project / NEW).write_bytes(contents("long")[DATA])


def renamed(**names: str) -> Spoil:
    """Rename columns of the file."""

    def spoil(project) -> None:
        header, _, rest = (project / NEW).read_text().partition("\n")
        (project / NEW).write_text(",".join(names.get(name, name) for name in header.split(",")) + "\n" + rest)

    return spoil


#: Visits in order, of which the file says no weeks.
WEEKLESS = both(
    only_columns("id", "group", "pain_0", "pain_4", "pain_12"),
    renamed(pain_0="pain_pre", pain_4="pain_post", pain_12="pain_followup"),
)
DICTIONARY = "Variable / Field Name,Form Name,Field Type,Field Label\nvas,pain,text,Pain\nid,base,text,Id\n"

NAMES = [
    named(
        "new_name_there_already",
        nothing,
        "trial",
        "config/cohorts/trial.yaml: the cohort already exists and is not overwritten. Choose another name, or remove it yourself if it is no longer needed.",
    ),
    named(
        "new_name_listed_already",
        config("  - trial\n", "  - trial\n  - fresh\n"),
        "fresh",
        'config/config.yaml, "cohorts": "fresh" is already in the list. Choose another name, or remove it yourself if it is no longer needed.',
    ),
    named(
        "new_name_of_a_folder",
        written("x", "data/fresh/other.csv"),
        "fresh",
        'data/fresh: the folder already contains other files ("other.csv"). Choose another name, or remove it yourself if it is no longer needed.',
    ),
    named(
        "new_name_of_a_file_never_listed",
        written("title: x\n", "config/cohorts/fresh.yaml"),
        "fresh",
        "config/cohorts/fresh.yaml: the cohort already exists and is not overwritten. Choose another name, or remove it yourself if it is no longer needed.",
    ),
    named(
        "new_name_upward",
        nothing,
        "../x",
        'retrowalk new-cohort: error: argument NAME: "../x" is not a valid name: use lowercase letters, digits and _, starting with a letter',
        code=2,
    ),
    named(
        "new_name_in_capitals",
        nothing,
        "Fresh",
        'retrowalk new-cohort: error: argument NAME: "Fresh" is not a valid name: use lowercase letters, digits and _, starting with a letter',
        code=2,
    ),
    named(
        "new_name_with_a_digit_first",
        nothing,
        "2024_trial",
        'retrowalk new-cohort: error: argument NAME: "2024_trial" is not a valid name: use lowercase letters, digits and _, starting with a letter',
        code=2,
    ),
    named(
        "new_name_empty",
        nothing,
        "",
        'retrowalk new-cohort: error: argument NAME: "" is not a valid name: use lowercase letters, digits and _, starting with a letter',
        code=2,
    ),
    named(
        "new_name_with_space",
        nothing,
        "my trial",
        'retrowalk new-cohort: error: argument NAME: "my trial" is not a valid name: use lowercase letters, digits and _, starting with a letter',
        code=2,
    ),
    named(
        "new_name_with_brace",
        nothing,
        "{cohort}",
        'retrowalk new-cohort: error: argument NAME: "{cohort}" is not a valid name: use lowercase letters, digits and _, starting with a letter',
        code=2,
    ),
    stopped(
        "check_name_upward",
        nothing,
        'retrowalk check: error: argument NAME: "../x" is not a valid name: use lowercase letters, digits and _, starting with a letter',
        call=("check", "../x"),
        code=2,
    ),
    stopped(
        "export_name_upward",
        nothing,
        'retrowalk export: error: argument NAME: "../x" is not a valid name: use lowercase letters, digits and _, starting with a letter',
        call=("export", "../x"),
        code=2,
    ),
    stopped(
        "export_unknown",
        nothing,
        'There is no cohort "trail" (did you mean "trial"?): config/cohorts/trail.yaml does not exist.',
        call=("export", "trail"),
    ),
    stopped(
        "new_without_a_file",
        nothing,
        "retrowalk new-cohort: error: the following arguments are required: FILE",
        call=("new-cohort", "fresh"),
        code=2,
    ),
]

GIVEN = [
    new("new_file_missing", removed(NEW), "new.csv: the file does not exist. Give the path of the data file."),
    new("new_file_a_folder", folder, "new.csv: the path is a folder. Give the path of the data file."),
    new(
        "new_second_file_missing",
        nothing,
        "people.csv: the file does not exist. Give the path of the data file.",
        files=(NEW, "people.csv"),
    ),
    new(
        "new_ending_unknown",
        copied(NEW, "new.numbers"),
        "new.numbers: this type of file cannot be read. Allowed: .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods, .sav, .zsav, .dta, .sas7bdat, .xpt. Save it as one of these types.",
        files=("new.numbers",),
    ),
    new(
        "new_ending_missing",
        copied(NEW, "new"),
        "new: this type of file cannot be read. Allowed: .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods, .sav, .zsav, .dta, .sas7bdat, .xpt. Save it as one of these types.",
        files=("new",),
    ),
    new(
        "new_instrument_unknown",
        nothing,
        '--instrument: "vas_pian" is not in config/instruments.yaml. Allowed: "vas_pain", "rmdq", "timed_up_and_go", "single_leg_stance", "modified_modified_schober", "sit_and_reach", "goniometry_trunk", "stride_length", "stride_rate".',
        call=("--instrument", "pain_0=vas_pian"),
    ),
    new(
        "new_instrument_not_a_pair",
        nothing,
        'retrowalk new-cohort: error: argument --instrument: "vas_pain" does not have the form COLUMN=NAME',
        call=("--instrument", "vas_pain"),
        code=2,
    ),
    new(
        "new_instrument_of_no_column",
        only_columns("id", "group", "pain_0", "pain_4"),
        '--instrument mood=vas_pain: there is no such measure. Found: "pain_0", "pain_4", "pain".',
        call=("--instrument", "mood=vas_pain"),
    ),
    new(
        "new_weeks_words",
        WEEKLESS,
        '--weeks: "four,twelve" is not a list of numbers such as 4,12.',
        call=("--weeks", "four,twelve"),
    ),
    new(
        "new_weeks_too_few",
        WEEKLESS,
        "--weeks: one number per visit is needed, in increasing order (Post, Follow-up), but 4 was given.",
        call=("--weeks", "4"),
    ),
    new(
        "new_weeks_backward",
        WEEKLESS,
        "--weeks: one number per visit is needed, in increasing order (Post, Follow-up), but 12,4 was given.",
        call=("--weeks", "12,4"),
    ),
    new(
        "new_weeks_not_finite",
        WEEKLESS,
        '--weeks: "4,inf" is not a list of numbers such as 4,12.',
        call=("--weeks", "4,inf"),
    ),
    new(
        "new_weeks_negative",
        WEEKLESS,
        "--weeks: one number per visit is needed, in increasing order (Post, Follow-up), but -4,12 was given.",
        call=("--weeks=-4,12",),
    ),
    new(
        "new_participant_unknown",
        nothing,
        '--participant-column: "patient" is not allowed. Allowed: "id".',
        call=("--participant-column", "patient"),
    ),
    new(
        "new_arm_unknown",
        nothing,
        '--arm-column: "arm" is not allowed. Allowed: "group", "sex", "clinic", "last", "why".',
        call=("--arm-column", "arm"),
    ),
    new(
        "new_visit_unknown",
        nothing,
        '--visit-column: there is no column "visit". Allowed: "id", "group", "age", "sex", "clinic", "pain_0", "pain_4", "pain_12", "flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", "date_12", "last", "why".',
        call=("--visit-column", "visit"),
    ),
    new(
        "new_visit_column_of_ages",
        as_long,
        'The column "clinic" contains "Leeds", "York"; 0 of these can be read as a visit. Choose another column with --visit-column, or rename the visits in the file, for example baseline, week 4, post or T1.',
        call=("--visit-column", "clinic"),
    ),
    new(
        "new_control_unknown",
        nothing,
        '--control: "Control" is not allowed. Allowed: "RW", "CE".',
        call=("--control", "Control"),
    ),
    new(
        "new_primary_unknown",
        nothing,
        '--primary: "mood" is not allowed. Allowed: "pain", "flexion".',
        call=("--primary", "mood"),
    ),
    new(
        "new_comparator_unknown",
        nothing,
        '--comparator: "placebo" is not allowed. Allowed: "add-on", "active", "none", "not_stated".',
        call=("--comparator", "placebo"),
    ),
    new(
        "new_sheet_unknown",
        as_workbook,
        '--sheet: new.xlsx has no sheet "Sheet1" that contains a table. Allowed: "Data".',
        files=("new.xlsx",),
        call=("--sheet", "Sheet1"),
    ),
    new(
        "new_sheet_of_csv",
        nothing,
        "--sheet: new.csv has no sheets; only a spreadsheet does. Omit this option.",
        call=("--sheet", "Sheet1"),
    ),
    new(
        "new_randomised_and_not",
        nothing,
        "retrowalk new-cohort: error: argument --not-randomised: not allowed with argument --randomised",
        call=("--randomised", "--not-randomised"),
        code=2,
    ),
    shown(
        "new_two_files_of_one_name",
        copied(NEW, "more/new.csv"),
        "data/fresh/new.csv: a file with this name already exists. Rename one of the files.",
        files=(NEW, "more/new.csv"),
    ),
]

CONTENT = [
    new(
        "new_empty",
        written("", NEW),
        "new.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    new(
        "new_header_alone",
        written(FIRST + "\n", NEW),
        "new.csv: the file has no rows below the column names. Add one row per participant below them.",
    ),
    new(
        "new_one_column",
        only_columns("id"),
        "new.csv: there is no table. Choose the sheet that contains one row per participant.",
    ),
    new(
        "new_no_table",
        written("We treated 24 people.\n\nThey did well.\n", NEW),
        "new.csv: there is no table. Choose the sheet that contains one row per participant.",
    ),
    new(
        "new_no_participant",
        only_columns("group", "pain_0", "pain_4"),
        'The file does not answer this question: which column identifies the participant? Allowed: "group", "pain_0", "pain_4". Answer it with --participant-column.',
    ),
    new(
        "new_no_arm",
        only_columns("id", "pain_0", "pain_4"),
        'The file does not answer this question: which column contains the arm? Allowed: "id", "pain_0", "pain_4". Answer it with --arm-column.',
    ),
    new(
        "new_no_visit",
        renamed(
            pain_0="pain",
            pain_4="x",
            pain_12="y",
            flexion_0="z",
            flexion_4="v",
            flexion_12="w",
            date_0="a",
            date_4="b",
            date_12="c",
        ),
        'No column name in new.csv shows its visit, as in vas_pre and vas_post or pain_0 and pain_4. Rename the columns in a copy of the file, or write a cohort file by hand (see "cohorts/NAME.yaml" in config/README.md).',
    ),
    new(
        "new_one_visit",
        only_columns("id", "group", "pain_0"),
        'No column name in new.csv shows its visit, as in vas_pre and vas_post or pain_0 and pain_4. Rename the columns in a copy of the file, or write a cohort file by hand (see "cohorts/NAME.yaml" in config/README.md).',
    ),
    new(
        "new_no_instrument",
        both(only_columns("id", "group", "pain_0", "pain_4"), renamed(pain_0="mood_0", pain_4="mood_4")),
        'No outcome could be matched to an instrument (columns that look like measurements: "mood_0"). Name it with --instrument COLUMN=NAME, where NAME is an instrument in config/instruments.yaml. If yours is missing, add it there.',
    ),
    new(
        "new_no_visit_in_rows",
        both(as_long, column("week", lambda week: f"x{week}x", NEW)),
        'The column "week" contains "x0x", "x4x", "x12x"; 0 of these can be read as a visit. Choose another column with --visit-column, or rename the visits in the file, for example baseline, week 4, post or T1.',
    ),
    new(
        "new_column_twice",
        renamed(pain_12="pain_4"),
        'new.csv, row 1: the column name "pain_4" appears more than once. Rename all but one of them.',
    ),
    new(
        "new_quote_never_closed",
        text("P05,RW", '"P05,RW', NEW),
        "new.csv, row 6: the row cannot be read as CSV (unexpected end of data). Look for an unclosed quotation mark: a quoted cell has one before it, one after it and none inside.",
    ),
    new(
        "new_workbook_cut_off",
        both(as_workbook, turned(lambda content: content[:2000], "new.xlsx")),
        "new.xlsx: the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.",
        files=("new.xlsx",),
    ),
    new(
        "new_workbook_is_text",
        copied(NEW, "new.xlsx"),
        "new.xlsx: the file cannot be read as an Excel workbook. Open it in Excel and save it as .xlsx, without a password.",
        files=("new.xlsx",),
    ),
    new(
        "new_sav_is_text",
        copied(NEW, "new.sav"),
        "new.sav: the file cannot be read as an SPSS file. Open it in SPSS and save it again, or export it as CSV.",
        files=("new.sav",),
    ),
    new(
        "new_dictionary_alone",
        written(DICTIONARY, NEW),
        "The file is a REDCap data dictionary. Give the export of the records first, then the dictionary.",
    ),
    stopped(
        "new_control_not_said",
        both(copied(DATA, NEW), column("group", lambda arm: {"RW": "A", "CE": "B"}[arm], NEW)),
        'The file does not answer this question: which arm is the control? Allowed: "A", "B". Answer it with --control.',
        call=("new-cohort", "fresh", NEW, "--yes"),
    ),
]

LISTS = [
    shown(
        "new_cohorts_in_flow_of_two_lines",
        config("cohorts:\n  - trial\n", "cohorts: [\n  trial]\n"),
        'config/config.yaml, "cohorts": the list is written in a form to which names cannot be added automatically. Add "  - fresh" by hand.',
    ),
    shown(
        "new_cohorts_in_quotes",
        config("cohorts:\n", '"cohorts":\n'),
        'config/config.yaml, "cohorts": the list is written in a form to which names cannot be added automatically. Add "  - fresh" by hand.',
    ),
    shown(
        "new_cohorts_an_anchor",
        config("cohorts:\n  - trial\n", "x: &names [trial]\ncohorts: *names\n"),
        'config/config.yaml, "cohorts": the list is written in a form to which names cannot be added automatically. Add "  - fresh" by hand.',
    ),
    new(
        "new_config_missing",
        removed(CONFIG),
        "config/config.yaml: the file does not exist. Create it, or run from the folder that contains config/ and data/.",
    ),
    new(
        "new_config_not_yaml",
        config("cohorts:\n", "cohorts: [\n"),
        "config/config.yaml, line 2: this cannot be read as YAML (expected the node content, but found '-'). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    new(
        "new_config_empty",
        written("", CONFIG),
        "config/config.yaml: the file is empty. config/README.md explains every key.",
    ),
    shown(
        "new_config_without_cohorts",
        config("cohorts:\n  - trial\n", ""),
        'config/config.yaml, "cohorts": the list is written in a form to which names cannot be added automatically. Add "  - fresh" by hand.',
    ),
    shown(
        "new_cohorts_a_text",
        config("cohorts:\n  - trial\n", "cohorts: trial\n"),
        'config/config.yaml, "cohorts": the list is written in a form to which names cannot be added automatically. Add "  - fresh" by hand.',
    ),
    shown(
        "new_cohorts_a_mapping",
        config("cohorts:\n  - trial\n", "cohorts: {trial: yes}\n"),
        'config/config.yaml, "cohorts": the list is written in a form to which names cannot be added automatically. Add "  - fresh" by hand.',
    ),
]

ADDING = [*NAMES, *GIVEN, *CONTENT, *LISTS]
