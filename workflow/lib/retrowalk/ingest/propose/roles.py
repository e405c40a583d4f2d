"""Which column holds the participant, the arm, the visit, the date: by its name and by what it holds."""

import re
from collections.abc import Iterable

import pandas as pd

from retrowalk.ingest.propose.visits import visit_words

PARTICIPANT = (
    "usubjid",
    "subjid",
    "participant_id",
    "participantid",
    "participant",
    "subject_id",
    "subjectid",
    "subject",
    "record_id",
    "recordid",
    "patient_id",
    "patientid",
    "patient",
    "pat_id",
    "id",
    "pid",
    "study_id",
    "studyid",
    "proband",
    "probanden_nr",
    "code",
    "case",
    "no",
    "nr",
    "number",
    "nummer",
    "pat",
    "patienten",
    "vpn",
    "versuchsperson",
    "paciente",
    "participante",
    "sujet",
    "initials",
)
ARM = (
    "trt01p",
    "trtp",
    "armcd",
    "arm",
    "group",
    "grp",
    "gruppe",
    "groupe",
    "grupo",
    "treatment",
    "treat",
    "trt",
    "allocation",
    "allocated",
    "randomisation",
    "randomization",
    "randomised",
    "intervention",
    "condition",
    "studienarm",
    "trt01a",
    "therapy",
    "therapie",
)
VISIT = (
    "avisit",
    "redcap_event_name",
    "visit",
    "visite",
    "timepoint",
    "time",
    "week",
    "weeks",
    "month",
    "session",
    "event",
    "assessment",
    "occasion",
    "wave",
    "woche",
    "monat",
    "zeitpunkt",
    "messzeitpunkt",
    "phase",
    "avisitn",
    "day",
)
CONTROL = (
    "control",
    "controls",
    "usual",
    "conventional",
    "placebo",
    "sham",
    "standard",
    "waiting",
    "waitlist",
    "kontrolle",
    "kontrollgruppe",
    "uebliche",
    "übliche",
    "forward",
    "comparison",
    "ctrl",
    "cg",
    "uc",
    "con",
    "ce",
    "tau",
    "comparator",
)
INDEX_SIDE = (
    "side",
    "affected_side",
    "index_side",
    "affected",
    "seite",
    "painful_side",
    "involved_side",
    "koerperseite",
    "körperseite",
    "side_affected",
    "pain_side",
    "index_knee",
    "affected_knee",
    "study_knee",
)
LIMB = ("limb", "leg", "knee", "foot", "side", "bein", "seite", "lower_limb")
LEFT = ("l", "left", "lt", "links", "li", "gauche")
RIGHT = ("r", "right", "rt", "rechts", "re", "droite")
#: Columns that name a person or could: never read.
IDENTIFYING = (
    "name",
    "surname",
    "firstname",
    "lastname",
    "email",
    "phone",
    "telephone",
    "address",
    "dob",
    "birth",
    "ssn",
    "nhs",
    "birthdate",
    "birthday",
    "mrn",
    "postcode",
    "zip",
    "vorname",
    "nachname",
    "geburtsdatum",
    "initials",
)
DATES = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-]\d{4}.*|\d{1,2}[A-Za-z]{3}\d{4}")


def key(column: str) -> str:
    """Return a column's name in small letters, its words joined by _."""
    return "_".join(re.findall(r"\w+", column.lower()))


def named(columns: Iterable[str], names: tuple[str, ...]) -> list[str]:
    """Return the columns with one of the names, in the order of the names; a name among other words comes last."""
    keys = {column: key(column) for column in columns}
    exact = [column for name in names for column in keys if keys[column] == name]
    bare = [column for name in names for column in keys if keys[column].replace("_", "") == name.replace("_", "")]
    part = [column for name in names if len(name) > 2 for column in keys if name in visit_words(column)]
    return list(dict.fromkeys([*exact, *bare, *part]))


def participant_columns(cells: pd.DataFrame) -> list[str]:
    """Return the columns that may name the participant, the likeliest first: filled throughout, with many values."""
    good = []
    for column in named(cells.columns, PARTICIPANT):
        filled = (cells[column] != "").mean()
        if filled > 0.5 and cells[column].nunique() > 0.02 * len(cells) and cells[column].nunique() > 2:
            good.append(column)
    return good


def arm_columns(cells: pd.DataFrame, participant: str) -> list[str]:
    """Return the columns that may hold the arm: few values, one a participant."""
    return [
        column for column in named(cells.columns, ARM) if column != participant and is_arm(cells, column, participant)
    ]


def is_arm(cells: pd.DataFrame, column: str, participant: str) -> bool:
    """Whether a column has two to six values (blanks aside) and one value for almost every participant."""
    held = cells[(cells[column] != "") & (cells[participant] != "")]
    if not 2 <= held[column].nunique() <= 8 or held.empty:
        return False
    return (held.groupby(participant)[column].nunique() == 1).mean() > 0.8


def visit_columns(cells: pd.DataFrame, participant: str) -> list[str]:
    """Return the columns that may hold the visit: participants have several rows, most of which name a visit."""
    held = cells[cells[participant] != ""]
    if held[participant].nunique() > 0.75 * len(held):
        return []
    good = []
    for column in named(cells.columns, VISIT):
        texts = held.loc[held[column] != "", column]
        varies = held.groupby(participant)[column].nunique().median() > 1
        if column != participant and 2 <= texts.nunique() <= 40 and varies:
            good.append(column)
    return good


def is_dates(texts: pd.Series) -> bool:
    """Whether most texts are dates."""
    held = texts[texts != ""]
    return bool(len(held) and held.str.fullmatch(DATES).mean() > 0.7)


def sides_of(texts: Iterable[str]) -> tuple[str, str] | None:
    """Return what stands for left and for right among texts, or None where they are anything else."""
    found = {text.lower(): text for text in texts if text}
    left = [text for low, text in found.items() if low in LEFT]
    right = [text for low, text in found.items() if low in RIGHT]
    return (left[0], right[0]) if len(found) == 2 and left and right else None


#: What somebody who left is described by.
LAST_VISIT = (
    "withdrawn_after",
    "last_visit",
    "last_attended",
    "dropout_after",
    "dropped_out_after",
    "lastvisit",
    "left_after",
    "withdrew_after",
)
REASON = ("withdrawal_reason", "reason_withdrawal", "dropout_reason", "reason", "why", "dcsreas")
SESSIONS = ("sessions_attended", "attended_sessions", "sessions_done", "sessions_completed", "attended", "sessions")
SESSIONS_PLANNED = ("sessions_planned", "planned_sessions", "sessions_prescribed")
PER_PROTOCOL = ("per_protocol", "followed_protocol", "protocol_followed")
#: Free text, which is no characteristic of a participant.
REMARKS = {"reason", "why", "comment", "comments", "note", "notes", "remark", "remarks", "bemerkung", "dcsreas"}


def is_no_covariate(column: str) -> bool:
    """Whether a column is free text, or may hold who somebody is."""
    return identifies(column) or bool(set(visit_words(column)) & REMARKS)


def identifies(column: str) -> bool:
    """Whether a column may hold who somebody is."""
    return bool(set(visit_words(column)) & set(IDENTIFYING))


def looks_like_control(label: str) -> bool:
    """Whether a label of an arm says that it is the control, and nothing of walking backward or of a treatment added."""
    words = set(visit_words(label))
    added = "+" in label or bool(
        words & {"backward", "backwards", "retro", "rückwärts", "rückwärtsgehen", "plus", "and", "rw", "bw"}
    )
    return bool(words & set(CONTROL)) and not added
