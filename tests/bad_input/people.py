"""Faults of who took part, in which arm, with which covariates, and who withdrew: each stops the cohort."""

from tests.bad_input.case import ADQS, ADSL, added, bad, both, cells, cohort, column

PEOPLE = [
    bad(
        "participant_blank",
        cells({(3, "id"): ""}),
        'data/trial/trial.csv, row 3, column "id": a row with data has no participant. Fill in the participant, clear the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
    ),
    bad(
        "participant_blank_spaces",
        cells({(3, "id"): "   "}),
        'data/trial/trial.csv, row 3, column "id": a row with data has no participant. Fill in the participant, clear the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
    ),
    bad(
        "participant_blank_missing_code",
        cells({(3, "id"): "n/a"}),
        'data/trial/trial.csv, row 3, column "id": a row with data has no participant. Fill in the participant, clear the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
    ),
    bad(
        "participant_twice",
        cells({(3, "id"): "P01"}),
        'data/trial/trial.csv, row 3, column "id": "P01" is already in row 2. Allowed: one row per participant. Remove one of the two rows, or correct the participant or visit.',
    ),
    bad(
        "participant_three_times",
        cells({(3, "id"): "P01", (4, "id"): "P01"}),
        'data/trial/trial.csv, row 3, column "id": "P01" is already in row 2. Allowed: one row per participant. Remove one of the two rows, or correct the participant or visit.',
        'data/trial/trial.csv, row 4, column "id": "P01" is already in row 2. Allowed: one row per participant. Remove one of the two rows, or correct the participant or visit.',
    ),
    bad(
        "row_pasted_twice",
        added("P12,CE,68,2,York,66,63,54,4.6,4.8,5.3,2024-02-14,2024-03-13,2024-05-08,,\n"),
        'data/trial/trial.csv, row 14, column "id": "P12" is already in row 13. Allowed: one row per participant. Remove one of the two rows, or correct the participant or visit.',
    ),
    bad(
        "participant_alike_capitals",
        cells({(3, "id"): "p01"}),
        'data/trial/trial.csv, row 3, column "id": "p01" participant "p01" differs from "P01" in row 2 only in capitals or spaces. Use one spelling if this is one person, or two clearly different names if they are two people.',
    ),
    bad(
        "participant_alike_spaces",
        cells({(3, "id"): "P 01"}),
        'data/trial/trial.csv, row 3, column "id": "P 01" participant "P 01" differs from "P01" in row 2 only in capitals or spaces. Use one spelling if this is one person, or two clearly different names if they are two people.',
    ),
    bad(
        "participant_alike_long",
        cells({(4, "id"): "p01"}),
        'data/trial/trial.csv, row 4, column "id": "p01" participant "p01" differs from "P01" in row 2 only in capitals or spaces. Use one spelling if this is one person, or two clearly different names if they are two people.',
        warnings=(
            'data/trial/trial.csv, row 4, column "flexion": "6.4" participant "p01" has a later value of flexion but no baseline value. Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.',
            'data/trial/trial.csv, row 4, column "pain": "33" participant "p01" has a later value of pain but no baseline value. Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.',
        ),
        shape="long",
    ),
    bad(
        "summary_row",
        added("Mean,,59.5,,,57.9,48.7,42.1,5.1,5.6,6.0,,,,,\n"),
        'data/trial/trial.csv, row 14, column "id": "Mean" is not a participant: the row looks like a summary or a note below the data. Remove the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
    ),
    bad(
        "summary_rows",
        added("n,,12,,,12,11,10,12,11,10,,,,,\nSD,,6.8,,,9,11,10,0.5,0.6,0.7,,,,,\n"),
        'data/trial/trial.csv, row 14, column "id": "n" is not a participant: the row looks like a summary or a note below the data. Remove the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 15, column "id": "SD" is not a participant: the row looks like a summary or a note below the data. Remove the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
    ),
    bad(
        "note_below_the_data",
        added("Note:,,,,,,,,,,,,,,,\n"),
        'data/trial/trial.csv, row 14, column "id": "Note:" is not a participant: the row looks like a summary or a note below the data. Remove the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
    ),
    bad(
        "total_in_capitals",
        added("TOTAL,,,,,695,536,421,61,61.0,58.9,,,,,\n"),
        'data/trial/trial.csv, row 14, column "flexion_0": "61" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "flexion_12": "58.9" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "flexion_4": "61.0" is outside the instrument\'s range. Allowed: 0 to 15 cm (Modified-modified Schober test, flexion). Correct the cell, or the unit of "flexion" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "id": "TOTAL" is not a participant: the row looks like a summary or a note below the data. Remove the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "pain_0": "695" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "pain_12": "421" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 14, column "pain_4": "536" is outside the instrument\'s range. Allowed: 0 to 100 mm (Visual analogue scale for pain). Correct the cell, or the unit of "pain" in config/cohorts/trial.yaml.',
    ),
    bad(
        "participant_visit_twice",
        cells({(3, "week"): "0"}),
        'data/trial/trial.csv, row 3, column "id + week": "P01 + 0" is already in row 2, with the same visit. Allowed: one row per participant and visit. Remove one of the two rows, or correct the participant or visit. If they are two limbs or repeated trials of one test, declare this with "side" or "repeat" in config/cohorts/trial.yaml. To use only some of the rows, add "only".',
        shape="long",
    ),
    bad(
        "participant_visit_twice_side",
        cells({(3, "leg"): "left"}),
        'data/trial/trial.csv, row 3, column "id + week + leg": "P01 + 0 + left" is already in row 2, with the same visit. Allowed: one row per participant and visit. Remove one of the two rows, or correct the participant or visit. If they are two limbs or repeated trials of one test, declare this with "side" or "repeat" in config/cohorts/trial.yaml. To use only some of the rows, add "only".',
        'data/trial/trial.csv, row 3, column "stance": "16.9" is a second value of stance, after "18.2" in row 2. State how to combine them with "trials" (or "limbs") under "stance" in config/cohorts/trial.yaml.',
        warnings=(
            'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
            'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        ),
        shape="limb_rows",
    ),
    bad(
        "participant_visit_twice_value",
        cells({(3, "PARAMCD"): "VAS"}, ADQS),
        'data/trial/adqs.csv, row 3, column "USUBJID + AVISIT + PARAMCD": "P01 + Week 0 + VAS" is already in row 2, with the same visit. Allowed: one row per participant and visit. Remove one of the two rows, or correct the participant or visit. If they are two limbs or repeated trials of one test, declare this with "side" or "repeat" in config/cohorts/trial.yaml. To use only some of the rows, add "only".',
        warnings=(
            'data/trial/adqs.csv, row 5, column "AVAL": "5.9" participant "P01" has a later value of flexion but no baseline value. Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.',
        ),
        shape="tall",
    ),
    bad(
        "participant_unknown",
        cells({(2, "USUBJID"): "P99"}, ADQS),
        'data/trial/adqs.csv, row 2, column "USUBJID": "P99" participant "P99" is not in the table of participants (data/trial/adsl.csv). Add the participant there, or correct the name.',
        warnings=(
            'data/trial/adqs.csv, row 4, column "AVAL": "41" participant "P01" has a later value of pain but no baseline value. Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.',
        ),
        shape="tall",
    ),
    bad(
        "participant_twice_in_table",
        cells({(3, "USUBJID"): "P01"}, ADSL),
        'data/trial/adsl.csv, row 3, column "USUBJID": "P01" is already in row 2. Allowed: one row per participant. Remove one of the two rows, or correct the participant.',
        'data/trial/adqs.csv, row 8, column "USUBJID": "P02" participant "P02" is not in the table of participants (data/trial/adsl.csv). Add the participant there, or correct the name.',
        shape="tall",
    ),
    bad(
        "participant_alike_across_tables",
        cells({(2, "USUBJID"): "p01"}, ADSL),
        'data/trial/adsl.csv, row 2, column "USUBJID": "p01" participant "p01" differs from "P01" in data/trial/adqs.csv, row 2 only in capitals or spaces. Use one spelling if this is one person, or two clearly different names if they are two people.',
        'data/trial/adqs.csv, row 2, column "USUBJID": "P01" participant "P01" is not in the table of participants (data/trial/adsl.csv). Add the participant there, or correct the name.',
        shape="tall",
    ),
    bad(
        "participant_blank_in_table",
        cells({(2, "USUBJID"): ""}, ADSL),
        'data/trial/adsl.csv, row 2, column "USUBJID": a row with data has no participant. Fill in the participant, clear the row, or add it to "skip_rows" in config/cohorts/trial.yaml.',
        'data/trial/adqs.csv, row 2, column "USUBJID": "P01" participant "P01" is not in the table of participants (data/trial/adsl.csv). Add the participant there, or correct the name.',
        shape="tall",
    ),
    bad(
        "formula_as_participant",
        cells({(3, "id"): "=A2+1", (4, "id"): "=A2+1"}),
        'data/trial/trial.csv, row 4, column "id": "=A2+1" is already in row 3. Allowed: one row per participant. Remove one of the two rows, or correct the participant or visit.',
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
        'data/trial/trial.csv, row 3, column "group": participant "P02" has no arm. Allowed: "RW", "CE". Fill in the arm in at least one row of the participant.',
    ),
    bad(
        "arm_blank_everywhere_long",
        column("group", lambda arm: "" if arm == "CE" else arm),
        'data/trial/trial.csv, column "group": the arm "CE" has 0 participants. Allowed: at least 2. Look for misspelt labels, or correct "arms" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 8, column "group": participant "P03" has no arm. Allowed: "RW", "CE". Fill in the arm in at least one row of the participant.',
        'data/trial/trial.csv, row 11, column "group": participant "P04" has no arm. Allowed: "RW", "CE". Fill in the arm in at least one row of the participant.',
        'data/trial/trial.csv, row 15, column "group": participant "P06" has no arm. Allowed: "RW", "CE". Fill in the arm in at least one row of the participant.',
        'data/trial/trial.csv, row 20, column "group": participant "P08" has no arm. Allowed: "RW", "CE". Fill in the arm in at least one row of the participant.',
        'data/trial/trial.csv, row 26, column "group": participant "P10" has no arm. Allowed: "RW", "CE". Fill in the arm in at least one row of the participant.',
        'data/trial/trial.csv, row 32, column "group": participant "P12" has no arm. Allowed: "RW", "CE". Fill in the arm in at least one row of the participant.',
        shape="long",
    ),
    bad(
        "arm_changes",
        cells({(3, "group"): "CE"}),
        'data/trial/trial.csv, row 3, column "group": "CE" differs from "RW" in row 2 of participant "P01". Allowed: one value per participant. Correct one of the two cells.',
        shape="long",
    ),
    bad(
        "arm_changes_back",
        cells({(2, "group"): "CE"}),
        'data/trial/trial.csv, row 3, column "group": "RW" differs from "CE" in row 2 of participant "P01". Allowed: one value per participant. Correct one of the two cells.',
        'data/trial/trial.csv, row 4, column "group": "RW" differs from "CE" in row 2 of participant "P01". Allowed: one value per participant. Correct one of the two cells.',
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
        'data/trial/adsl.csv, row 2, column "TRT01P": participant "P01" has no arm. Allowed: "RW", "CE". Fill in the arm in at least one row of the participant.',
        shape="tall",
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
        'data/trial/trial.csv, row 3, column "clinic": "7" is a number in a column of words. Allowed: a category. Correct the cell, or give "levels" of "clinic" in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_mixed_word",
        both(cohort("label: Age, unit: years", "label: Age"), cohort("[age]", "[]"), cells({(3, "age"): "old"})),
        'data/trial/trial.csv, row 3, column "age": "old" is not a number. Allowed: numbers such as 62 or 5.5. Correct the cell, or give "levels" of "age" in config/cohorts/trial.yaml.',
    ),
    bad(
        "covariate_kind",
        cohort("label: Age, unit: years", "label: Age"),
        'data/trial/trial.csv, column "age": the comparison adjusts for age, but its numbers may be codes for groups. In config/cohorts/trial.yaml, give "unit" if the numbers are measurements, or "levels" if they are codes.',
    ),
    bad(
        "covariate_changes",
        cells({(3, "age"): "62"}),
        'data/trial/trial.csv, row 3, column "age": "62" differs from "61" in row 2 of participant "P01". Allowed: one value per participant. Correct one of the two cells.',
        shape="long",
    ),
    bad(
        "covariate_level_in_table",
        cells({(2, "SEX"): "F"}, ADSL),
        'data/trial/adsl.csv, row 2, column "SEX": "F" is not a level of sex. Allowed: "1", "2". Correct the cell, or give "levels" of "sex" in config/cohorts/trial.yaml.',
        shape="tall",
    ),
]


WITHDRAWALS = [
    bad(
        "withdrawal_unknown",
        cells({(5, "last"): "basline"}),
        'data/trial/trial.csv, row 5, column "last": "basline" is not a visit (did you mean "Baseline"?). Allowed: "baseline", "Baseline", "week_4", "Week 4", "week_12", "Week 12". Give the last visit that the participant attended, or leave the cell empty.',
    ),
    bad(
        "withdrawal_yes",
        cells({(5, "last"): "yes"}),
        'data/trial/trial.csv, row 5, column "last": "yes" is not a visit. Allowed: "baseline", "Baseline", "week_4", "Week 4", "week_12", "Week 12". Give the last visit that the participant attended, or leave the cell empty.',
    ),
    bad(
        "withdrawal_a_date",
        cells({(5, "last"): "2024-02-01"}),
        'data/trial/trial.csv, row 5, column "last": "2024-02-01" is not a visit. Allowed: "baseline", "Baseline", "week_4", "Week 4", "week_12", "Week 12". Give the last visit that the participant attended, or leave the cell empty.',
    ),
    bad(
        "withdrawal_changes",
        cells({(2, "last"): "0", (3, "last"): "4"}),
        'data/trial/trial.csv, row 3, column "last": "4" differs from "0" in row 2 of participant "P01". Allowed: one value per participant. Correct one of the two cells.',
        warnings=(
            'data/trial/trial.csv, row 4, column "flexion": "6.4" participant "P01" has a value after the visit given as the last one attended. Correct the value or "last"; the value is used unchanged.',
            'data/trial/trial.csv, row 4, column "pain": "33" participant "P01" has a value after the visit given as the last one attended. Correct the value or "last"; the value is used unchanged.',
        ),
        shape="long",
    ),
]

OF_PEOPLE = [*PEOPLE, *ARMS, *COVARIATES, *WITHDRAWALS]
