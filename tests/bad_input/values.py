"""Faults of values and dates: each stops the cohort."""

from tests.bad_input.case import ADQS, COHORT, DATA, bad, both, cells, cohort, column, key
from tests.bad_input.good import rows


def in_pain(name: str, written: str, *faults: str, **more: object):
    """Return a case with one text among the pain scores."""
    return bad(name, cells({(4, "pain_4"): written}), *faults, **more)


def comma(value: str) -> str:
    """Return a number with a decimal comma."""
    return value.replace(".", ",")


def every_pain_wrong() -> list[str]:
    """Return a fault for each pain score, of a file that holds none."""
    return [
        f'{DATA}, row {number}, column "{name}": "x" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for '
        "pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "
        f'"missing" in {COHORT}.'
        for number, row in enumerate(rows(), start=2)
        for name in ("pain_0", "pain_12", "pain_4")
        if row[name]
    ]


VALUES = [
    bad("more_faults_than_fit", both(*(column(f"pain_{week}", "x") for week in (0, 4, 12))), *every_pain_wrong()),
    in_pain(
        "decimal_comma",
        "5,5",
        'data/trial/trial.csv, row 4, column "pain_4": "5,5" is not a number: it has a decimal comma. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a decimal point, or set decimal: \',\' if the whole file uses commas.',
    ),
    in_pain(
        "score_out_of_maximum",
        "7/10",
        'data/trial/trial.csv, row 4, column "pain_4": "7/10" is not a number: it is a score out of a maximum. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write only the score: 7.',
    ),
    in_pain(
        "limit_below",
        "<1",
        'data/trial/trial.csv, row 4, column "pain_4": "<1" is not a number: it is a limit, not a value. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the value, or leave the cell empty.',
    ),
    in_pain(
        "limit_above",
        ">90",
        'data/trial/trial.csv, row 4, column "pain_4": ">90" is not a number: it is a limit, not a value. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the value, or leave the cell empty.',
    ),
    in_pain(
        "limit_about",
        "~40",
        'data/trial/trial.csv, row 4, column "pain_4": "~40" is not a number: it is a limit, not a value. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the value, or leave the cell empty.',
    ),
    in_pain(
        "dash",
        "-",
        'data/trial/trial.csv, row 4, column "pain_4": "-" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "word_lost",
        "lost",
        'data/trial/trial.csv, row 4, column "pain_4": "lost" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "range_of_two",
        "40-50",
        'data/trial/trial.csv, row 4, column "pain_4": "40-50" is not a number: it is a range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a single value.',
    ),
    in_pain(
        "unit_in_cell",
        "41mm",
        'data/trial/trial.csv, row 4, column "pain_4": "41mm" is not a number: it contains more than a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write only the number: 41.',
    ),
    in_pain(
        "percent_in_cell",
        "41 %",
        'data/trial/trial.csv, row 4, column "pain_4": "41 %" is not a number: it contains more than a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write only the number: 41.',
    ),
    in_pain(
        "question_mark",
        "41?",
        'data/trial/trial.csv, row 4, column "pain_4": "41?" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "several_words",
        "patient did not come",
        'data/trial/trial.csv, row 4, column "pain_4": "patient did not come" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "excel_error",
        "#DIV/0!",
        'data/trial/trial.csv, row 4, column "pain_4": "#DIV/0!" is not a number: it is a formula error. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the formula, or clear the cell.',
    ),
    in_pain(
        "excel_not_available",
        "#N/A",
        'data/trial/trial.csv, row 4, column "pain_4": "#N/A" is not a number: it is a formula error. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the formula, or clear the cell.',
    ),
    in_pain(
        "formula",
        "=F4-3",
        'data/trial/trial.csv, row 4, column "pain_4": "=F4-3" is not a number: it is a formula. Allowed: 0 to 100 mm (Visual analogue scale for pain). Replace it with its result.',
    ),
    in_pain(
        "formula_that_runs",
        "=cmd|' /C calc'!A0",
        'data/trial/trial.csv, row 4, column "pain_4": "=cmd|\' /C calc\'!A0" is not a number: it is a formula. Allowed: 0 to 100 mm (Visual analogue scale for pain). Replace it with its result.',
    ),
    in_pain(
        "typographic_minus",
        "−5",
        'data/trial/trial.csv, row 4, column "pain_4": "−5" is not a number: its minus sign is a dash. Allowed: 0 to 100 mm (Visual analogue scale for pain). Retype it with the minus key.',
    ),
    in_pain(
        "thousands",
        "1 200",
        'data/trial/trial.csv, row 4, column "pain_4": "1 200" is not a number: it has a thousands separator. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the digits without separators.',
    ),
    in_pain(
        "thousands_apostrophe",
        "1'200",
        'data/trial/trial.csv, row 4, column "pain_4": "1\'200" is not a number: it has a thousands separator. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write the digits without separators.',
    ),
    in_pain(
        "infinite",
        "inf",
        'data/trial/trial.csv, row 4, column "pain_4": "inf" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "not_a_number_word",
        "NaN",
        'data/trial/trial.csv, row 4, column "pain_4": "NaN" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "too_large_for_a_number",
        "1e999",
        'data/trial/trial.csv, row 4, column "pain_4": "1e999" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "hexadecimal",
        "0x2A",
        'data/trial/trial.csv, row 4, column "pain_4": "0x2A" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "underscore",
        "4_1",
        'data/trial/trial.csv, row 4, column "pain_4": "4_1" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "arabic_digits",
        "٤١",
        'data/trial/trial.csv, row 4, column "pain_4": "٤١" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "full_width_digits",
        "４１",
        'data/trial/trial.csv, row 4, column "pain_4": "４１" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "two_points",
        "4.1.2",
        'data/trial/trial.csv, row 4, column "pain_4": "4.1.2" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "true_for_a_number",
        "TRUE",
        'data/trial/trial.csv, row 4, column "pain_4": "TRUE" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "score_became_date",
        "2024-10-07",
        'data/trial/trial.csv, row 4, column "pain_4": "2024-10-07" is not a number: it is a date. Allowed: 0 to 100 mm (Visual analogue scale for pain). If Excel converted a score to a date, retype the score as text.',
    ),
    in_pain(
        "score_became_date_time",
        "2024-10-07 00:00:00",
        'data/trial/trial.csv, row 4, column "pain_4": "2024-10-07 00:00:00" is not a number: it is a date. Allowed: 0 to 100 mm (Visual analogue scale for pain). If Excel converted a score to a date, retype the score as text.',
    ),
    in_pain(
        "very_long_text",
        "x" * 300,
        'data/trial/trial.csv, row 4, column "pain_4": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "markup",
        "<b>41</b>",
        'data/trial/trial.csv, row 4, column "pain_4": "<b>41</b>" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "line_break_in_cell",
        "41\n42",
        f'{DATA}, row 4, column "pain_4": "41 42" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). '
        "Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "
        f'"missing" in {COHORT}.',
    ),
    in_pain(
        "escape_sequence",
        "\x1b[2J41",
        f'{DATA}, row 4, column "pain_4": "?[2J41" contains an invisible character (U+001B). Retype the cell.',
        f'{DATA}, row 4, column "pain_4": "?[2J41" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). '
        "Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "
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
        'data/trial/trial.csv, row 4, column "pain_4": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "code_minus_9",
        "-9",
        'data/trial/trial.csv, row 4, column "pain_4": "-9" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if -9 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "code_with_decimals",
        "999.0",
        'data/trial/trial.csv, row 4, column "pain_4": "999.0" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999.0 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
    ),
    in_pain(
        "date_as_number",
        "45337",
        'data/trial/trial.csv, row 4, column "pain_4": "45337" is outside the instrument\'s range and may be a date (2024-02-15) that Excel stores as a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Format the cell as text, then retype the score.',
    ),
    bad(
        "code_in_a_whole_visit",
        column("pain_12", "999"),
        'data/trial/trial.csv, row 2, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 3, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 4, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 6, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 7, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 9, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 10, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 11, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 12, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 13, column "pain_12": "999" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell; if 999 means "not measured", add it to "missing" in config/cohorts/trial.yaml.',
        warnings=(
            'data/trial/trial.csv, column "pain_12": all 10 values of pain at week_12 are 999. Check whether the column was filled down by mistake.',
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
        'data/trial/trial.csv, column "pain_0 + pain_4 + pain_12": 33 of 33 values of pain are outside the instrument\'s range (they are between 27 and 73), so they are in another unit or from another instrument. Allowed: 0 to 10 cm (Visual analogue scale for pain). Give the "unit" used in the file, or the right "instrument", for "pain" in config/cohorts/trial.yaml.',
        warnings=(
            'data/trial/trial.csv, column "pain_0 + pain_4 + pain_12": 100% of the values of pain are multiples of 1 cm, but the instrument is read to 0.1. Check whether they were rounded; rounding hides small changes.',
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
        'data/trial/trial.csv, row 2, column "flexion_12": "6.4" is not a number: it has a decimal point in a file with decimal commas. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Write a decimal comma.',
    ),
    bad(
        "value_not_number_long",
        cells({(4, "pain"): "lost"}),
        'data/trial/trial.csv, row 4, column "pain": "lost" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
        shape="long",
    ),
    bad(
        "value_not_number_tall",
        cells({(2, "AVAL"): "low"}, ADQS),
        'data/trial/adqs.csv, row 2, column "AVAL": "low" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
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
        'data/trial/trial.csv, row 3, column "tug": "9,51" is not a number: it has a decimal comma. Allowed: 0 or more s (Timed Up and Go). Write a decimal point, or set decimal: \',\' if the whole file uses commas.',
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
        'data/trial/trial.csv, column "flexion_0 + flexion_4 + flexion_12": flexion has no values. Correct the columns of "flexion" in config/cohorts/trial.yaml, or remove the outcome.',
    ),
    bad(
        "outcome_empty_tall",
        cohort("in_file: MMST", "in_file: SCHOBER"),
        'data/trial/adqs.csv, column "SCHOBER": flexion has no values. Correct the columns of "flexion" in config/cohorts/trial.yaml, or remove the outcome.',
        shape="tall",
    ),
    bad(
        "outcome_empty_repeat",
        column("tug", ""),
        'data/trial/trial.csv, column "tug": tug has no values. Correct the columns of "tug" in config/cohorts/trial.yaml, or remove the outcome.',
        shape="redcap",
    ),
]


HIDDEN = [
    bad(
        "hidden_character_zero_width",
        cells({(3, "group"): "RW\u200b"}),
        'data/trial/trial.csv, row 3, column "group": "RW?" contains an invisible character (U+200B). Retype the cell.',
        'data/trial/trial.csv, row 3, column "group": "RW?" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
    bad(
        "hidden_character_control",
        cells({(3, "pain_0"): "62\x07"}),
        'data/trial/trial.csv, row 3, column "pain_0": "62?" contains an invisible character (U+0007). Retype the cell.',
        'data/trial/trial.csv, row 3, column "pain_0": "62?" is not a number. Allowed: 0 to 100 mm (Visual analogue scale for pain). Write a plain number with a decimal point, leave the cell empty if nothing was measured, or add the text to "missing" in config/cohorts/trial.yaml.',
    ),
    bad(
        "hidden_character_nul",
        cells({(3, "pain_0"): "62\x00"}),
        'data/trial/trial.csv, row 3: the file contains zero bytes (NUL), so it is damaged or is not a text file. Open it in the program it comes from and save it as "CSV UTF-8".',
    ),
    bad(
        "hidden_character_direction",
        cells({(3, "id"): "P\u202e02"}),
        'data/trial/trial.csv, row 3, column "id": "P?02" contains an invisible character (U+202E). Retype the cell.',
    ),
    bad(
        "hidden_character_byte_order_mark",
        cells({(3, "id"): "\ufeffP02"}),
        'data/trial/trial.csv, row 3, column "id": "?P02" contains an invisible character (U+FEFF). Retype the cell.',
    ),
    bad(
        "hidden_character_in_visit",
        cells({(3, "week"): "4\u200b"}),
        'data/trial/trial.csv, row 3, column "week": "4?" contains an invisible character (U+200B). Retype the cell.',
        'data/trial/trial.csv, row 3, column "week": "4?" is not a visit (did you mean "4"?). Allowed: "0", "4", "12". Correct the cell or, in config/cohorts/trial.yaml, add the visit to "visits" or exclude its rows with "only".',
        shape="long",
    ),
    bad(
        "no_break_space_inside",
        cells({(3, "group"): "R\u00a0W"}),
        'data/trial/trial.csv, row 3, column "group": "R\xa0W" is not an arm (did you mean "RW"?). Allowed: "RW", "CE". Correct the cell, or add the label to "arms" in config/cohorts/trial.yaml.',
    ),
]


SIDES = [
    bad(
        "side_unknown",
        cells({(2, "leg"): "l"}),
        'data/trial/trial.csv, row 2, column "leg": "l" is neither left nor right. Allowed: "left", "right". Correct the cell.',
        warnings=(
            'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limb_rows",
    ),
    bad(
        "side_unknown_both",
        cells({(2, "leg"): "both"}),
        'data/trial/trial.csv, row 2, column "leg": "both" is neither left nor right. Allowed: "left", "right". Correct the cell.',
        warnings=(
            'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limb_rows",
    ),
    bad(
        "side_blank",
        cells({(2, "leg"): ""}),
        'data/trial/trial.csv, row 2, column "leg": the side is empty. Allowed: "left", "right". Correct the cell.',
        warnings=(
            'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limb_rows",
    ),
    bad(
        "side_unknown_index",
        cells({(2, "affected"): "links"}),
        'data/trial/trial.csv, row 2, column "affected": "links" is neither left nor right. Allowed: "L", "R". Correct the cell.',
        warnings=(
            'data/trial/trial.csv, row 2, column "sls_left1_0": "18.2" participant "P01" has no stance at baseline: the index side was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 2, column "sls_left1_12": "23.8" participant "P01" has no stance at week_12: the index side was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 2, column "sls_left1_4": "21.8" participant "P01" has no stance at week_4: the index side was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limbs",
    ),
    bad(
        "index_side_blank",
        cells({(2, "affected"): ""}),
        'data/trial/trial.csv, row 2, column "affected": the index side of participant "P01" is missing, so measurements of that side cannot be used. Allowed: "L", "R". Fill in the side.',
        warnings=(
            'data/trial/trial.csv, row 2, column "sls_left1_0": "18.2" participant "P01" has no stance at baseline: the index side was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 2, column "sls_left1_12": "23.8" participant "P01" has no stance at week_12: the index side was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 2, column "sls_left1_4": "21.8" participant "P01" has no stance at week_4: the index side was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limbs",
    ),
]


DATES = [
    bad(
        "visit_before_baseline",
        cells({(2, "date_4"): "2023-02-12"}),
        'data/trial/trial.csv, row 2, column "date_4": "2023-02-12" visit week_4 of participant "P01" is dated before baseline (2024-01-15). Correct the date, or the visit if two rows were swapped.',
    ),
    bad(
        "visit_before_baseline_long",
        cells({(3, "date"): "2023-02-12"}),
        'data/trial/trial.csv, row 3, column "date": "2023-02-12" visit week_4 of participant "P01" is dated before baseline (2024-01-15). Correct the date, or the visit if two rows were swapped.',
        shape="long",
    ),
    bad(
        "date_unreadable_impossible",
        cells({(2, "date_4"): "2024-02-30"}),
        'data/trial/trial.csv, row 2, column "date_4": "2024-02-30" is a date that does not exist. Allowed: dates such as 2024-03-14. Write the date in the format 2024-03-14.',
    ),
    bad(
        "date_unreadable_impossible_month",
        cells({(2, "date_4"): "2024-13-02"}),
        'data/trial/trial.csv, row 2, column "date_4": "2024-13-02" is a date that does not exist. Allowed: dates such as 2024-03-14. Write the date in the format 2024-03-14.',
    ),
    bad(
        "date_unreadable_year_zero",
        cells({(2, "date_4"): "0000-02-12"}),
        'data/trial/trial.csv, row 2, column "date_4": "0000-02-12" is a date that does not exist. Allowed: dates such as 2024-03-14. Write the date in the format 2024-03-14.',
    ),
    bad(
        "date_unreadable_ambiguous",
        cells({(2, "date_4"): "03/04/2024"}),
        'data/trial/trial.csv, row 2, column "date_4": "03/04/2024" is ambiguous: the day or the month may come first. Allowed: dates such as 2024-03-14. State the order with "date_order" in the cohort file (day_first or month_first).',
    ),
    bad(
        "date_unreadable_two_digit_year",
        cells({(2, "date_4"): "12.02.24"}),
        'data/trial/trial.csv, row 2, column "date_4": "12.02.24" is not a date. Allowed: dates such as 2024-03-14. Write the date in the format 2024-03-14.',
    ),
    bad(
        "date_unreadable_a_word",
        cells({(2, "date_4"): "spring"}),
        'data/trial/trial.csv, row 2, column "date_4": "spring" is not a date. Allowed: dates such as 2024-03-14. Write the date in the format 2024-03-14.',
    ),
    bad(
        "date_unreadable_a_score",
        cells({(2, "date_4"): "41"}),
        'data/trial/trial.csv, row 2, column "date_4": "41" is not a date. Allowed: dates such as 2024-03-14. Write the date in the format 2024-03-14.',
    ),
    bad(
        "date_unreadable_wrong_order",
        both(key("date_order: month_first"), cells({(2, "date_4"): "25/02/2024"})),
        'data/trial/trial.csv, row 2, column "date_4": "25/02/2024" is a date that does not exist. Allowed: dates such as 2024-03-14. Write the date in the format 2024-03-14.',
    ),
]

OF_VALUES = [*VALUES, *HIDDEN, *SIDES, *DATES]
