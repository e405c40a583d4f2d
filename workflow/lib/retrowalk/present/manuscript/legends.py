"""Legends of the figures that are there: what each shows, of how many, what its bars are, and abbreviations."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrowalk.estimates import pick
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.figures.cohort import (
    DIFFERENCES,
    ESTIMATION,
    MISSINGNESS,
    PARTICIPANT_FLOW,
    changes_name,
    residuals_name,
    trajectory_name,
)
from retrowalk.present.manuscript.content import Paragraph, Picture, figure_number
from retrowalk.present.record.results import Reported
from retrowalk.present.tables.table import marked
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.phrases import has_important_change, listing, of_outcome, sentence_case


@dataclass(frozen=True)
class Legend:
    """A figure's file name without ending, and the words below it."""

    name: str
    text: str


def figure_parts(reported: Reported, analysis: Analysis) -> Iterator[Picture | Paragraph]:
    """Yield each figure of a cohort that is there, its legend below it: the primary outcome's first, checks last."""
    for legend in _legends(reported, analysis):
        yield from placed(reported.figures, f"cohorts/{reported.cohort.name}/figures", legend)


def placed(folder: Path, place: str, legend: Legend) -> Iterator[Picture | Paragraph]:
    """Yield a figure with its legend; nothing where no file of the figure is there, the legend alone where no PNG is.

    What the figure shows, for those who cannot see it, is what the file says of itself.
    """
    if not any(folder.glob(f"{legend.name}.*")):
        return
    path = folder / f"{legend.name}.png"
    if path.is_file():
        from PIL import Image

        png = path.read_bytes()
        with Image.open(io.BytesIO(png)) as image:
            description = image.info.get("Title", "")
        yield Picture(png, f"{place}/{path.name}", description)
    yield Paragraph(f"{figure_number(f'{place}/{legend.name}')}. {legend.text}", "legend")


def _legends(reported: Reported, analysis: Analysis) -> Iterator[Legend]:
    cohort, primary = reported.cohort, reported.cohort.primary_outcome
    level = cited.level(analysis.alpha)
    ordered = [primary, *(outcome for outcome in cohort.outcomes if outcome is not primary)]
    start = "randomised" if cohort.randomised else "enrolled"
    yield _legend(
        cohort,
        PARTICIPANT_FLOW,
        f"Flow of participants: {start}, withdrawn with reasons, and with a value of {sentence_case(primary.label)} at "
        f"{sentence_case(cohort.visit(primary.primary_visit).label)}.",
    )
    yield _legend(cohort, ESTIMATION, _estimation(reported, level))
    for outcome in ordered:
        yield _legend(cohort, trajectory_name(outcome.name), _trajectory(reported, outcome, level))
        yield _legend(cohort, changes_name(outcome.name), _change(cohort, outcome))
    yield _legend(cohort, DIFFERENCES, _differences(cohort, level))
    yield _legend(
        cohort,
        MISSINGNESS,
        "Which visits have a value and which lack one, for each outcome that lacks any: a row a pattern of visits, with the "
        "number of participants of each arm who have it.",
    )
    yield _legend(
        cohort,
        residuals_name(primary.name),
        f"Residuals of the model of the main comparison of {sentence_case(primary.label)}, visit by visit: against the values "
        f"that a normal distribution would give (band: {level}, point by point), and against the fitted values.",
    )


def _legend(cohort: Cohort, name: str, text: str) -> Legend:
    return Legend(name, marked(text, cohort.mark))


def _sizes(reported: Reported) -> str:
    """Return how many started in each arm."""
    cohort = reported.cohort
    term = "randomised" if cohort.randomised else "enrolled"
    rows = {row.arm: row for row in pick(reported.descriptives, analysis="flow", term=term).itertuples()}
    sizes = [f"{arm.label}, n = {cited.number(rows[arm.name], 'estimate', 0)}" for arm in cohort.arms]
    return f"{term.capitalize()}: {'; '.join(sizes)}."


def _trajectory(reported: Reported, outcome: Outcome, level: str) -> str:
    cohort = reported.cohort
    visits = listing([sentence_case(visit.label) for visit in cohort.visits])
    better = "" if outcome.better == "neither" else f" {outcome.better.capitalize()} is better."
    band = ""
    if has_important_change(outcome):
        size = of_outcome(f"{outcome.important_change:g}", cohort, outcome, "important_change")
        band = (
            f" Band: from the arm's mean at baseline, the important change of one participant, "
            f"{numbers.with_unit(size, outcome.unit)} ({outcome.important_change_source})."
        )
    return (
        f"{numbers.labelled(outcome.label, outcome.unit)} at {visits}. Thin lines, participants; markers with thick lines, observed mean of each "
        f"arm with its {level} confidence interval.{band}{better} {_sizes(reported)}"
    )


def _estimation(reported: Reported, level: str) -> str:
    cohort, outcome = reported.cohort, reported.cohort.primary_outcome
    visit = sentence_case(cohort.visit(outcome.primary_visit).label)
    adjusted = "adjusted difference" if cohort.randomised else "difference in change"
    about = {"analysis": "observed_mean", "outcome": outcome.name, "visit": outcome.primary_visit}
    term = "mean" if cohort.randomised else "mean_change"
    shown = {row.arm: row for row in pick(reported.descriptives, **about, term=term).itertuples()}
    sizes = [f"{arm.label}, n = {cited.count(shown[arm.name])}" for arm in cohort.arms]
    return (
        f"{numbers.labelled(outcome.label, outcome.unit)} at {visit}, estimation plot: every participant of each arm and, on an axis of its own, "
        f"the {adjusted} of the arm minus {cohort.control_arm.label} with its {level} confidence interval (bar). "
        f"Participants shown: {'; '.join(sizes)}."
    )


def _change(cohort: Cohort, outcome: Outcome) -> str:
    visit = sentence_case(cohort.visit(outcome.primary_visit).label)
    thresholds = [
        numbers.with_unit(
            of_outcome(f"{each.value:g}", cohort, outcome, "responders", place, "value"),
            "% of baseline" if each.percent else outcome.unit,
        )
        for place, each in enumerate(outcome.responders)
    ]
    lines = f" Lines: what makes a responder, {listing(thresholds)}." if thresholds else ""
    return (
        f"Change in {numbers.labelled(sentence_case(outcome.label), outcome.unit)} from baseline to {visit} of those measured at both: a bar a "
        f"participant, and the share of each arm that changed as much.{lines} A change within an arm is not an effect of the "
        "treatment."
    )


def _differences(cohort: Cohort, level: str) -> str:
    others = listing([arm.label for arm in cohort.intervention_arms])
    worthwhile = [
        f"{sentence_case(outcome.label)}, "
        + numbers.with_unit(
            of_outcome(f"{outcome.smallest_worthwhile_effect:g}", cohort, outcome, "smallest_worthwhile_effect"),
            outcome.unit,
        )
        for outcome in cohort.outcomes
        if outcome.smallest_worthwhile_effect is not None
    ]
    against = f" Smallest worthwhile effect: {'; '.join(worthwhile)}." if worthwhile else ""
    return (
        f"Differences of all outcomes and visits, {others} minus {cohort.control_arm.label}, by the model of the main comparison; "
        f"bars, {level} confidence intervals (CI).{against} Only the primary outcome at its primary visit answers the question "
        "of the trial."
    )
