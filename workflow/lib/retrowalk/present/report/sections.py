"""What the report shows of a cohort and of a set of studies: words, tables and figures, in the order of a paper."""

from pathlib import Path
from typing import Any

from retrowalk.estimates import rows_of
from retrowalk.model.multiplicity import family_of
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort, Outcome
from retrowalk.present.figures.register import Place, figures_of, figures_of_sets
from retrowalk.present.figures.subject import SetSubject, Subject
from retrowalk.present.record.results import CohortResults
from retrowalk.present.report.figures import PageFigure, page_figure
from retrowalk.present.report.tables import page_table, plain_table
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.tables.rows import main_comparisons
from retrowalk.present.tables.study_sets import StudySet
from retrowalk.present.words.estimand import estimand
from retrowalk.present.words.literature import limits_of_literature
from retrowalk.present.words.phrases import caution, sentence_case
from retrowalk.present.words.privacy import without_ids
from retrowalk.present.words.safety import safety_sentences
from retrowalk.present.words.sentences import (
    change_sentence,
    citation_sentence,
    comparison_sentences,
    design_sentence,
    flow_sentences,
    pooled_sentences,
)
from retrowalk.present.words.warnings import MOST, warning
from retrowalk.vocabulary import DOMAINS

EXPLORATORY = "Other outcomes and visits (exploratory)"


def cohort_section(result: CohortResults, analysis: Analysis, *, show_ids: bool = False) -> dict[str, Any]:
    """Return what the template shows of one cohort; participants are named only where `show_ids` says so."""
    cohort, table = result.cohort, result.estimates
    primary = cohort.primary_outcome
    primary_visit = cohort.visit(primary.primary_visit)
    texts = _texts_by_heading(result, analysis)
    tables = {
        each.name: page_table(each, cohort.name)
        for each in cohort_tables(result.descriptives, table, cohort, analysis, show_ids=show_ids)
    }
    figures = _drawn_figures(result, analysis)
    placed, of_other_outcomes = _placed(figures)
    by_name = sorted((image for _, _, image in figures), key=lambda image: image.file)
    checks = bool(tables.keys() & {"sensitivity_analyses", "analyses_as_published", "mixed_models"})
    hidden = str if show_ids else without_ids
    warnings = [hidden(warning(row)) for row in rows_of(result.problems)]
    return {
        "name": cohort.name,
        "title": cohort.publication.title,
        "citation": citation_sentence(cohort),
        "mark": cohort.mark,
        "assumptions": cohort.publication.assumptions,
        "design": design_sentence(cohort),
        "flow": flow_sentences(result.descriptives, cohort),
        "primary": texts[""],
        "others": {heading: part for heading, part in texts.items() if heading},
        "caution": caution(cohort),
        "safety": safety_sentences(result.descriptives, cohort),
        "estimand": plain_table(
            f"{cohort.name}-estimand",
            "Estimand",
            ["Attribute", "In this cohort"],
            [[each.name, each.sentence] for each in estimand(cohort, primary, analysis)],
        ),
        "primary_label": f"{primary.label}, {sentence_case(primary_visit.label)}",
        "tables": tables,
        "figures": placed,
        "other_figures": of_other_outcomes,
        "checks": checks,
        "parts": _parts(cohort, texts, checks),
        "warnings": warnings[:MOST],
        "warning_count": len(warnings),
        "downloads": [*tables.values(), *by_name],
    }


def _drawn_figures(result: CohortResults, analysis: Analysis) -> list[tuple[Place, Outcome, PageFigure]]:
    """Return the figures of a cohort that were drawn, each with its place and its outcome."""
    cohort, drawn = result.cohort, []
    for figure, outcome in figures_of(cohort):
        subject = Subject(cohort, outcome, result.descriptives, result.estimates, analysis.alpha)
        image = page_figure(figure, subject, result.figures, cohort.name)
        if image:
            drawn.append((figure.place, outcome, image))
    return drawn


def _placed(figures: list[tuple[Place, Outcome, PageFigure]]) -> tuple[dict[str, list[PageFigure]], list[PageFigure]]:
    """Return the figures of each place on the page, and those of other outcomes than the primary one, by name."""
    placed: dict[str, list[PageFigure]] = {place.value: [] for place in Place}
    of_other_outcomes = []
    for place, outcome, image in figures:
        if place is Place.OUTCOME and not outcome.primary:
            of_other_outcomes.append(image)
        else:
            placed[place.value].append(image)
    return placed, sorted(of_other_outcomes, key=lambda image: image.file)


def _parts(cohort: Cohort, texts: dict[str, list[str]], checks: bool) -> list[dict[str, str]]:
    """Return the headings within a cohort's section, for the contents."""
    others = {f"others-{place}": heading for place, heading in enumerate(filter(None, texts), 1)}
    parts = {"participants": "Participants", "missing": "Missing data", "primary": "Primary outcome", **others}
    parts |= {"outcomes": "All outcomes", "safety": "Adverse events and attendance"}
    if checks:
        parts["checks"] = "Sensitivity and other analyses"
    return [{"identity": f"cohort-{cohort.name}-{name}", "short": short} for name, short in parts.items()]


def _texts_by_heading(result: CohortResults, analysis: Analysis) -> dict[str, list[str]]:
    """Return sentences on each comparison (or change) by their heading, those on the primary outcome under ""."""
    cohort, texts = result.cohort, {"": []}
    if cohort.intervention_arms:
        for _, row in main_comparisons(result.estimates, cohort).iterrows():
            heading = "" if row["role"] == "primary" else _heading(family_of(row, cohort), analysis)
            text = comparison_sentences(row, cohort, result.descriptives, analysis)
            texts.setdefault(heading, []).append(text)
    else:
        for outcome in cohort.outcomes:
            for visit in cohort.post_visits:
                is_primary = outcome.primary and visit.name == outcome.primary_visit
                text = change_sentence(result.descriptives, cohort, outcome, visit, analysis)
                texts.setdefault("" if is_primary else EXPLORATORY, []).append(text)
    # What was declared stands before what is exploratory.
    return dict(sorted(texts.items(), key=lambda item: item[0] == EXPLORATORY))


def _heading(family: str, analysis: Analysis) -> str:
    if family and analysis.multiplicity != "none":
        return f'Outcomes of the family "{family}" (p values adjusted together)'
    return EXPLORATORY


def set_section(study_set: StudySet, figures: Path, alpha: float) -> dict[str, Any]:
    """Return what the template shows of one set of studies."""
    tables = [page_table(table, "synthesis") for table in study_set.tables(alpha)]
    subject = SetSubject(study_set, alpha)
    images = [page_figure(figure, subject, figures, "synthesis") for figure in figures_of_sets()]
    drawn = [image for image in images if image]
    return {
        "name": study_set.name,
        "title": study_set.title,
        "mark": study_set.mark,
        "studies": study_set.effects["cohort"].nunique(),
        "unusable": bool(study_set.effects["estimate"].isna().any()),
        "limits": limits_of_literature(study_set.effects),
        "usable": study_set.effects.loc[study_set.effects["estimate"].notna(), "cohort"].nunique(),
        "sentences": pooled_sentences(study_set.pooled, DOMAINS, alpha),
        "figures": drawn,
        "tables": tables,
        "downloads": [*tables, *drawn],
    }
