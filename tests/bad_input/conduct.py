"""Faults and doubts of how a trial was conducted: adverse events, sessions, protocol, randomisation, clusters."""

from tests.bad_input.case import (
    ADSL,
    DATA,
    both,
    cells,
    cohort,
    column,
    doubtful,
    removed,
    text,
    told_in_cohort,
    written,
)
from tests.bad_input.case import bad as bad_case

EVENTS = "data/trial/trial_events.csv"
FILE = "config/cohorts/trial.yaml"
CORRECT_SERIOUS = f'Correct the cell, or "yes" and "no" of "serious" in {FILE}.'
NOS = '"no", "No", "NO", "n", "N", "0", "false", "False", "FALSE"'
WEEKS = "Write the weeks since baseline, or leave the cell empty if they are unknown."
SESSIONS = "Write the number of sessions, or leave the cell empty if it is unknown."
CLUSTERS = (
    "Participants who share a therapist or a site may be alike; the intervals are then too narrow. Add the column to "
    f'"covariates" and to "strata" or "adjust_for" in {FILE}, or report this as a limitation.'
)


def bad(name, spoil, *faults, **more):
    """Return a case of the trial with adverse events, sessions and dates of randomisation."""
    return bad_case(name, spoil, *faults, shape="conduct", **more)


def in_events(name, row, place, written_as, fault):
    """Return a case with one cell of the adverse events spoilt."""
    where = f'{EVENTS}, row {row}, column "{place}": '
    return bad(name, cells({(row, place): written_as}, EVENTS), f"{where}{fault}")


def in_key(name, old, new, *faults):
    """Return a case whose cohort file says something of how the trial was conducted that cannot be."""
    return told_in_cohort(name, cohort(old, new), *faults, shape="conduct")


