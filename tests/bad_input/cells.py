"""Data with faults in their cells: each stops the cohort."""

from tests.bad_input.case import COHORT, DATA, added, bad, both, cells, cohort, column, key, text, turned
from tests.bad_input.good import HEADER, rows

ADQS, ADSL = "data/trial/adqs.csv", "data/trial/adsl.csv"


def in_pain(name: str, written: str, *faults: str, **more: object):
    """Return a case with one text among the pain scores."""
    return bad(name, cells({(4, "pain_4"): written}), *faults, **more)


def comma(value: str) -> str:
    """Return a number with a decimal comma."""
    return value.replace(".", ",")


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


def every_pain_wrong() -> list[str]:
    """Return a fault for each pain score, of a file that holds none."""
    return [
        f'{DATA}, row {number}, column "{name}": "x" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for '
        "pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "
        f'"missing" in {COHORT}.'
        for number, row in enumerate(rows(), start=2)
        for name in ("pain_0", "pain_12", "pain_4")
        if row[name]
    ]


PEOPLE = [
    bad(
        "participant_blank",
        cells({(3, "id"): ""}),
        'data/trial/trial.csv, row 3, column "id": there is no participant in a row that holds data. Fill in the participant, empty the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
    ),
    bad(
        "participant_blank_spaces",
        cells({(3, "id"): "   "}),
        'data/trial/trial.csv, row 3, column "id": there is no participant in a row that holds data. Fill in the participant, empty the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
    ),
    bad(
        "participant_blank_missing_code",
        cells({(3, "id"): "n/a"}),
        'data/trial/trial.csv, row 3, column "id": there is no participant in a row that holds data. Fill in the participant, empty the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
    ),
    bad(
        "participant_twice",
        cells({(3, "id"): "P01"}),
        'data/trial/trial.csv, row 3, column "id": "P01" is a participant that row 2 has already. Allowed: one row a participant. Remove one of the two rows, or correct the participant or visit.',
    ),
    bad(
        "participant_three_times",
        cells({(3, "id"): "P01", (4, "id"): "P01"}),
        'data/trial/trial.csv, row 3, column "id": "P01" is a participant that row 2 has already. Allowed: one row a participant. Remove one of the two rows, or correct the participant or visit.',
        'data/trial/trial.csv, row 4, column "id": "P01" is a participant that row 2 has already. Allowed: one row a participant. Remove one of the two rows, or correct the participant or visit.',
    ),
    bad(
        "row_pasted_twice",
        added("P12,CE,68,2,York,66,63,54,4.6,4.8,5.3,2024-02-14,2024-03-13,2024-05-08,,\n"),
        'data/trial/trial.csv, row 14, column "id": "P12" is a participant that row 13 has already. Allowed: one row a participant. Remove one of the two rows, or correct the participant or visit.',
    ),
    bad(
        "participant_alike_capitals",
        cells({(3, "id"): "p01"}),
        'data/trial/trial.csv, row 3, column "id": "p01" participant "p01" is "P01" of row 2 but for capitals and spaces. Write the name in one way if it is one person, in two clearly different ways if it is two.',
    ),
    bad(
        "participant_alike_spaces",
        cells({(3, "id"): "P 01"}),
        'data/trial/trial.csv, row 3, column "id": "P 01" participant "P 01" is "P01" of row 2 but for capitals and spaces. Write the name in one way if it is one person, in two clearly different ways if it is two.',
    ),
    bad(
        "participant_alike_long",
        cells({(4, "id"): "p01"}),
        'data/trial/trial.csv, row 4, column "id": "p01" participant "p01" is "P01" of row 2 but for capitals and spaces. Write the name in one way if it is one person, in two clearly different ways if it is two.',
        warnings=(
            'data/trial/trial.csv, row 4, column "flexion": "6.4" participant "p01" has a later value of flexion but none at baseline. Fill in the baseline if it was measured; the analysis says how it deals with it.',
            'data/trial/trial.csv, row 4, column "pain": "33" participant "p01" has a later value of pain but none at baseline. Fill in the baseline if it was measured; the analysis says how it deals with it.',
        ),
        shape="long",
    ),
    bad(
        "summary_row",
        added("Mean,,59.5,,,57.9,48.7,42.1,5.1,5.6,6.0,,,,,\n"),
        'data/trial/trial.csv, row 14, column "id": "Mean" is no participant: the row looks like a summary or a note below the data. Remove the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
    ),
    bad(
        "summary_rows",
        added("n,,12,,,12,11,10,12,11,10,,,,,\nSD,,6.8,,,9,11,10,0.5,0.6,0.7,,,,,\n"),
        'data/trial/trial.csv, row 14, column "id": "n" is no participant: the row looks like a summary or a note below the data. Remove the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 15, column "id": "SD" is no participant: the row looks like a summary or a note below the data. Remove the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
    ),
    bad(
        "note_below_the_data",
        added("Note:,,,,,,,,,,,,,,,\n"),
        'data/trial/trial.csv, row 14, column "id": "Note:" is no participant: the row looks like a summary or a note below the data. Remove the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
    ),
    bad(
        "total_in_capitals",
        added("TOTAL,,,,,695,536,421,61,61.0,58.9,,,,,\n"),
        'data/trial/trial.csv, row 14, column "flexion_0": "61" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "flexion_12": "58.9" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "flexion_4": "61.0" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "id": "TOTAL" is no participant: the row looks like a summary or a note below the data. Remove the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "pain_0": "695" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "pain_12": "421" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "pain_4": "536" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
    ),
    bad(
        "participant_visit_twice",
        cells({(3, "week"): "0"}),
        'data/trial/trial.csv, row 3, column "id + week": "P01 + 0" is a participant at this visit that row 2 has already. Allowed: one row a participant and visit. Remove one of the two rows, or correct the participant or visit. If they are two limbs or trials of one test, say so with "side" or "repeat" in config/cohorts/trial.yaml; if they are to be chosen from, with "only".',
        shape="long",
    ),
    bad(
        "participant_visit_twice_side",
        cells({(3, "leg"): "left"}),
        'data/trial/trial.csv, row 3, column "id + week + leg": "P01 + 0 + left" is a participant at this visit that row 2 has already. Allowed: one row a participant and visit. Remove one of the two rows, or correct the participant or visit. If they are two limbs or trials of one test, say so with "side" or "repeat" in config/cohorts/trial.yaml; if they are to be chosen from, with "only".',
        'data/trial/trial.csv, row 3, column "stance": "16.9" is a second value of stance, after "18.2" in row 2. Say how they become one with "trials" (or "limbs") of "stance" in config/cohorts/trial.yaml.',
        warnings=(
            'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limb_rows",
    ),
    bad(
        "participant_visit_twice_value",
        cells({(3, "PARAMCD"): "VAS"}, ADQS),
        'data/trial/adqs.csv, row 3, column "USUBJID + AVISIT + PARAMCD": "P01 + Week 0 + VAS" is a participant at this visit that row 2 has already. Allowed: one row a participant and visit. Remove one of the two rows, or correct the participant or visit. If they are two limbs or trials of one test, say so with "side" or "repeat" in config/cohorts/trial.yaml; if they are to be chosen from, with "only".',
        warnings=(
            'data/trial/adqs.csv, row 5, column "AVAL": "5.9" participant "P01" has a later value of flexion but none at baseline. Fill in the baseline if it was measured; the analysis says how it deals with it.',
        ),
        shape="tall",
    ),
    bad(
        "participant_unknown",
        cells({(2, "USUBJID"): "P99"}, ADQS),
        'data/trial/adqs.csv, row 2, column "USUBJID": "P99" participant "P99" is not in the table of participants (data/trial/adsl.csv). Add the participant there, or correct the name.',
        warnings=(
            'data/trial/adqs.csv, row 4, column "AVAL": "41" participant "P01" has a later value of pain but none at baseline. Fill in the baseline if it was measured; the analysis says how it deals with it.',
        ),
        shape="tall",
    ),
    bad(
        "participant_twice_in_table",
        cells({(3, "USUBJID"): "P01"}, ADSL),
        'data/trial/adsl.csv, row 3, column "USUBJID": "P01" is a participant that row 2 has already. Allowed: one row a participant. Remove one of the two rows, or correct the participant.',
        'data/trial/adqs.csv, row 8, column "USUBJID": "P02" participant "P02" is not in the table of participants (data/trial/adsl.csv). Add the participant there, or correct the name.',
        shape="tall",
    ),
    bad(
        "participant_alike_across_tables",
        cells({(2, "USUBJID"): "p01"}, ADSL),
        'data/trial/adsl.csv, row 2, column "USUBJID": "p01" participant "p01" is "P01" of data/trial/adqs.csv, row 2 but for capitals and spaces. Write the name in one way if it is one person, in two clearly different ways if it is two.',
        'data/trial/adqs.csv, row 2, column "USUBJID": "P01" participant "P01" is not in the table of participants (data/trial/adsl.csv). Add the participant there, or correct the name.',
        shape="tall",
    ),
    bad(
        "participant_blank_in_table",
        cells({(2, "USUBJID"): ""}, ADSL),
        'data/trial/adsl.csv, row 2, column "USUBJID": there is no participant in a row that holds data. Fill in the participant, empty the row, or name it in "skip_rows" of config/cohorts/trial.yaml.',
        'data/trial/adqs.csv, row 2, column "USUBJID": "P01" participant "P01" is not in the table of participants (data/trial/adsl.csv). Add the participant there, or correct the name.',
        shape="tall",
    ),
    bad(
        "formula_as_participant",
        cells({(3, "id"): "=A2+1", (4, "id"): "=A2+1"}),
        'data/trial/trial.csv, row 4, column "id": "=A2+1" is a participant that row 3 has already. Allowed: one row a participant. Remove one of the two rows, or correct the participant or visit.',
    ),
]

ARMS = [
    bad(
        "arm_unknown_spelt",
        cells({(3, "group"): "RV"}),
        'data/trial/trial.csv, row 3, column "group": "RV" is not an arm. Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_unknown_small_letters",
        cells({(3, "group"): "rw"}),
        'data/trial/trial.csv, row 3, column "group": "rw" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_unknown_far",
        cells({(3, "group"): "control"}),
        'data/trial/trial.csv, row 3, column "group": "control" is not an arm. Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_unknown_number",
        cells({(3, "group"): "1"}),
        'data/trial/trial.csv, row 3, column "group": "1" is not an arm. Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_unknown_inner_space",
        cells({(3, "group"): "R W"}),
        'data/trial/trial.csv, row 3, column "group": "R W" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_blank",
        cells({(3, "group"): ""}),
        'data/trial/trial.csv, row 3, column "group": participant "P02" has no arm. Allowed: "RW", "CE". Fill in the arm, in one row of the participant at least.',
    ),
    bad(
        "arm_blank_everywhere_long",
        column("group", lambda arm: "" if arm == "CE" else arm),
        'data/trial/trial.csv, column "group": the arm "CE" has 0 participants. Allowed: at least 2. Look for misspelt labels, or correct "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 8, column "group": participant "P03" has no arm. Allowed: "RW", "CE". Fill in the arm, in one row of the participant at least.',
        'data/trial/trial.csv, row 11, column "group": participant "P04" has no arm. Allowed: "RW", "CE". Fill in the arm, in one row of the participant at least.',
        'data/trial/trial.csv, row 15, column "group": participant "P06" has no arm. Allowed: "RW", "CE". Fill in the arm, in one row of the participant at least.',
        'data/trial/trial.csv, row 20, column "group": participant "P08" has no arm. Allowed: "RW", "CE". Fill in the arm, in one row of the participant at least.',
        'data/trial/trial.csv, row 26, column "group": participant "P10" has no arm. Allowed: "RW", "CE". Fill in the arm, in one row of the participant at least.',
        'data/trial/trial.csv, row 32, column "group": participant "P12" has no arm. Allowed: "RW", "CE". Fill in the arm, in one row of the participant at least.',
        shape="long",
    ),
    bad(
        "arm_changes",
        cells({(3, "group"): "CE"}),
        'data/trial/trial.csv, row 3, column "group": "CE" differs from "RW" in row 2 of participant "P01". Allowed: one value a participant. Correct one of the two cells.',
        shape="long",
    ),
    bad(
        "arm_changes_back",
        cells({(2, "group"): "CE"}),
        'data/trial/trial.csv, row 3, column "group": "RW" differs from "CE" in row 2 of participant "P01". Allowed: one value a participant. Correct one of the two cells.',
        'data/trial/trial.csv, row 4, column "group": "RW" differs from "CE" in row 2 of participant "P01". Allowed: one value a participant. Correct one of the two cells.',
        shape="long",
    ),
    bad(
        "arm_too_small_none",
        column("group", "RW"),
        'data/trial/trial.csv, column "group": the arm "CE" has 0 participants. Allowed: at least 2. Look for misspelt labels, or correct "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_too_small_one",
        both(column("group", "RW"), cells({(3, "group"): "CE"})),
        'data/trial/trial.csv, column "group": the arm "CE" has 1 participant. Allowed: at least 2. Look for misspelt labels, or correct "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_unknown_everywhere",
        column("group", lambda arm: arm.lower()),
        'data/trial/trial.csv, column "group": the arm "RW" has 0 participants. Allowed: at least 2. Look for misspelt labels, or correct "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, column "group": the arm "CE" has 0 participants. Allowed: at least 2. Look for misspelt labels, or correct "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 2, column "group": "rw" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 3, column "group": "rw" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 4, column "group": "ce" is not an arm (did you mean "CE"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 5, column "group": "ce" is not an arm (did you mean "CE"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 6, column "group": "rw" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 7, column "group": "ce" is not an arm (did you mean "CE"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 8, column "group": "rw" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 9, column "group": "ce" is not an arm (did you mean "CE"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 10, column "group": "rw" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 11, column "group": "ce" is not an arm (did you mean "CE"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 12, column "group": "rw" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 13, column "group": "ce" is not an arm (did you mean "CE"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_too_small_in_plan",
        cohort("  CE: {", "  SH: {name: sham, label: Sham}\n  CE: {"),
        'data/trial/trial.csv, column "group": the arm "SH" has 0 participants. Allowed: at least 2. Look for misspelt labels, or correct "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "arm_unknown_in_table",
        cells({(2, "TRT01P"): "Retro"}, ADSL),
        'data/trial/adsl.csv, row 2, column "TRT01P": "Retro" is not an arm. Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
        shape="tall",
    ),
    bad(
        "arm_blank_in_table",
        cells({(2, "TRT01P"): ""}, ADSL),
        'data/trial/adsl.csv, row 2, column "TRT01P": participant "P01" has no arm. Allowed: "RW", "CE". Fill in the arm, in one row of the participant at least.',
        shape="tall",
    ),
]

VISITS = [
    bad(
        "visit_unknown_number",
        cells({(3, "week"): "5"}),
        'data/trial/trial.csv, row 3, column "week": "5" is not a visit. Allowed: "0", "4", "12". Correct the cell, add the visit to "visits", or leave its rows out with "only", in config/cohorts/trial.yaml.',
        shape="long",
    ),
    bad(
        "visit_unknown_spelt",
        cells({(4, "AVISIT"): "Wek 4"}, ADQS),
        'data/trial/adqs.csv, row 4, column "AVISIT": "Wek 4" is not a visit (did you mean "Week 4"?). Allowed: "Week 0", "Week 4", "Week 12". Correct the cell, add the visit to "visits", or leave its rows out with "only", in config/cohorts/trial.yaml.',
        shape="tall",
    ),
    bad(
        "visit_unknown_event",
        cells({(5, "redcap_event_name"): "week4_arm_1"}),
        'data/trial/trial.csv, row 5, column "redcap_event_name": "week4_arm_1" is not a visit (did you mean "week_4_arm_1"?). Allowed: "week_0_arm_1", "week_4_arm_1", "week_12_arm_1". Correct the cell, add the visit to "visits", or leave its rows out with "only", in config/cohorts/trial.yaml.',
        shape="redcap",
    ),
    bad(
        "visit_blank",
        cells({(3, "week"): ""}),
        'data/trial/trial.csv, row 3, column "week": the visit is empty. Allowed: "0", "4", "12". Correct the cell, add the visit to "visits", or leave its rows out with "only", in config/cohorts/trial.yaml.',
        shape="long",
    ),
    bad(
        "visit_with_decimal",
        cells({(3, "week"): "4.0"}),
        'data/trial/trial.csv, row 3, column "week": "4.0" is not a visit. Allowed: "0", "4", "12". Correct the cell, add the visit to "visits", or leave its rows out with "only", in config/cohorts/trial.yaml.',
        shape="long",
    ),
    bad(
        "visit_unscheduled",
        cells({(3, "week"): "unscheduled"}),
        'data/trial/trial.csv, row 3, column "week": "unscheduled" is not a visit. Allowed: "0", "4", "12". Correct the cell, add the visit to "visits", or leave its rows out with "only", in config/cohorts/trial.yaml.',
        shape="long",
    ),
]

VALUES = [
    bad("more_faults_than_fit", both(*(column(f"pain_{week}", "x") for week in (0, 4, 12))), *every_pain_wrong()),
    in_pain(
        "decimal_comma",
        "5,5",
        'data/trial/trial.csv, row 4, column "pain_4": "5,5" is not a number: it has a decimal comma. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a point, or give decimal: \',\' if the whole file has commas.',
    ),
    in_pain(
        "score_out_of_maximum",
        "7/10",
        'data/trial/trial.csv, row 4, column "pain_4": "7/10" is not a number: it is a score out of a maximum. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the score alone: 7.',
    ),
    in_pain(
        "limit_below",
        "<1",
        'data/trial/trial.csv, row 4, column "pain_4": "<1" is not a number: it is a limit and not a value. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the value, or leave the cell empty.',
    ),
    in_pain(
        "limit_above",
        ">90",
        'data/trial/trial.csv, row 4, column "pain_4": ">90" is not a number: it is a limit and not a value. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the value, or leave the cell empty.',
    ),
    in_pain(
        "limit_about",
        "~40",
        'data/trial/trial.csv, row 4, column "pain_4": "~40" is not a number: it is a limit and not a value. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the value, or leave the cell empty.',
    ),
    in_pain(
        "dash",
        "-",
        'data/trial/trial.csv, row 4, column "pain_4": "-" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "word_lost",
        "lost",
        'data/trial/trial.csv, row 4, column "pain_4": "lost" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "range_of_two",
        "40-50",
        'data/trial/trial.csv, row 4, column "pain_4": "40-50" is not a number: it is a range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write one value.',
    ),
    in_pain(
        "unit_in_cell",
        "41mm",
        'data/trial/trial.csv, row 4, column "pain_4": "41mm" is not a number: it holds more than the number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the number alone: 41.',
    ),
    in_pain(
        "percent_in_cell",
        "41 %",
        'data/trial/trial.csv, row 4, column "pain_4": "41 %" is not a number: it holds more than the number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the number alone: 41.',
    ),
    in_pain(
        "question_mark",
        "41?",
        'data/trial/trial.csv, row 4, column "pain_4": "41?" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "several_words",
        "patient did not come",
        'data/trial/trial.csv, row 4, column "pain_4": "patient did not come" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "excel_error",
        "#DIV/0!",
        'data/trial/trial.csv, row 4, column "pain_4": "#DIV/0!" is not a number: it is an error of Excel. Allowed: 0 to 100 mm (Visual analogue scale for pain). Mend the formula, or empty the cell.',
    ),
    in_pain(
        "excel_not_available",
        "#N/A",
        'data/trial/trial.csv, row 4, column "pain_4": "#N/A" is not a number: it is an error of Excel. Allowed: 0 to 100 mm (Visual analogue scale for pain). Mend the formula, or empty the cell.',
    ),
    in_pain(
        "formula",
        "=F4-3",
        'data/trial/trial.csv, row 4, column "pain_4": "=F4-3" is not a number: it is a formula. Allowed: 0 to 100 mm (Visual analogue scale for pain). Put its result into the cell.',
    ),
    in_pain(
        "formula_that_runs",
        "=cmd|' /C calc'!A0",
        'data/trial/trial.csv, row 4, column "pain_4": "=cmd|\' /C calc\'!A0" is not a number: it is a formula. Allowed: 0 to 100 mm (Visual analogue scale for pain). Put its result into the cell.',
    ),
    in_pain(
        "typographic_minus",
        "−5",
        'data/trial/trial.csv, row 4, column "pain_4": "−5" is not a number: its minus sign is a dash. Allowed: 0 to 100 mm (Visual analogue scale for pain). Type it with the minus of the keyboard.',
    ),
    in_pain(
        "thousands",
        "1 200",
        'data/trial/trial.csv, row 4, column "pain_4": "1 200" is not a number: it has a sign between thousands. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the digits without gaps.',
    ),
    in_pain(
        "thousands_apostrophe",
        "1'200",
        'data/trial/trial.csv, row 4, column "pain_4": "1\'200" is not a number: it has a sign between thousands. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the digits without gaps.',
    ),
    in_pain(
        "infinite",
        "inf",
        'data/trial/trial.csv, row 4, column "pain_4": "inf" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "not_a_number_word",
        "NaN",
        'data/trial/trial.csv, row 4, column "pain_4": "NaN" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "too_large_for_a_number",
        "1e999",
        'data/trial/trial.csv, row 4, column "pain_4": "1e999" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "hexadecimal",
        "0x2A",
        'data/trial/trial.csv, row 4, column "pain_4": "0x2A" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "underscore",
        "4_1",
        'data/trial/trial.csv, row 4, column "pain_4": "4_1" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "arabic_digits",
        "٤١",
        'data/trial/trial.csv, row 4, column "pain_4": "٤١" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "full_width_digits",
        "４１",
        'data/trial/trial.csv, row 4, column "pain_4": "４１" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "two_points",
        "4.1.2",
        'data/trial/trial.csv, row 4, column "pain_4": "4.1.2" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "true_for_a_number",
        "TRUE",
        'data/trial/trial.csv, row 4, column "pain_4": "TRUE" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "score_became_date",
        "2024-10-07",
        'data/trial/trial.csv, row 4, column "pain_4": "2024-10-07" is not a number: it is a date. Allowed: 0 to 100 mm (Visual analogue scale for pain). If Excel made a date of a score, type the score again as text.',
    ),
    in_pain(
        "score_became_date_time",
        "2024-10-07 00:00:00",
        'data/trial/trial.csv, row 4, column "pain_4": "2024-10-07 00:00:00" is not a number: it is a date. Allowed: 0 to 100 mm (Visual analogue scale for pain). If Excel made a date of a score, type the score again as text.',
    ),
    in_pain(
        "very_long_text",
        "x" * 300,
        'data/trial/trial.csv, row 4, column "pain_4": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "markup",
        "<b>41</b>",
        'data/trial/trial.csv, row 4, column "pain_4": "<b>41</b>" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "line_break_in_cell",
        "41\n42",
        f'{DATA}, row 4, column "pain_4": "41 42" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). '
        "Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "
        f'"missing" in {COHORT}.',
    ),
    in_pain(
        "escape_sequence",
        "\x1b[2J41",
        f'{DATA}, row 4, column "pain_4": "?[2J41" holds a character that cannot be seen (U+001B). Type the cell anew.',
        f'{DATA}, row 4, column "pain_4": "?[2J41" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). '
        "Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "
        f'"missing" in {COHORT}.',
    ),
    in_pain(
        "below_range",
        "-3",
        'data/trial/trial.csv, row 4, column "pain_4": "-3" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "above_range",
        "101",
        'data/trial/trial.csv, row 4, column "pain_4": "101" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "far_above_range",
        "1e9",
        'data/trial/trial.csv, row 4, column "pain_4": "1e9" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "code_999",
        "999",
        'data/trial/trial.csv, row 4, column "pain_4": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "code_minus_9",
        "-9",
        'data/trial/trial.csv, row 4, column "pain_4": "-9" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if -9 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "code_with_decimals",
        "999.0",
        'data/trial/trial.csv, row 4, column "pain_4": "999.0" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999.0 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "date_as_number",
        "45337",
        'data/trial/trial.csv, row 4, column "pain_4": "45337" is outside the instrument\'s range and may be a date (2024-02-15) that Excel keeps as a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Type the score again; format the cell as text first.',
    ),
    bad(
        "code_in_a_whole_visit",
        column("pain_12", "999"),
        'data/trial/trial.csv, row 2, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 3, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 4, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 6, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 7, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 9, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 10, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 11, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 12, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 13, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 stands for "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        warnings=(
            'data/trial/trial.csv, column "pain_12": all 10 values of pain at week_12 are 999. Look whether the column was filled down by mistake.',
        ),
    ),
    bad(
        "value_of_another_outcome",
        cells({(4, "flexion_4"): "44"}),
        'data/trial/trial.csv, row 4, column "flexion_4": "44" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
    ),
    bad(
        "value_mm_in_cm_column",
        column("flexion_4", lambda value: value.replace(".", "")),
        'data/trial/trial.csv, row 2, column "flexion_4": "59" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 3, column "flexion_4": "53" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 4, column "flexion_4": "57" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 6, column "flexion_4": "51" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 7, column "flexion_4": "52" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 8, column "flexion_4": "66" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 9, column "flexion_4": "47" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 10, column "flexion_4": "62" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 11, column "flexion_4": "60" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 12, column "flexion_4": "55" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 13, column "flexion_4": "48" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
    ),
    bad(
        "unit_wrong_everywhere",
        cohort("    label: Pain\n", "    label: Pain\n    unit: cm\n"),
        'data/trial/trial.csv, column "pain_0 + pain_4 + pain_12": 33 of 33 values of pain are outside the instrument\'s range (they lie between 27 and 73), so they are in another unit or of another instrument. Allowed: 0 to 10 cm (Visual analogue scale for pain). Give the "unit" that the file has, or the right "instrument", of "pain" in config/cohorts/trial.yaml.',
        warnings=(
            'data/trial/trial.csv, column "pain_0 + pain_4 + pain_12": 100% of the values of pain are multiples of 1 cm, and the instrument is read to 0.1. Look whether they were rounded; rounded values hide small changes.',
        ),
    ),
    bad(
        "decimal_point_among_commas",
        both(
            key("decimal: ','"),
            column("flexion_0", comma),
            column("flexion_4", comma),
            column("flexion_12", lambda value: value if value == "6.4" else comma(value)),
        ),
        'data/trial/trial.csv, row 2, column "flexion_12": "6.4" is not a number: it has a decimal point in a file of decimal commas. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Write a comma.',
    ),
    bad(
        "value_not_number_long",
        cells({(4, "pain"): "lost"}),
        'data/trial/trial.csv, row 4, column "pain": "lost" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
        shape="long",
    ),
    bad(
        "value_not_number_tall",
        cells({(2, "AVAL"): "low"}, ADQS),
        'data/trial/adqs.csv, row 2, column "AVAL": "low" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
        shape="tall",
    ),
    bad(
        "value_out_of_range_tall",
        cells({(2, "AVAL"): "155"}, ADQS),
        'data/trial/adqs.csv, row 2, column "AVAL": "155" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
        shape="tall",
    ),
    bad(
        "value_not_number_trial",
        cells({(3, "tug"): "9,51"}),
        'data/trial/trial.csv, row 3, column "tug": "9,51" is not a number: it has a decimal comma. Allowed: 0 or more s (Timed Up and Go). Write a point, or give decimal: \',\' if the whole file has commas.',
        shape="redcap",
    ),
    bad(
        "value_below_zero_limb",
        cells({(2, "sls_left1_0"): "-1.5"}),
        'data/trial/trial.csv, row 2, column "sls_left1_0": "-1.5" is outside the instrument\'s range. Allowed: 0 or more s (Single-leg stance). Correct the cell, or the unit of "stance" in config/cohorts/trial.yaml.',
        shape="limbs",
    ),
    bad(
        "outcome_empty_everywhere",
        both(column("flexion_0", ""), column("flexion_4", ""), column("flexion_12", "")),
        'data/trial/trial.csv, column "flexion_0 + flexion_4 + flexion_12": flexion has no value at all. Correct the columns of "flexion" in config/cohorts/trial.yaml, or take the outcome out.',
    ),
    bad(
        "outcome_empty_tall",
        cohort("in_file: MMST", "in_file: SCHOBER"),
        'data/trial/adqs.csv, column "SCHOBER": flexion has no value at all. Correct the columns of "flexion" in config/cohorts/trial.yaml, or take the outcome out.',
        shape="tall",
    ),
    bad(
        "outcome_empty_repeat",
        column("tug", ""),
        'data/trial/trial.csv, column "tug": tug has no value at all. Correct the columns of "tug" in config/cohorts/trial.yaml, or take the outcome out.',
        shape="redcap",
    ),
]

