"""Faults of config.yaml and instruments.yaml, and cohorts that are copies of each other."""

from tests.bad_input.case import CONFIG, DATA, added, bad, both, config, removed, stopped, text, turned, written
from tests.bad_input.doubts import AGAIN, another_cohort

INSTRUMENTS = "config/instruments.yaml"
#: What reads the whole plan before it does anything.
PLAN = ("synthetic",)


def listed_as(*names: str):
    """Put names into the list of cohorts."""
    return config("  - trial\n", "".join(f"  - {name}\n" for name in names))


PLANS = [
    stopped(
        "instruments_missing",
        removed(INSTRUMENTS),
        "config/instruments.yaml: the file does not exist. Create it, or run from the folder that contains config/ and data/.",
    ),
    stopped(
        "instruments_empty",
        written("", INSTRUMENTS),
        "config/instruments.yaml: the file is empty. config/README.md explains every key.",
    ),
    stopped(
        "instruments_a_list",
        written("- vas_pain\n", INSTRUMENTS),
        "config/instruments.yaml: a list is not a mapping of keys to values. Write each key with a colon and its value.",
    ),
    stopped(
        "instrument_without_label",
        text("  label: Visual analogue scale for pain\n", "", INSTRUMENTS),
        'config/instruments.yaml, "vas_pain": the key "label" is missing. Add it.',
        call=PLAN,
    ),
    stopped(
        "instrument_better_unknown",
        text(
            "  better: lower\n  resolution: 1\n  important_change:\n    - {condition: low back pain, value: 15",
            "  better: less\n  resolution: 1\n  important_change:\n    - {condition: low back pain, value: 15",
            INSTRUMENTS,
        ),
        'config/instruments.yaml, "vas_pain", "better": "less" is not allowed. Allowed: "lower", "higher", "neither".',
        call=PLAN,
    ),
    stopped(
        "instrument_resolution_zero",
        added(
            "mood: {label: Mood, domain: pain, unit: points, low: 0, high: 10, better: lower, resolution: 0}\n",
            INSTRUMENTS,
        ),
        'config/instruments.yaml, "mood", "resolution": "0" is out of range. Allowed: more than 0.',
        call=PLAN,
    ),
    stopped(
        "instrument_limits_swapped",
        text("  low: -40\n  high: 60\n", "  low: 60\n  high: -40\n", INSTRUMENTS),
        f'{INSTRUMENTS}, "sit_and_reach": "low" (60) is not less than "high" (-40). Correct them.',
        call=PLAN,
    ),
    stopped(
        "check_instrument_without_label",
        text("  label: Visual analogue scale for pain\n", "", INSTRUMENTS),
        f'{INSTRUMENTS}, "vas_pain": the key "label" is missing. Add it.',
    ),
    stopped(
        "check_instrument_resolution_zero",
        text("resolution: 0.5", "resolution: 0", INSTRUMENTS),
        f'{INSTRUMENTS}, "sit_and_reach", "resolution": "0" is out of range. Allowed: more than 0.',
    ),
    stopped(
        "instrument_twice",
        added("rmdq: {label: Roland}\n", INSTRUMENTS),
        'config/instruments.yaml, line 100: this cannot be read as YAML (found duplicate key "rmdq"). Keep one of the two.',
    ),
    stopped(
        "config_missing",
        removed(CONFIG),
        "config/config.yaml: the file does not exist. Create it, or run from the folder that contains config/ and data/.",
        call=PLAN,
    ),
    stopped(
        "config_empty",
        written("", CONFIG),
        "config/config.yaml: the file is empty. config/README.md explains every key.",
        call=PLAN,
    ),
    stopped(
        "config_a_list",
        written("- trial\n", CONFIG),
        "config/config.yaml: a list is not a mapping of keys to values. Write each key with a colon and its value.",
        call=PLAN,
    ),
    stopped(
        "config_not_yaml",
        config("cohorts:\n", "cohorts: [\n"),
        "config/config.yaml, line 2: this cannot be read as YAML (expected the node content, but found '-'). Check the colons, quotation marks and indentation of this line and the one above.",
        call=PLAN,
    ),
    stopped(
        "cohort_upward_listed",
        listed_as("trial", "../x"),
        'config/config.yaml, "cohorts", item 2: "../x" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".',
        call=PLAN,
    ),
    stopped(
        "cohort_in_capitals_listed",
        listed_as("trial", "Trial2"),
        'config/config.yaml, "cohorts", item 2: "Trial2" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".',
        call=PLAN,
    ),
    stopped(
        "cohort_listed_twice",
        listed_as("trial", "trial"),
        'config/config.yaml, "cohorts": "trial" is listed twice. Keep one.',
        call=PLAN,
    ),
    stopped(
        "cohort_listed_without_file",
        listed_as("trial", "trail"),
        'config/config.yaml, "cohorts": there is no file config/cohorts/trail.yaml for "trail" (did you mean "trial"?). Correct the name or add the file. Files in that folder: "trial.yaml".',
        call=PLAN,
    ),
    stopped(
        "cohorts_a_text",
        config("cohorts:\n  - trial\n", "cohorts: trial\n"),
        'config/config.yaml, "cohorts": "trial" is not a list.',
        call=PLAN,
    ),
    stopped(
        "cohorts_none",
        config("cohorts:\n  - trial\n", "cohorts: []\n"),
        'config/config.yaml, "cohorts": at least 1 must be given, but there are 0.',
        call=PLAN,
    ),
    stopped(
        "cohorts_a_mapping",
        config("cohorts:\n  - trial\n", "cohorts: {trial: yes}\n"),
        'config/config.yaml, "cohorts": a mapping of keys to values is not a list.',
        call=PLAN,
    ),
    stopped(
        "config_key_misspelt",
        config("alpha: 0.05", "alfa: 0.05"),
        'config/config.yaml: "alfa" is not an allowed key (did you mean "alpha"?). Allowed: "cohorts", "published", "primary_estimator", "alpha", "multiplicity", "seed", "permutations", "imputations", "show_ids", "baseline_smd", "figures".',
        'config/config.yaml: the key "alpha" is missing. Add it.',
        call=PLAN,
    ),
    stopped(
        "cohort_called_as_a_set_of_studies",
        listed_as("trial", "synthetic"),
        'config/config.yaml, "cohorts": a cohort cannot be named "synthetic", because that is the name of a set of trials. Rename it.',
        call=PLAN,
    ),
    stopped(
        "alpha_five",
        config("alpha: 0.05", "alpha: 5"),
        'config/config.yaml, "alpha": "5" is out of range. Allowed: less than 0.5.',
        call=PLAN,
    ),
    stopped(
        "estimator_unknown",
        config("primary_estimator: mmrm", "primary_estimator: mixed"),
        'config/config.yaml, "primary_estimator": "mixed" is not allowed. Allowed: "ancova", "mmrm", "clda".',
        call=PLAN,
    ),
    stopped(
        "published_missing",
        added("published: data/published/evidence.csv\n", CONFIG),
        'config/config.yaml, "published": there is no file data/published/evidence.csv. Correct the path or remove the key.',
        call=PLAN,
    ),
    stopped(
        "seed_a_text",
        config("seed: 1", "seed: one"),
        'config/config.yaml, "seed": "one" is not a whole number. Write it as a plain number: a decimal point, no comma, no unit, no quotes.',
        call=PLAN,
    ),
    stopped(
        "same_file_in_two_cohorts",
        both(another_cohort, text(AGAIN, DATA, "config/cohorts/again.yaml")),
        'config/cohorts/again.yaml, "file": data/trial/trial.csv is also the file of cohort "trial", so its participants would be counted twice. Remove one of the two from config/config.yaml, or give a "sheet" in both.',
        call=PLAN,
    ),
    bad(
        "cohort_copy",
        another_cohort,
        'data/trial/trial.csv: 11 of 11 participants have exactly the same values as participants of "again". Remove one of the two cohorts from config/config.yaml; otherwise their participants would be counted twice.',
    ),
    bad(
        "cohort_copy_under_other_names",
        both(another_cohort, turned(lambda content: content.replace(b"\nP", b"\nQ"), AGAIN)),
        'data/trial/trial.csv: 10 of 11 participants have exactly the same values as participants of "again". Remove one of the two cohorts from config/config.yaml; otherwise their participants would be counted twice.',
    ),
]
