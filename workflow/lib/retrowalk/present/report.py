"""The report: one HTML file that reads like the results section of a paper and opens without a network."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from retrowalk.estimates import pick
from retrowalk.files import read_csv, write_text
from retrowalk.plan import Analysis, Cohort
from retrowalk.present import cited, numbers
from retrowalk.present.cohort import DIFFERENCES, MISSINGNESS, residuals_name, trajectory_name
from retrowalk.present.cohort_tables import cohort_tables
from retrowalk.present.estimand import estimand
from retrowalk.present.export import as_html
from retrowalk.present.methods import methods_paragraphs
from retrowalk.present.missingness import missingness_description
from retrowalk.present.residuals import residuals_description
from retrowalk.present.safety_wording import safety_sentences
from retrowalk.present.synthesis import StudySet, study_sets
from retrowalk.present.tables import main_comparisons
from retrowalk.present.wording import (
    caution,
    change_sentence,
    comparison_sentences,
    design_sentence,
    differences_description,
    flow_sentences,
    pooled_sentences,
    sentence,
    sentence_case,
    trajectory_description,
)
from retrowalk.vocabulary import DOMAINS, PROBLEM_COLUMNS

TEMPLATE = Path(__file__).parent / "report.html.j2"
#: So many warnings of the data are shown; all are in problems.csv.
MOST_WARNINGS = 20


@dataclass(frozen=True)
class CohortResults:
    """What the report shows of one cohort."""

    cohort: Cohort
    descriptives: pd.DataFrame
    estimates: pd.DataFrame
    problems: pd.DataFrame
    figures: Path


def collect_results(cohorts: dict[str, Cohort], paths: Any) -> list[CohortResults]:
    """Read what the report shows of each cohort; `paths` has a list for each of the tables, in the cohorts' order."""
    text = tuple(PROBLEM_COLUMNS)
    overlaps = read_csv(paths.overlaps, text)
    tables = zip(cohorts.values(), paths.descriptives, paths.estimates, paths.problems, paths.figures, strict=True)
    return [
        CohortResults(
            cohort,
            *map(cited.read_results, (described, results)),
            pd.concat([read_csv(problems, text), overlaps[overlaps["cohort"] == cohort.name]]),
            Path(figures),
        )
        for cohort, described, results, problems, figures in tables
    ]


