"""Data with doubts: they stop nothing and are told as warnings."""

from tests.bad_input.case import ADSL, DATA, both, cells, cohort, column, copied, doubtful, key, text

OTHER = "ab" * 32
AGAIN = "data/again/again.csv"


def without_week(value: str) -> str:
    """Return nothing, whatever a cell holds."""
    return ""


def tens(value: str) -> str:
    """Return a score rounded to ten."""
    return f"{round(int(value), -1)}"


def another_cohort(project):
    """Add a copy of the trial under another name, with its own data file."""
    copied("config/cohorts/trial.yaml", "config/cohorts/again.yaml")(project)
    copied(DATA, AGAIN)(project)
    text(DATA, AGAIN, "config/cohorts/again.yaml")(project)
    text("  - trial\n", "  - trial\n  - again\n", "config/config.yaml")(project)


def practice(project):
    """Call both cohorts simulated."""
    for name in ("trial", "again"):
        text("provenance: individual", "provenance: synthetic", f"config/cohorts/{name}.yaml")(project)


def one_person_elsewhere(project):
    """Add a cohort of which one participant is in the trial, the others with other scores."""
    another_cohort(project)
    for week in (0, 4, 12):
        column(f"pain_{week}", lambda value: value if value in ("55", "41", "33") else f"{int(value) + 2}", AGAIN)(
            project
        )