HIDDEN = [
    bad(
        "hidden_character_zero_width",
        cells({(3, "group"): "RW\u200b"}),
        'data/trial/trial.csv, row 3, column "group": "RW?" holds a character that cannot be seen (U+200B). Type the cell anew.',
        'data/trial/trial.csv, row 3, column "group": "RW?" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "hidden_character_control",
        cells({(3, "pain_0"): "62\x07"}),
        'data/trial/trial.csv, row 3, column "pain_0": "62?" holds a character that cannot be seen (U+0007). Type the cell anew.',
        'data/trial/trial.csv, row 3, column "pain_0": "62?" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a point, leave the cell empty where nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    bad(
        "hidden_character_nul",
        cells({(3, "pain_0"): "62\x00"}),
        'data/trial/trial.csv, row 3: the file holds zero bytes (NUL), so it is damaged or no text. Open it in the program it comes from and save it as "CSV UTF-8".',
    ),
    bad(
        "hidden_character_direction",
        cells({(3, "id"): "P\u202e02"}),
        'data/trial/trial.csv, row 3, column "id": "P?02" holds a character that cannot be seen (U+202E). Type the cell anew.',
    ),
    bad(
        "hidden_character_byte_order_mark",
        cells({(3, "id"): "\ufeffP02"}),
        'data/trial/trial.csv, row 3, column "id": "?P02" holds a character that cannot be seen (U+FEFF). Type the cell anew.',
    ),
    bad(
        "hidden_character_in_visit",
        cells({(3, "week"): "4\u200b"}),
        'data/trial/trial.csv, row 3, column "week": "4?" holds a character that cannot be seen (U+200B). Type the cell anew.',
        'data/trial/trial.csv, row 3, column "week": "4?" is not a visit (did you mean "4"?). Allowed: "0", "4", "12". Correct the cell, add the visit to "visits", or leave its rows out with "only", in config/cohorts/trial.yaml.',
        shape="long",
    ),
    bad(
        "no_break_space_inside",
        cells({(3, "group"): "R\u00a0W"}),
        'data/trial/trial.csv, row 3, column "group": "R\xa0W" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
]

TWICE = [
    bad(
        "measured_twice_trials",
        both(cohort(", trials: best", ""), column("tug", lambda value: value if value in ("10.49", "10.60") else "")),
        'data/trial/trial.csv, row 4, column "tug": "10.60" is a second value of tug, after "10.49" in row 3. Say how they become one with "trials" (or "limbs") of "tug" in config/cohorts/trial.yaml.',
        shape="redcap",
    ),
    bad(
        "measured_twice_side_differs",
        cells({(3, "pain"): "56"}),
        'data/trial/trial.csv, row 3, column "pain": "56" is a second value of pain, after "55" in row 2. Say how they become one with "trials" (or "limbs") of "pain" in config/cohorts/trial.yaml.',
        shape="limb_rows",
    ),
    bad(
        "measured_twice_baseline_row",
        added("P12,CE,68,2,York,0,66,66\n"),
        'data/trial/trial.csv, row 24, column "pain": "66" is a second value of pain, after "66" in row 22. Say how they become one with "trials" (or "limbs") of "pain" in config/cohorts/trial.yaml.',
        shape="mixed",
    ),
    bad(
        "baseline_changes",
        cells({(3, "pain_entry"): "56"}),
        'data/trial/trial.csv, row 3, column "pain_entry": "56" differs from "55" in another row of participant "P01". Allowed: one value a participant. Correct one of the two cells.',
        shape="mixed",
    ),
]

COVARIATES = [
    bad(
        "covariate_unknown_level",
        cells({(3, "sex"): "3"}),
        'data/trial/trial.csv, row 3, column "sex": "3" is not a level of sex. Allowed: "1", "2". Correct the cell, or give "levels" of "sex" in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_unknown_word",
        cells({(3, "sex"): "female"}),
        'data/trial/trial.csv, row 3, column "sex": "female" is not a level of sex. Allowed: "1", "2". Correct the cell, or give "levels" of "sex" in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_not_a_number",
        cells({(3, "age"): "fifty"}),
        'data/trial/trial.csv, row 3, column "age": "fifty" is not a number. Allowed: numbers such as 62 or 5.5. Correct the cell, or give "levels" of "age" in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_decimal_comma",
        cells({(3, "age"): "58,5"}),
        'data/trial/trial.csv, row 3, column "age": "58,5" is not a number. Allowed: numbers such as 62 or 5.5. Correct the cell, or give "levels" of "age" in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_mixed_number",
        cells({(3, "clinic"): "7"}),
        'data/trial/trial.csv, row 3, column "clinic": "7" is a number among words. Allowed: a category. Correct the cell, or give "levels" of "clinic" in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_mixed_word",
        both(cohort("label: Age, unit: years", "label: Age"), cohort("[age]", "[]"), cells({(3, "age"): "old"})),
        'data/trial/trial.csv, row 3, column "age": "old" is not a number. Allowed: numbers such as 62 or 5.5. Correct the cell, or give "levels" of "age" in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_kind",
        cohort("label: Age, unit: years", "label: Age"),
        'data/trial/trial.csv, column "age": the comparison adjusts for age, and its numbers may be codes of groups. Give "unit" if they are measured, "levels" if they are codes, in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_changes",
        cells({(3, "age"): "62"}),
        'data/trial/trial.csv, row 3, column "age": "62" differs from "61" in row 2 of participant "P01". Allowed: one value a participant. Correct one of the two cells.',
        shape="long",
    ),
    bad(
        "covariate_level_in_table",
        cells({(2, "SEX"): "F"}, ADSL),
        'data/trial/adsl.csv, row 2, column "SEX": "F" is not a level of sex. Allowed: "1", "2". Correct the cell, or give "levels" of "sex" in config/cohorts/trial.yaml.',
        shape="tall",
    ),
]

SIDES = [
    bad(
        "side_unknown",
        cells({(2, "leg"): "l"}),
        'data/trial/trial.csv, row 2, column "leg": "l" is neither left nor right. Allowed: "left", "right". Correct the cell.',
        warnings=(
            'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limb_rows",
    ),
    bad(
        "side_unknown_both",
        cells({(2, "leg"): "both"}),
        'data/trial/trial.csv, row 2, column "leg": "both" is neither left nor right. Allowed: "left", "right". Correct the cell.',
        warnings=(
            'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limb_rows",
    ),
    bad(
        "side_blank",
        cells({(2, "leg"): ""}),
        'data/trial/trial.csv, row 2, column "leg": the side is empty. Allowed: "left", "right". Correct the cell.',
        warnings=(
            'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limb_rows",
    ),
    bad(
        "side_unknown_index",
        cells({(2, "affected"): "links"}),
        'data/trial/trial.csv, row 2, column "affected": "links" is neither left nor right. Allowed: "L", "R". Correct the cell.',
        warnings=(
            'data/trial/trial.csv, row 2, column "sls_left1_0": "18.2" participant "P01" has no stance at baseline: the index side was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 2, column "sls_left1_12": "23.8" participant "P01" has no stance at week_12: the index side was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 2, column "sls_left1_4": "21.8" participant "P01" has no stance at week_4: the index side was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limbs",
    ),
    bad(
        "index_side_blank",
        cells({(2, "affected"): ""}),
        'data/trial/trial.csv, row 2, column "affected": the index side of participant "P01" is not said, and its measures cannot be used. Allowed: "L", "R". Fill in the side.',
        warnings=(
            'data/trial/trial.csv, row 2, column "sls_left1_0": "18.2" participant "P01" has no stance at baseline: the index side was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 2, column "sls_left1_12": "23.8" participant "P01" has no stance at week_12: the index side was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 2, column "sls_left1_4": "21.8" participant "P01" has no stance at week_4: the index side was not measured, or is not known. Fill in the limb, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limbs",
    ),
]

DATES = [
    bad(
        "visit_before_baseline",
        cells({(2, "date_4"): "2023-02-12"}),
        'data/trial/trial.csv, row 2, column "date_4": "2023-02-12" the week_4 of participant "P01" is dated before the baseline (2024-01-15). Correct the date, or the visit if two rows were swapped.',
    ),
    bad(
        "visit_before_baseline_long",
        cells({(3, "date"): "2023-02-12"}),
        'data/trial/trial.csv, row 3, column "date": "2023-02-12" the week_4 of participant "P01" is dated before the baseline (2024-01-15). Correct the date, or the visit if two rows were swapped.',
        shape="long",
    ),
    bad(
        "date_unreadable_impossible",
        cells({(2, "date_4"): "2024-02-30"}),
        'data/trial/trial.csv, row 2, column "date_4": "2024-02-30" is a day that does not exist. Allowed: dates such as 2024-03-14. Write the date as 2024-03-14.',
    ),
    bad(
        "date_unreadable_impossible_month",
        cells({(2, "date_4"): "2024-13-02"}),
        'data/trial/trial.csv, row 2, column "date_4": "2024-13-02" is a day that does not exist. Allowed: dates such as 2024-03-14. Write the date as 2024-03-14.',
    ),
    bad(
        "date_unreadable_year_zero",
        cells({(2, "date_4"): "0000-02-12"}),
        'data/trial/trial.csv, row 2, column "date_4": "0000-02-12" is a day that does not exist. Allowed: dates such as 2024-03-14. Write the date as 2024-03-14.',
    ),
    bad(
        "date_unreadable_ambiguous",
        cells({(2, "date_4"): "03/04/2024"}),
        'data/trial/trial.csv, row 2, column "date_4": "03/04/2024" may be read with the day first or the month first. Allowed: dates such as 2024-03-14. Say it with "date_order" in the cohort file (day_first or month_first).',
    ),
    bad(
        "date_unreadable_two_digit_year",
        cells({(2, "date_4"): "12.02.24"}),
        'data/trial/trial.csv, row 2, column "date_4": "12.02.24" is not a date. Allowed: dates such as 2024-03-14. Write the date as 2024-03-14.',
    ),
    bad(
        "date_unreadable_a_word",
        cells({(2, "date_4"): "spring"}),
        'data/trial/trial.csv, row 2, column "date_4": "spring" is not a date. Allowed: dates such as 2024-03-14. Write the date as 2024-03-14.',
    ),
    bad(
        "date_unreadable_a_score",
        cells({(2, "date_4"): "41"}),
        'data/trial/trial.csv, row 2, column "date_4": "41" is not a date. Allowed: dates such as 2024-03-14. Write the date as 2024-03-14.',
    ),
    bad(
        "date_unreadable_wrong_order",
        both(key("date_order: month_first"), cells({(2, "date_4"): "25/02/2024"})),
        'data/trial/trial.csv, row 2, column "date_4": "25/02/2024" is a day that does not exist. Allowed: dates such as 2024-03-14. Write the date as 2024-03-14.',
    ),
]

WITHDRAWALS = [
    bad(
        "withdrawal_unknown",
        cells({(5, "last"): "basline"}),
        'data/trial/trial.csv, row 5, column "last": "basline" is not a visit (did you mean "baseline"?). Allowed: "baseline", "week_4", "week_12". Give the last visit that the participant attended, or leave the cell empty.',
    ),
    bad(
        "withdrawal_yes",
        cells({(5, "last"): "yes"}),
        'data/trial/trial.csv, row 5, column "last": "yes" is not a visit. Allowed: "baseline", "week_4", "week_12". Give the last visit that the participant attended, or leave the cell empty.',
    ),
    bad(
        "withdrawal_a_date",
        cells({(5, "last"): "2024-02-01"}),
        'data/trial/trial.csv, row 5, column "last": "2024-02-01" is not a visit. Allowed: "baseline", "week_4", "week_12". Give the last visit that the participant attended, or leave the cell empty.',
    ),
    bad(
        "withdrawal_changes",
        cells({(2, "last"): "0", (3, "last"): "4"}),
        'data/trial/trial.csv, row 3, column "last": "4" differs from "0" in row 2 of participant "P01". Allowed: one value a participant. Correct one of the two cells.',
        warnings=(
            'data/trial/trial.csv, row 4, column "flexion": "6.4" participant "P01" has a value after the visit that is given as the last. Correct the value or "last"; the value is used.',
            'data/trial/trial.csv, row 4, column "pain": "33" participant "P01" has a value after the visit that is given as the last. Correct the value or "last"; the value is used.',
        ),
        shape="long",
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
        'data/trial/adqs.csv, column "MMST": flexion has no value at all. Correct the columns of "flexion" in config/cohorts/trial.yaml, or take the outcome out.',
        'data/trial/adqs.csv, column "VAS": pain has no value at all. Correct the columns of "pain" in config/cohorts/trial.yaml, or take the outcome out.',
        shape="tall",
    ),
    bad("delimiter_is_not_one", turned(lambda content: content.replace(b",", b"|")), *every_column_missing()),
]

CELLS = [*PEOPLE, *ARMS, *VISITS, *VALUES, *HIDDEN, *TWICE, *COVARIATES, *SIDES, *DATES, *WITHDRAWALS, *COLUMNS]
