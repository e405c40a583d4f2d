"""Faults of the columns, of the visits and of rows given twice: each stops the cohort."""

from tests.bad_input.case import ADQS, ADSL, COHORT, DATA, added, bad, both, cells, cohort, column, text, turned
from tests.bad_input.good import HEADER

#: Columns of the one-row file in the order in which they are told of, and the key that names each.
KEYS = {
    "age": '"covariates", "age"',
    "clinic": '"covariates", "clinic"',
    **{f"date_{week}": '"date"' for week in (0, 12, 4)},
    **{f"flexion_{week}": '"outcomes", "flexion"' for week in (0, 12, 4)},
    "group": '"arm"',
    "id": '"participant"',
    "last": '"withdrawal", "after"',
    **{f"pain_{week}": '"outcomes", "pain"' for week in (0, 12, 4)},
    "sex": '"covariates", "sex"',
    "why": '"withdrawal", "reason"',
}


def every_column_missing() -> list[str]:
    """Return a fault for each column, of a file whose columns were not told apart."""
    return [
        f'{DATA}, row 1, column "{name}": there is no such column. Allowed: the file\'s columns "{"|".join(HEADER)}". '
        f"Correct {key} in {COHORT}, or the column name in the file."
        for name, key in KEYS.items()
    ]


VISITS = [
    bad(
        "visit_unknown_number",
        cells({(3, "week"): "5"}),
        'data/trial/trial.csv, row 3, column "week": "5" is not a visit. Allowed: "0", "4", "12". Correct the cell or, in config/cohorts/trial.yaml, add the visit to "visits" or exclude its rows with "only".',
        shape="long",
    ),
    bad(
        "visit_unknown_spelt",
        cells({(4, "AVISIT"): "Wek 4"}, ADQS),
        'data/trial/adqs.csv, row 4, column "AVISIT": "Wek 4" is not a visit (did you mean "Week 4"?). Allowed: "Week 0", "Week 4", "Week 12". Correct the cell or, in config/cohorts/trial.yaml, add the visit to "visits" or exclude its rows with "only".',
        shape="tall",
    ),
    bad(
        "visit_unknown_event",
        cells({(5, "redcap_event_name"): "week4_arm_1"}),
        'data/trial/trial.csv, row 5, column "redcap_event_name": "week4_arm_1" is not a visit (did you mean "week_4_arm_1"?). Allowed: "week_0_arm_1", "week_4_arm_1", "week_12_arm_1". Correct the cell or, in config/cohorts/trial.yaml, add the visit to "visits" or exclude its rows with "only".',
        shape="redcap",
    ),
    bad(
        "visit_blank",
        cells({(3, "week"): ""}),
        'data/trial/trial.csv, row 3, column "week": the visit is empty. Allowed: "0", "4", "12". Correct the cell or, in config/cohorts/trial.yaml, add the visit to "visits" or exclude its rows with "only".',
        shape="long",
    ),
    bad(
        "visit_with_decimal",
        cells({(3, "week"): "4.0"}),
        'data/trial/trial.csv, row 3, column "week": "4.0" is not a visit. Allowed: "0", "4", "12". Correct the cell or, in config/cohorts/trial.yaml, add the visit to "visits" or exclude its rows with "only".',
        shape="long",
    ),
    bad(
        "visit_unscheduled",
        cells({(3, "week"): "unscheduled"}),
        'data/trial/trial.csv, row 3, column "week": "unscheduled" is not a visit. Allowed: "0", "4", "12". Correct the cell or, in config/cohorts/trial.yaml, add the visit to "visits" or exclude its rows with "only".',
        shape="long",
    ),
]


