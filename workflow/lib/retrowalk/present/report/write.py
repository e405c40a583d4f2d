"""The report: one HTML file that reads like the results section of a paper and opens without a network."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from retrowalk.files import read_csv, write_text
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.record.deviations import of_numbers
from retrowalk.present.report.page import HERE, STYLE, content_policy, environment
from retrowalk.present.report.sections import CohortResults, cohort_section, set_section
from retrowalk.present.report.sources import Sources, packed
from retrowalk.present.report.summary import summary_table
from retrowalk.present.report.tables import plain_table
from retrowalk.present.tables.study_sets import study_sets
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.methods import methods_paragraphs
from retrowalk.vocabulary import PROBLEM_COLUMNS

TEMPLATE, SCRIPT = "report.html.j2", "report.js"


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
    plan: dict[str, Any],
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
    plan
        The plan as it was run (`read_record` of plan.json).
    record
        Versions and checksums (`read_record` of provenance.json).
    departures
        Where the plan as it was run departs from the frozen one (`read_deviations`).
    path
        Where.
    """
    sources = Sources()
    sections = [cohort_section(result, analysis, show_ids=plan["show_ids"]) for result in results]
    sets = [
        set_section(study_set, Path(synthesis_figures), analysis.alpha) for study_set in study_sets(effects, pooled)
    ]
    tables = [table for result in results for table in (result.descriptives, result.estimates)]
    cohorts = {result.cohort.name: result.cohort for result in results}
    summary = summary_table([(result.cohort, result.estimates) for result in results], analysis)
    downloads = [summary, *(each for section in (*sections, *sets) for each in section["downloads"])]

    def store() -> Markup:
        """Return what the page's script needs, packed: called when all numbers of the page were shown."""
        csv = {each.identity: each.csv for each in downloads if each.csv}
        known = sources.record([*tables, effects, pooled], plan, cohorts, record) | {"csv": csv}
        return packed(json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode())

    style, script = ((HERE / name).read_text(encoding="utf-8") for name in (STYLE, SCRIPT))
    page = (
        environment(sources.finalize)
        .get_template(TEMPLATE)
        .render(
            cohorts=sections,
            sets=sets,
            summary=summary,
            synthetic=[section for section in sections if section["mark"]],
            level=numbers.level(analysis.alpha),
            methods=methods_paragraphs([result.cohort for result in results], analysis),
            record=record,
            departures=departures.to_dict("records"),
            weighty=len(of_numbers(departures)),
            changed=plain_table(
                "plan-changes",
                "Where the plan departs from the frozen one",
                ["Where in the plan", "What", "Frozen", "Now"],
                departures[["where", "what", "frozen", "now"]].to_numpy().tolist(),
            ),
            data=plain_table(
                "data-files",
                "The data files",
                ["Data file", "SHA-256"],
                [[file, entry["sha256"]] for file, entry in record["inputs"].items()],
            ),
            style=Markup(style),
            script=Markup(script),
            policy=Markup(content_policy(style, script)),
            store=store,
        )
    )
    write_text(page, path)
