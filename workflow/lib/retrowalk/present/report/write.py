"""The report: one HTML file that reads like the results section of a paper and opens without a network."""

import json
from pathlib import Path

from markupsafe import Markup

from retrowalk.files import write_text
from retrowalk.plan.settings import Analysis
from retrowalk.present.record.deviations import of_numbers
from retrowalk.present.record.results import Run
from retrowalk.present.report.page import HERE, STYLE, content_policy, environment
from retrowalk.present.report.sections import cohort_section, set_section
from retrowalk.present.report.sources import Sources, packed
from retrowalk.present.report.summary import summary_table
from retrowalk.present.report.tables import plain_table
from retrowalk.present.tables.study_sets import study_sets
from retrowalk.present.words import numbers
from retrowalk.present.words.cited import plain
from retrowalk.present.words.methods import methods_paragraphs
from retrowalk.present.words.warnings import refused_sentences

TEMPLATE = "report.html.j2"
SCRIPT = "report.js"


def write_report(run: Run, analysis: Analysis, path: str | Path) -> None:
    """Write the report of a run (`collect_run`); `analysis` is what the plan says of all cohorts."""
    sources = Sources()
    sections = [cohort_section(results, analysis, show_ids=run.plan["show_ids"]) for results in run.cohorts]
    sets = [
        set_section(study_set, run.synthesis_figures, analysis.alpha)
        for study_set in study_sets(run.effects, run.pooled, [each.cohort for each in run.cohorts])
    ]
    cohorts = {results.cohort.name: results.cohort for results in run.cohorts}
    summary = summary_table([(results.cohort, results.estimates) for results in run.cohorts], analysis)
    downloads = [summary, *(each for section in (*sections, *sets) for each in section["downloads"])]

    def store() -> Markup:
        """Return what the page's script needs, packed: called when all numbers of the page were shown."""
        csv = {each.identity: each.csv for each in downloads if each.csv}
        content = sources.record(run.tables, run.plan, cohorts, run.record) | {"csv": csv}
        return packed(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())

    style, script = ((HERE / name).read_text(encoding="utf-8") for name in (STYLE, SCRIPT))
    page = (
        environment(sources.finalize)
        .get_template(TEMPLATE)
        .render(
            cohorts=sections,
            sets=sets,
            summary=summary,
            refused=[plain(text) for text in refused_sentences(run.refused, "this report")],
            synthetic=[section for section in sections if section["mark"]],
            level=numbers.level(analysis.alpha),
            methods=methods_paragraphs(list(cohorts.values()), analysis),
            record=run.record,
            departures=run.departures.to_dict("records"),
            weighty=len(of_numbers(run.departures)),
            changed=plain_table(
                "plan-changes",
                "Deviations from the frozen plan",
                ["Place in the plan", "Change", "Affects numbers", "Frozen", "Now"],
                run.departures[["where", "what", "affects_numbers", "frozen", "now"]].to_numpy().tolist(),
            ),
            data=plain_table(
                "data-files",
                "Data files",
                ["Data file", "SHA-256"],
                [[file, entry["sha256"]] for file, entry in run.record["inputs"].items()],
            ),
            style=Markup(style),
            script=Markup(script),
            policy=Markup(content_policy(style, script)),
            store=store,
        )
    )
    write_text(page, path)