DOUBTS = [
    doubtful(
        "constant_column",
        column("pain_4", "41"),
        'data/trial/trial.csv, column "pain_4": all 11 values of pain at week_4 are 41. Check whether the column was filled down by mistake.',
    ),
    doubtful(
        "constant_column_long",
        column("flexion", "5.5"),
        'data/trial/trial.csv, column "flexion": all 12 values of flexion at baseline are 5.5. Check whether the column was filled down by mistake.',
        'data/trial/trial.csv, column "flexion": all 11 values of flexion at week_4 are 5.5. Check whether the column was filled down by mistake.',
        'data/trial/trial.csv, column "flexion": all 10 values of flexion at week_12 are 5.5. Check whether the column was filled down by mistake.',
        shape="long",
    ),
    doubtful(
        "constant_covariate",
        column("clinic", "Leeds"),
        'data/trial/trial.csv, column "clinic": clinic is "Leeds" in all 12 participants. Check whether the column was filled down by mistake, or remove it from config/cohorts/trial.yaml.',
    ),
    doubtful(
        "constant_covariate_in_table",
        column("SITE", "Leeds", ADSL),
        'data/trial/adsl.csv, column "SITE": clinic is "Leeds" in all 12 participants. Check whether the column was filled down by mistake, or remove it from config/cohorts/trial.yaml.',
        shape="tall",
    ),
    doubtful(
        "baseline_absent",
        column("flexion_0", without_week),
        'data/trial/trial.csv, column "flexion_4 + flexion_12": flexion has no baseline value for any participant. If it was measured, give its column for "baseline" in config/cohorts/trial.yaml.',
    ),
    doubtful(
        "baseline_missing",
        cells({(4, "pain_0"): ""}),
        'data/trial/trial.csv, row 4, column "pain_4": "44" participant "P03" has a later value of pain but no baseline value. Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.',
    ),
    doubtful(
        "baseline_missing_code",
        cells({(4, "pain_0"): "-99"}),
        'data/trial/trial.csv, row 4, column "pain_4": "44" participant "P03" has a later value of pain but no baseline value. Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.',
    ),
    doubtful(
        "baseline_missing_long",
        cells({(2, "pain"): ""}),
        'data/trial/trial.csv, row 3, column "pain": "41" participant "P01" has a later value of pain but no baseline value. Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.',
        shape="long",
    ),
    doubtful(
        "baseline_missing_mixed",
        cells({(2, "pain_entry"): "", (3, "pain_entry"): ""}),
        'data/trial/trial.csv, row 2, column "pain": "41" participant "P01" has a later value of pain but no baseline value. Fill in the baseline value if it was measured; the analysis states how it handles missing baselines.',
        shape="mixed",
    ),
    doubtful(
        "rounded_to_tens",
        both(*(column(f"pain_{week}", tens) for week in (0, 4, 12))),
        'data/trial/trial.csv, column "pain_0 + pain_4 + pain_12": 100% of the values of pain are multiples of 10 mm, but the instrument is read to 1. Check whether they were rounded; rounding hides small changes.',
    ),
    doubtful(
        "rounded_to_whole",
        both(*(column(f"flexion_{w}", lambda v: v[0]) for w in (0, 4, 12))),
        'data/trial/trial.csv, column "flexion_0 + flexion_4 + flexion_12": 100% of the values of flexion are multiples of 1 cm, but the instrument is read to 0.1. Check whether they were rounded; rounding hides small changes.',
    ),
    doubtful(
        "unit_doubtful",
        both(*(column(f"pain_{week}", lambda value: f"{int(value) / 10}") for week in (0, 4, 12))),
        'data/trial/trial.csv, column "pain_0 + pain_4 + pain_12": every value of pain is between 2.7 and 7.3, but the instrument\'s maximum is 100 mm. If the file uses another unit, set "unit" of "pain" in config/cohorts/trial.yaml.',
    ),
    doubtful(
        "unit_differs",
        column("pain_12", lambda value: f"{int(value) / 10}"),
        'data/trial/trial.csv, column "pain_12": the values of pain at week_12 are between 2.7 and 6.1, but the medians of the other visits are 47 or more. Check whether this visit was recorded in another unit (cm instead of mm); an outcome has one unit per file.',
    ),
    doubtful(
        "zeros_for_missing",
        both(*(cells({(row, "flexion_12"): "0", (row, "pain_12"): ""}) for row in (2, 3, 4, 6))),
        'data/trial/trial.csv, column "flexion_0 + flexion_4 + flexion_12": flexion is 0 at 4 of the 4 visits at which pain is missing, and at 0% of the others; these zeros may be missing values. If they are, add "missing_with: pain" to "flexion" in config/cohorts/trial.yaml.',
    ),
    doubtful(
        "file_changed",
        key(f"sha256: {OTHER}"),
        "data/trial/trial.csv: the file has changed since it was received: its checksum differs. If it was corrected on purpose, write 036154274e69b4f4d22c10aa2929ad11ca98ad31020fdc2d1793195a7e06a307 after sha256: in config/cohorts/trial.yaml, and record what was changed and why.",
    ),
    doubtful(
        "file_changed_in_table",
        cohort("{file: data/trial/adsl.csv}", f"{{file: data/trial/adsl.csv, sha256: {OTHER}}}"),
        "data/trial/adsl.csv: the file has changed since it was received: its checksum differs. If it was corrected on purpose, write 9ddf113c0337e6d43bfaa5c8fd8fccb47a19519e6d768bddd33c12368efc4ce5 after sha256: in config/cohorts/trial.yaml, and record what was changed and why.",
        shape="tall",
    ),
    doubtful(
        "value_after_withdrawal",
        cells({(5, "pain_4"): "48"}),
        'data/trial/trial.csv, row 5, column "pain_4": "48" participant "P04" has a value after the visit given as the last one attended. Correct the value or "last"; the value is used unchanged.',
    ),
    doubtful(
        "value_after_withdrawal_long",
        cells({(3, "last"): "0"}),
        'data/trial/trial.csv, row 3, column "flexion": "5.9" participant "P01" has a value after the visit given as the last one attended. Correct the value or "last"; the value is used unchanged.',
        'data/trial/trial.csv, row 3, column "pain": "41" participant "P01" has a value after the visit given as the last one attended. Correct the value or "last"; the value is used unchanged.',
        'data/trial/trial.csv, row 4, column "flexion": "6.4" participant "P01" has a value after the visit given as the last one attended. Correct the value or "last"; the value is used unchanged.',
        'data/trial/trial.csv, row 4, column "pain": "33" participant "P01" has a value after the visit given as the last one attended. Correct the value or "last"; the value is used unchanged.',
        shape="long",
    ),
    doubtful(
        "visits_out_of_order",
        cells({(2, "date_12"): "2024-02-01"}),
        'data/trial/trial.csv, row 2, column "date_12": "2024-02-01" visit week_12 of participant "P01" is dated before visit week_4 in row 2. Correct the date, or the visit if two rows were swapped. The dates are not used in any analysis.',
    ),
    doubtful(
        "visits_out_of_order_long",
        cells({(4, "date"): "2024-02-01"}),
        'data/trial/trial.csv, row 4, column "date": "2024-02-01" visit week_12 of participant "P01" is dated before visit week_4 in row 3. Correct the date, or the visit if two rows were swapped. The dates are not used in any analysis.',
        shape="long",
    ),
    doubtful(
        "limb_missing_index",
        cells({(2, "sls_left1_4"): "", (2, "sls_left2_4"): ""}),
        'data/trial/trial.csv, row 2, column "sls_right1_4": "20.4" participant "P01" has no stance at week_4: the index side was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        shape="limbs",
    ),
    doubtful(
        "limb_missing_worse",
        cells({(3, "stance"): ""}),
        'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 4, column "stance": "21.8" participant "P01" has no stance at week_4: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        'data/trial/trial.csv, row 6, column "stance": "23.8" participant "P01" has no stance at week_12: the limb that was worse at baseline was not measured or is unknown. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        shape="limb_rows",
    ),
    doubtful(
        "limb_missing_mean",
        both(cohort("limbs: worse", "limbs: mean"), cells({(3, "stance"): ""})),
        'data/trial/trial.csv, row 2, column "stance": "18.2" participant "P01" has no stance at baseline: the other limb was not measured. Fill in the value, or choose another rule for "limbs" in config/cohorts/trial.yaml.',
        shape="limb_rows",
    ),
    doubtful(
        "participant_elsewhere",
        one_person_elsewhere,
        'data/trial/trial.csv, column "id": "P01" participant "P01" has the same values as participant "P01" of "again". Check whether the same person is in both cohorts, and keep one of the two.',
    ),
    doubtful(
        "cohort_copy_of_practice_data",
        both(another_cohort, practice),
        'data/trial/trial.csv: 11 of 11 participants have exactly the same values as participants of "again". Remove one of the two cohorts from config/config.yaml; otherwise their participants would be counted twice.',
    ),
]