TWICE = [
    bad(
        "measured_twice_trials",
        both(cohort(", trials: best", ""), column("tug", lambda value: value if value in ("10.49", "10.60") else "")),
        'data/trial/trial.csv, row 4, column "tug": "10.60" is a second value of tug, after "10.49" in row 3. State how to combine them with "trials" (or "limbs") under "tug" in config/cohorts/trial.yaml.',
        shape="redcap",
    ),
    bad(
        "measured_twice_side_differs",
        cells({(3, "pain"): "56"}),
        'data/trial/trial.csv, row 3, column "pain": "56" is a second value of pain, after "55" in row 2. State how to combine them with "trials" (or "limbs") under "pain" in config/cohorts/trial.yaml.',
        shape="limb_rows",
    ),
    bad(
        "measured_twice_baseline_row",
        added("P12,CE,68,2,York,0,66,66\n"),
        'data/trial/trial.csv, row 24, column "pain": "66" is a second value of pain, after "66" in row 22. State how to combine them with "trials" (or "limbs") under "pain" in config/cohorts/trial.yaml.',
        shape="mixed",
    ),
    bad(
        "baseline_changes",
        cells({(3, "pain_entry"): "56"}),
        'data/trial/trial.csv, row 3, column "pain_entry": "56" differs from "55" in another row of participant "P01". Allowed: one value per participant. Correct one of the two cells.',
        shape="mixed",
    ),
]