CONDUCT = [
    in_events(
        "event_participant_unknown",
        3,
        "who",
        "P99",
        '"P99" is not a participant of this cohort (did you mean "P09"?). Write the participant as in the other files.',
    ),
    in_events(
        "event_participant_unknown_in_capitals",
        3,
        "who",
        "p01",
        '"p01" is not a participant of this cohort (did you mean "P01"?). Write the participant as in the other files.',
    ),
    in_events(
        "event_participant_unknown_blank",
        4,
        "who",
        "",
        "the event has no participant. Write the participant as in the other files.",
    ),
    in_events(
        "event_kind_blank",
        2,
        "what",
        "",
        "the event has no kind. Describe the event in a few standard words, such as headache, or remove the row.",
    ),
    in_events(
        "event_kind_blank_code",
        2,
        "what",
        "n/a",
        "the event has no kind. Describe the event in a few standard words, such as headache, or remove the row.",
    ),
    in_events(
        "event_none",
        2,
        "what",
        "None",
        '"None" means that nothing happened, but would be counted as an event. Allowed: one row per event. Add the row to '
        f'"skip_rows" of "events" in {FILE}, or remove it.',
    ),
    in_events(
        "event_week_wrong",
        3,
        "week",
        "three",
        f'"three" is not a number. Allowed: 0 or more weeks since baseline. {WEEKS}',
    ),
    in_events(
        "event_week_wrong_comma",
        3,
        "week",
        "2,5",
        '"2,5" is not a number: it has a decimal comma. Allowed: 0 or more weeks since baseline. Write a decimal point, or '
        "set decimal: ',' if the whole file uses commas.",
    ),
    in_events(
        "event_week_wrong_negative",
        3,
        "week",
        "-1",
        f'"-1" is before baseline. Allowed: 0 or more weeks since baseline. {WEEKS}',
    ),
    in_events(
        "event_serious_unknown",
        4,
        "sae",
        "maybe",
        f'"maybe" is neither yes nor no. Allowed: {NOS}, "yes". {CORRECT_SERIOUS}',
    ),
    in_events(
        "event_serious_unknown_in_capitals",
        4,
        "sae",
        "Yes",
        f'"Yes" is neither yes nor no (did you mean "yes"?). Allowed: {NOS}, "yes". {CORRECT_SERIOUS}',
    ),
    in_events(
        "event_hidden_character",
        3,
        "what",
        "fa\u200bll",
        '"fa?ll" contains an invisible character (U+200B). Retype the cell.',
    ),
    doubtful(
        "fall_unknown",
        cohort("falls: [fall]", "falls: [fall, Slip]"),
        f'{EVENTS}, column "what": "Slip" is listed as a fall but is not the kind of any event. Write it under "falls" in {FILE} '
        "exactly as in the file. If nobody fell in this way, no change is needed.",
        shape="conduct",
    ),
    doubtful(
        "fall_unknown_in_capitals",
        cohort("falls: [fall]", "falls: [Fall]"),
        f'{EVENTS}, column "what": "Fall" is listed as a fall but is not the kind of any event (did you mean "fall"?). Write it '
        f'under "falls" in {FILE} exactly as in the file. If nobody fell in this way, no change is needed.',
        shape="conduct",
    ),
    bad(
        "column_missing_in_events",
        both(cohort("kind: what", "kind: kind"), cohort("  week: week", "  week: weeks")),
        f'{EVENTS}, row 1, column "kind": there is no such column. Allowed: the file\'s columns "who", "what", "week", "sae", '
        f'"notes". Correct "events", "kind" in {FILE}, or the column name in the file.',
        f'{EVENTS}, row 1, column "weeks": there is no such column (did you mean "week"?). Allowed: the file\'s columns '
        f'"who", "what", "week", "sae", "notes". Correct "events", "week" in {FILE}, or the column name in the file.',
    ),
    bad(
        "column_missing_sessions",
        cohort("attended: done", "attended: sessions_done"),
        f'{DATA}, row 1, column "sessions_done": there is no such column. Allowed: the file\'s columns "id", "group", "age", '
        '"sex", "clinic", "pain_0", "pain_4", "pain_12", "flexion_0", "flexion_4", "flexion_12", "date_0", "date_4", '
        f'"date_12", "last", "why", "done", "planned", "followed", "drawn". Correct "sessions", "attended" in {FILE}, or the '
        "column name in the file.",
    ),
    bad(
        "unreadable_events",
        written("", EVENTS),
        f"{EVENTS}: the file has no column names. Write them in row 1.",
    ),
    bad(
        "sessions_wrong",
        cells({(4, "done"): "all"}),
        f'{DATA}, row 4, column "done": "all" is not a number. Allowed: 0 or more sessions. {SESSIONS}',
    ),
    bad(
        "sessions_wrong_share",
        cells({(4, "done"): "10/12"}),
        f'{DATA}, row 4, column "done": "10/12" is not a number: it is a score out of a maximum. Allowed: 0 or more sessions. '
        "Write only the score: 10.",
    ),
    bad(
        "sessions_wrong_negative",
        cells({(4, "planned"): "-2"}),
        f'{DATA}, row 4, column "planned": "-2" is negative. Allowed: 0 or more sessions. {SESSIONS}',
        warnings=(
            f'{DATA}, row 4, column "done": "10" participant "P03" attended more sessions than the -2 planned. '
            f'Correct the cell or "planned" in {FILE}; both values are used unchanged.',
        ),
    ),
    doubtful(
        "sessions_above_planned",
        cells({(2, "done"): "13"}),
        f'{DATA}, row 2, column "done": "13" participant "P01" attended more sessions than the 12 planned. Correct '
        f'the cell or "planned" in {FILE}; both values are used unchanged.',
        shape="conduct",
    ),
    bad(
        "per_protocol_unknown",
        cells({(3, "followed"): "3"}),
        f'{DATA}, row 3, column "followed": "3" is neither yes nor no. Allowed: "2", "1". Correct the cell, or "yes" and "no" '
        f'of "per_protocol" in {FILE}.',
    ),
    doubtful(
        "baseline_after_randomisation",
        cells({(3, "drawn"): "2024-01-15"}),
        f'{DATA}, row 3, column "date_0": "2024-01-16" the baseline of participant "P02" is dated after randomisation '
        '(2024-01-15 in row 3). Correct the wrong date. If both are right, state this under "assumptions" in '
        f"{FILE}: participants who know their allocation may answer differently.",
        shape="conduct",
    ),
    bad(
        "date_unreadable_randomisation",
        cells({(3, "drawn"): "in January"}),
        f'{DATA}, row 3, column "drawn": "in January" is not a date. Allowed: dates such as 2024-03-14. Write the date in '
        "the format 2024-03-14.",
    ),
    doubtful(
        "clustering",
        text("strata: [clinic]\n", "", FILE),
        f'{DATA}, column "clinic": 12 participants belong to 2 clusters, which the comparison of the arms does not account for. '
        f"{CLUSTERS}",
    ),
    doubtful(
        "clustering_in_table",
        both(text("strata: [clinic]\n", "", FILE), column("SITE", str.upper, ADSL)),
        f'{ADSL}, column "SITE": 12 participants belong to 2 clusters, which the comparison of the arms does not account for. '
        f"{CLUSTERS}",
        shape="tall",
    ),
    # --- what the cohort file says of it
    in_key(
        "key_conduct_both_protocols",
        "{column: followed, yes: 1, no: 2}",
        "{column: followed, yes: 1, attended_at_least: 75}",
        ', "per_protocol": exactly one of "column" (with "yes") and "attended_at_least" is needed, but both are given. Give one of them.',
    ),
    in_key(
        "key_conduct_no_protocol",
        "{column: followed, yes: 1, no: 2}",
        "{}",
        ', "per_protocol": exactly one of "column" (with "yes") and "attended_at_least" is needed, but neither is given. Give one of them.',
    ),
    in_key(
        "key_conduct_yes_missing",
        "{column: followed, yes: 1, no: 2}",
        "{column: followed}",
        ', "per_protocol": "column" also needs "yes". Add it.',
    ),
    in_key(
        "key_conduct_yes_empty",
        '{column: sae, yes: "yes"}',
        '{column: sae, yes: ""}',
        ', "events", "serious", "yes": the text is empty, but an empty cell means neither yes nor no. Give the text that means yes.',
    ),
    in_key(
        "key_conduct_yes_is_no",
        "yes: 1, no: 2",
        'yes: 1, no: "1"',
        ', "per_protocol": yes and no are both "1". Use a different text for each.',
    ),
    in_key(
        "key_conduct_true_for_yes",
        '{column: sae, yes: "yes"}',
        "{column: sae, yes: true}",
        ', "events", "serious", "yes": "true" is not text or a number.',
    ),
    in_key(
        "key_conduct_percent",
        "{column: followed, yes: 1, no: 2}",
        "{attended_at_least: 120}",
        ', "per_protocol", "attended_at_least": "120" is out of range. Allowed: at most 100.',
    ),
    told_in_cohort(
        "key_conduct_percent_of_nothing",
        both(
            cohort("sessions: {attended: done, planned: planned}\n", ""),
            cohort("{column: followed, yes: 1, no: 2}", "{attended_at_least: 75}"),
        ),
        ', "per_protocol", "attended_at_least": the number of sessions attended is not given. Add "sessions".',
        shape="conduct",
    ),
    in_key(
        "key_conduct_no_sessions_planned",
        "planned: planned}",
        "planned: 0}",
        ', "sessions", "planned": "0" is out of range. Allowed: more than 0.',
    ),
    in_key(
        "key_conduct_column_twice",
        "description: notes",
        "description: what",
        ', "events", "description": the column "what" is already used for "events", "kind". Use a different column for each.',
    ),
    in_key(
        "key_conduct_participant_is_kind",
        "  participant: who\n  kind: what",
        "  kind: id",
        ', "events", "kind": the column "id" is already used for "events", "participant". Use a different column for each.',
    ),
    in_key(
        "key_conduct_column_of_sessions",
        "attended: done",
        "attended: group",
        ', "sessions", "attended": the column "group" is already used for "arm". Use a different column for each.',
    ),
    told_in_cohort(
        "key_conduct_date_missing",
        text("date: {baseline: date_0, week_4: date_4, week_12: date_12}\n", "", FILE),
        ': "randomised_on" also needs "date". Add it.',
        shape="conduct",
    ),
    told_in_cohort(
        "key_conduct_not_randomised",
        both(cohort("randomised: true", "randomised: false"), cohort("randomised_on: drawn", "allocation: minimised")),
        ', "allocation": the cohort was not randomised ("randomised" is false). Remove the key, or set randomised: true.',
        shape="conduct",
    ),
    in_key(
        "key_conduct_allocation",
        "randomised_on: drawn",
        "allocation: minimized",
        ', "allocation": "minimized" is not allowed (did you mean "minimised"?). Allowed: "random", "minimised".',
    ),
    told_in_cohort(
        "key_conduct_no_events_file",
        removed(EVENTS),
        f', "events", "file": there is no file {EVENTS} (did you mean "trial.csv"?). Put the data file there or correct the path.',
        shape="conduct",
    ),
    in_key(
        "key_conduct_events_sheet",
        "file: data/trial/trial_events.csv",
        "file: data/trial/trial_events.csv\n  sheet: Events",
        ', "events", "sheet": only a spreadsheet has sheets, but this is trial_events.csv. Remove the key.',
    ),
    in_key(
        "key_conduct_misspelt",
        "falls: [fall]",
        "fals: [fall]",
        ', "events": "fals" is not an allowed key (did you mean "falls"?). Allowed: "file", "sheet", "header", "skip_rows", '
        '"encoding", "decimal", "sha256", "participant", "kind", "week", "serious", "description", "falls".',
    ),
]
