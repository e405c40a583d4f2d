"""The checklist of CONSORT 2025: what each item asks, in our words, and where it is met or who has to write it.

Hopewell et al. 2025, PLoS Med 22(4):e1004587.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from retrowalk.plan.trial import Cohort
from retrowalk.present.manuscript.sources import FIXED
from retrowalk.present.tables.table import Table, marked
from retrowalk.present.words.cited import Cited, wrapped
from retrowalk.present.words.phrases import listing
from retrowalk.vocabulary import PER_PROTOCOL, SYNTHETIC_NOTE

NAME = "consort_checklist"
METHODS, TABLES, FIGURES = "Statistical methods", "Tables", "Figures"


@dataclass(frozen=True)
class Item:
    """An item: its number, its topic, what it asks, and who answers it."""

    number: str
    asks: str
    where: Callable[[list[Cohort]], str]


def _authors(what: str) -> Callable[[list[Cohort]], str]:
    return lambda cohorts: f"To be written by the authors: {what}."


def _here(where: str) -> Callable[[list[Cohort]], str]:
    return lambda cohorts: f"{where}."


def _registration(cohorts: list[Cohort]) -> str:
    known = [
        f"{cohort.name} {cohort.publication.registration}" for cohort in cohorts if cohort.publication.registration
    ]
    rest = [cohort.name for cohort in cohorts if not cohort.publication.registration]
    said = [f"The plan names: {'; '.join(known)}."] * bool(known)
    said += [f"To be written by the authors: registry, number and date of {listing(rest)}."] * bool(rest)
    return " ".join(said)


def _harms(cohorts: list[Cohort]) -> str:
    given = [cohort.name for cohort in cohorts if cohort.intake.events]
    rest = [cohort.name for cohort in cohorts if not cohort.intake.events]
    said = [f"Adverse events of {listing(given)}: text and table."] * bool(given)
    said += [f"To be written by the authors: adverse events of {listing(rest)}, of which no file was given."] * bool(
        rest
    )
    return " ".join(said)


def _delivery(cohorts: list[Cohort]) -> str:
    given = [cohort.name for cohort in cohorts if cohort.intake.sessions]
    said = [f"Sessions attended in {listing(given)}: text and table."] * bool(given)
    return " ".join([*said, "To be written by the authors: who delivered the interventions, and whether as intended."])


def _flow(cohorts: list[Cohort]) -> str:
    rest = [cohort.name for cohort in cohorts if not cohort.intake.sessions]
    said = ["Randomised and analysed: Participants, of each trial; table of the outcomes."]
    said += [f"To be written by the authors: how many had the treatment in {listing(rest)}."] * bool(rest)
    return " ".join(said)


def _who(cohorts: list[Cohort]) -> str:
    also = ", and those who followed the protocol" * any(PER_PROTOCOL in each.adherence_columns for each in cohorts)
    return f"{METHODS}; report.html has the estimand of each trial, with everybody who is in each model{also}."


ITEMS = (
    Item("1a", "Title says that the trial is randomised", _authors("the title")),
    Item("1b", "Structured abstract", _authors("the abstract")),
    Item("2", "Registration", _registration),
    Item(
        "3",
        "Where protocol and analysis plan are",
        lambda cohorts: (
            "Analysis plan: plan.json (and config/frozen/). To be written by the authors: where the protocol is."
        ),
    ),
    Item("4", "Sharing of data, code and materials", _here("Data sharing; authors complete it")),
    Item("5a", "Funding, and the role of funders", _authors("funding, and what the funders did")),
    Item("5b", "Conflicts of interest", _authors("conflicts of interest")),
    Item("6", "Background and rationale", _authors("the introduction")),
    Item("7", "Objectives, of benefits and harms", _authors("the objectives")),
    Item("8", "Involvement of patients and public", _authors("how patients and public were involved")),
    Item(
        "9",
        "Design: type, allocation ratio, framework",
        lambda cohorts: (
            "Arms and visits: first paragraph of each trial. To be written by the authors: allocation ratio, and framework (such as superiority)."
        ),
    ),
    Item(
        "10",
        "Important changes after the start",
        lambda cohorts: (
            "Changes of the analysis plan: deviations.csv. To be written by the authors: other changes since the start, and reasons."
        ),
    ),
    Item("11", "Settings and places", _authors("settings and places")),
    Item("12a", "Who could take part", _authors("criteria of eligibility")),
    Item("12b", "Which sites and therapists could", _authors("eligibility of sites and therapists")),
    Item(
        "13",
        "Interventions and comparators, so that others can repeat them",
        _authors("the interventions, as TIDieR asks"),
    ),
    Item(
        "14",
        "Outcomes: measure, time point, how analysed and summarised",
        lambda cohorts: (
            "Outcome, visit and summary: results and report.html. To be written by the authors: how the outcomes were measured."
        ),
    ),
    Item("15", "How harms were defined and asked for", _authors("how adverse events were found")),
    Item("16a", "Sample size, with its assumptions", _authors("how the sample size came about")),
    Item(
        "16b", "Interim analyses and stopping", _authors("whether there were interim analyses, and rules for stopping")
    ),
    Item("17a", "Who made the random sequence, and how", _authors("who made the random sequence, and how")),
    Item(
        "17b",
        "Type of randomisation, and restrictions",
        lambda cohorts: (
            "Stratification factors and minimisation, where the plan names them. To be written by the authors: whether allocation was in blocks, and their sizes."
        ),
    ),
    Item("18", "Concealment of the sequence", _authors("how the sequence was concealed")),
    Item(
        "19",
        "Who could see the sequence while enrolling",
        _authors("whether those who enrolled and assigned could see the sequence"),
    ),
    Item("20a", "Who was blinded", _authors("who was blinded")),
    Item("20b", "How blinding was done", _authors("how the interventions were alike")),
    Item("21a", "Methods of comparing the arms, harms included", _here(METHODS)),
    Item("21b", "Who is in each analysis, and in which arm", _who),
    Item("21c", "How missing data were handled", _here(METHODS)),
    Item(
        "21d",
        "Other analyses; which were planned",
        lambda cohorts: (
            f"{METHODS}. All of them are in the plan; deviations.csv says what was changed since it was frozen."
        ),
    ),
    Item("22a", "Numbers randomised, treated and analysed", _flow),
    Item(
        "22b",
        "Losses and exclusions, with reasons",
        _here("Participants, of each trial; tables of flow and missing data"),
    ),
    Item("23a", "Dates of recruitment and follow-up", _authors("dates of recruitment and follow-up")),
    Item("23b", "Why the trial ended", _authors("why the trial ended or was stopped")),
    Item("24a", "Interventions as they were delivered", _delivery),
    Item("24b", "Other care during the trial", _authors("other care that the arms had")),
    Item("25", "Baseline characteristics by arm", _here("Table of baseline characteristics, of each trial")),
    Item(
        "26",
        "Numbers analysed and with data, result of each arm, effect with its precision",
        _here(
            "Outcomes, of each trial: text and table; responders with absolute and relative effects, where the plan has a threshold"
        ),
    ),
    Item("27", "All harms, by arm", _harms),
    Item("28", "Other analyses", _here("Checks of the main comparison, of each trial: text; the table is a file")),
    Item("29", "Interpretation", _authors("the discussion")),
    Item("30", "Limitations", _authors("the limitations")),
)


def checklist_table(cohorts: list[Cohort]) -> Table | None:
    """Return the checklist for the randomised cohorts; None where there is none."""
    trials = [cohort for cohort in cohorts if cohort.randomised]
    if not trials:
        return None
    rows = [[item.number, item.asks, item.where(trials)] for item in ITEMS]
    mark = SYNTHETIC_NOTE if all(cohort.synthetic for cohort in trials) else ""
    title = marked(f"CONSORT 2025 checklist for {listing([cohort.name for cohort in trials])}", mark)
    notes = ("What the items ask is told in few words; journals want the original form, from www.consort-spirit.org.",)
    return Table(NAME, title, pd.DataFrame(rows, columns=["Item", "Asks for", "Where"]), notes, pd.DataFrame())


def _cited(item: Item) -> str:
    return wrapped(Cited(f"item {item.number}", "", (), "", FIXED))


def for_authors(cohorts: list[Cohort]) -> list[str]:
    """Return what the checklist leaves to the authors of randomised cohorts, an item a line."""
    trials = [cohort for cohort in cohorts if cohort.randomised]
    lines = []
    for item in ITEMS * bool(trials):
        _, found, what = item.where(trials).partition("To be written by the authors: ")
        lines += [f"{what.rstrip('.')} ({_cited(item)})"] * bool(found)
    return lines