def write_report(
    results: list[CohortResults],
    effects: pd.DataFrame,
    pooled: pd.DataFrame,
    synthesis_figures: str | Path,
    analysis: Analysis,
    record: dict[str, Any],
    departures: pd.DataFrame,
    path: str | Path,
) -> None:
    """Write the report.

    Parameters
    ----------
    results
        The cohorts, in the order of the plan.
    effects, pooled
        The synthesis: effect sizes of every study, and pools.
    synthesis_figures
        Folder of the forests.
    analysis
        What the plan says of all cohorts.
    record
        Versions and checksums (`read_record`).
    departures
        Where the plan as it was run departs from the frozen one (`read_deviations`).
    path
        Where.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_plain
    )
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    sections = [cohort_section(result, analysis) for result in results]
    sets = [
        set_section(study_set, Path(synthesis_figures), analysis.alpha) for study_set in study_sets(effects, pooled)
    ]
    page = template.render(
        cohorts=sections,
        sets=sets,
        synthetic=[section for section in sections if section["mark"]],
        level=numbers.level(analysis.alpha),
        methods=methods_paragraphs([result.cohort for result in results], analysis),
        record=record,
        departures=departures.to_dict("records"),
    )
    write_text(page, path)


def cohort_section(result: CohortResults, analysis: Analysis) -> dict[str, Any]:
    """Return what the template shows of one cohort: words, figures as data, tables as HTML."""
    cohort, table = result.cohort, result.estimates
    main = main_comparisons(table, cohort)
    primary_outcome = cohort.primary_outcome
    primary_visit = cohort.visit(primary_outcome.primary_visit)
    if cohort.intervention_arms:
        said = [comparison_sentences(row, cohort, result.descriptives, analysis) for _, row in main.iterrows()]
        is_primary = list(main["role"] == "primary")
    else:
        measured = [(outcome, visit) for outcome in cohort.outcomes for visit in cohort.post_visits]
        said = [change_sentence(result.descriptives, cohort, *what, analysis) for what in measured]
        is_primary = [what == (primary_outcome, primary_visit) for what in measured]
    figures = {
        outcome.name: _figure(result.figures, trajectory_name(outcome.name), trajectory_description(cohort, outcome))
        for outcome in cohort.outcomes
    }
    warnings = [_warning(row) for row in result.problems.itertuples()]
    return {
        "name": cohort.name,
        "title": cohort.title,
        "citation": cohort.citation,
        "mark": cohort.mark,
        "randomised": cohort.randomised,
        "assumptions": cohort.assumptions,
        "design": design_sentence(cohort),
        "flow": flow_sentences(result.descriptives, cohort),
        "primary": [text for text, primary in zip(said, is_primary, strict=True) if primary],
        "secondary": [text for text, primary in zip(said, is_primary, strict=True) if not primary],
        "caution": caution(cohort),
        "safety": safety_sentences(result.descriptives, cohort),
        "estimand": estimand(cohort, primary_outcome, analysis),
        "primary_label": f"{primary_outcome.label}, {sentence_case(primary_visit.label)}",
        "glance": [_glance(row, cohort) for _, row in pick(main, role="primary").iterrows()],
        "tables": {
            each.name: as_html(each, cohort.name)
            for each in cohort_tables(result.descriptives, table, cohort, analysis)
        },
        "primary_figure": figures.pop(primary_outcome.name),
        "differences": _figure(result.figures, DIFFERENCES, differences_description(cohort)),
        "missingness": _figure(result.figures, MISSINGNESS, missingness_description(result.descriptives, cohort)),
        "residuals": _figure(
            result.figures, residuals_name(primary_outcome.name), residuals_description(cohort, analysis.alpha)
        ),
        "other_figures": list(figures.values()),
        "warnings": warnings[:MOST_WARNINGS],
        "warning_count": len(warnings),
    }


def set_section(study_set: StudySet, figures: Path, alpha: float) -> dict[str, Any]:
    """Return what the template shows of one set of studies."""
    return {
        "name": study_set.name,
        "title": study_set.title,
        "mark": study_set.mark,
        "studies": study_set.effects["cohort"].nunique(),
        "unusable": bool(study_set.effects["estimate"].isna().any()),
        "published": bool((study_set.effects["analysis"] == "published").any()),
        "usable": study_set.effects.loc[study_set.effects["estimate"].notna(), "cohort"].nunique(),
        "sentences": pooled_sentences(study_set.pooled, DOMAINS, alpha),
        "figure": _figure(figures, f"{study_set.name}_forest", study_set.description),
        "tables": [as_html(table, "synthesis") for table in study_set.tables(alpha)],
    }


def _glance(row: pd.Series, cohort: Cohort) -> dict[str, str]:
    outcome = cohort.outcome(row["outcome"])
    digits = numbers.digits_for(outcome.resolution)
    return {
        "what": f"{numbers.labelled(outcome.label, outcome.unit)}, {sentence_case(cohort.visit(row['visit']).label)}",
        "arms": f"{cohort.arm(row['arm']).label} minus {cohort.control_arm.label}",
        "estimate": numbers.estimate_with_interval(row["estimate"], row["ci_low"], row["ci_high"], digits),
        "n": "" if pd.isna(row["n"]) else str(row["n"]),
    }


def _plain(value: Any) -> Any:
    return cited.plain(value) if type(value) is str else value


def _warning(row: Any) -> str:
    place = [f"row {row.row}"] * bool(row.row) + [f'column "{row.column}"'] * bool(row.column)
    return sentence(f"{', '.join(place)}: {row.problem}" if place else row.problem)


def _figure(folder: Path, name: str, description: str) -> dict[str, str] | None:
    """Return a figure as a data address with its description; None where it was not drawn.

    It has 256 colours: the page is a third as large, and the eye sees no difference.
    """
    from PIL import Image

    path = folder / f"{name}.png"
    if not path.is_file():
        return None
    small = io.BytesIO()
    with Image.open(path) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    source = "data:image/png;base64," + base64.b64encode(small.getvalue()).decode()
    return {"source": source, "description": description}