COLUMNS = [
    bad(
        "column_missing_spelt",
        text("pain_4,", "pain4,"),
        'data/trial/trial.csv, row 1, column "pain_4": there is no such column (did you mean "pain4"?). Allowed: the file\'s columns "id", "group", "age", "sex", "clinic", "pain_0", "pain4", "pain_12", "flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", "date_12", "last", "why". Correct "outcomes", "pain" in config/cohorts/trial.yaml, or the column name in the file.',
    ),
    bad(
        "column_missing_participant",
        cohort("participant: id", "participant: patient"),
        'data/trial/trial.csv, row 1, column "patient": there is no such column (did you mean "pain_4"?). Allowed: the file\'s columns "id", "group", "age", "sex", "clinic", "pain_0", "pain_4", "pain_12", "flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", "date_12", "last", "why". Correct "participant" in config/cohorts/trial.yaml, or the column name in the file.',
    ),
    bad(
        "column_missing_arm",
        text("group", "arm"),
        'data/trial/trial.csv, row 1, column "group": there is no such column. Allowed: the file\'s columns "id", "arm", "age", "sex", "clinic", "pain_0", "pain_4", "pain_12", "flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", "date_12", "last", "why". Correct "arm" in config/cohorts/trial.yaml, or the column name in the file.',
    ),
    bad(
        "column_missing_covariate",
        cohort("column: age", "column: Age"),
        'data/trial/trial.csv, row 1, column "Age": there is no such column (did you mean "age"?). Allowed: the file\'s columns "id", "group", "age", "sex", "clinic", "pain_0", "pain_4", "pain_12", "flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", "date_12", "last", "why". Correct "covariates", "age" in config/cohorts/trial.yaml, or the column name in the file.',
    ),
    bad(
        "column_missing_withdrawal",
        cohort("after: last", "after: left"),
        'data/trial/trial.csv, row 1, column "left": there is no such column. Allowed: the file\'s columns "id", "group", "age", "sex", "clinic", "pain_0", "pain_4", "pain_12", "flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", "date_12", "last", "why". Correct "withdrawal", "after" in config/cohorts/trial.yaml, or the column name in the file.',
    ),
    bad(
        "column_missing_date",
        cohort("week_4: date_4", "week_4: date4"),
        'data/trial/trial.csv, row 1, column "date4": there is no such column (did you mean "date_4"?). Allowed: the file\'s columns "id", "group", "age", "sex", "clinic", "pain_0", "pain_4", "pain_12", "flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", "date_12", "last", "why". Correct "date" in config/cohorts/trial.yaml, or the column name in the file.',
    ),
    bad(
        "column_missing_visit",
        cohort("visit: week\n", "visit: visit\n"),
        'data/trial/trial.csv, row 1, column "visit": there is no such column. Allowed: the file\'s columns "id", "group", "age", "sex", "clinic", "week", "pain", "flexion", "date", "last", "why". Correct "visit" in config/cohorts/trial.yaml, or the column name in the file.',
        shape="long",
    ),
    bad(
        "column_missing_side",
        cohort("column: leg", "column: side"),
        'data/trial/trial.csv, row 1, column "side": there is no such column (did you mean "id"?). Allowed: the file\'s columns "id", "group", "age", "sex", "clinic", "week", "leg", "stance", "pain". Correct "side" in config/cohorts/trial.yaml, or the column name in the file.',
        shape="limb_rows",
    ),
    bad(
        "column_missing_index",
        cohort("column: affected", "column: index"),
        'data/trial/trial.csv, row 1, column "index": there is no such column. Allowed: the file\'s columns "id", "group", "age", "sex", "clinic", "affected", "pain_0", "pain_4", "pain_12", "sls_left1_0", "sls_left2_0", "sls_right1_0", "sls_right2_0", "sls_left1_4", "sls_left2_4", "sls_right1_4", "sls_right2_4", "sls_left1_12", "sls_left2_12", "sls_right1_12", "sls_right2_12". Correct "index_side" in config/cohorts/trial.yaml, or the column name in the file.',
        shape="limbs",
    ),
    bad(
        "column_missing_repeat",
        cohort("repeat: redcap_", "repeat: "),
        'data/trial/trial.csv, row 1, column "repeat_instance": there is no such column (did you mean "redcap_repeat_instance"?). Allowed: the file\'s columns "record_id", "redcap_event_name", "redcap_repeat_instance", "group", "age", "sex", "clinic", "pain", "tug", "last", "why". Correct "repeat" in config/cohorts/trial.yaml, or the column name in the file.',
        shape="redcap",
    ),
    bad(
        "column_missing_value",
        cohort("value: AVAL", "value: AVALC"),
        'data/trial/adqs.csv, row 1, column "AVALC": there is no such column (did you mean "AVAL"?). Allowed: the file\'s columns "USUBJID", "PARAMCD", "AVAL", "AVISIT", "ABLFL", "ANL01FL". Correct "value" in config/cohorts/trial.yaml, or the column name in the file.',
        shape="tall",
    ),
    bad(
        "column_missing_only",
        cohort("only: {ANL01FL", "only: {ANL02FL"),
        'data/trial/adqs.csv, row 1, column "ANL02FL": there is no such column (did you mean "ANL01FL"?). Allowed: the file\'s columns "USUBJID", "PARAMCD", "AVAL", "AVISIT", "ABLFL", "ANL01FL". Correct "only" in config/cohorts/trial.yaml, or the column name in the file.',
        shape="tall",
    ),
    bad(
        "column_missing_in_table",
        text("TRT01P", "TRT01A", ADSL),
        'data/trial/adsl.csv, row 1, column "TRT01P": there is no such column (did you mean "TRT01A"?). Allowed: the file\'s columns "USUBJID", "TRT01A", "AGE", "SEX", "SITE". Correct "arm" in config/cohorts/trial.yaml, or the column name in the file.',
        shape="tall",
    ),
    bad(
        "only_chooses_nothing",
        cohort("only: {ANL01FL: Y}", "only: {ANL01FL: N}"),
        'data/trial/adqs.csv, column "MMST": flexion has no values. Correct the columns of "flexion" in config/cohorts/trial.yaml, or remove the outcome.',
        'data/trial/adqs.csv, column "VAS": pain has no values. Correct the columns of "pain" in config/cohorts/trial.yaml, or remove the outcome.',
        shape="tall",
    ),
    bad("delimiter_is_not_one", turned(lambda content: content.replace(b",", b"|")), *every_column_missing()),
]

OF_ROWS = [*VISITS, *TWICE, *COLUMNS]
