"""Runs of a small trial, in a results folder, from which a manuscript is written; and what a Word file holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
from docx import Document
from PIL import Image, PngImagePlugin
from tests.unit.present.conftest import simulated

from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.files import read_csv, write_csv, write_json
from retrowalk.model import analyse_cohort
from retrowalk.plan.plain import to_params
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.manuscript.numbers_table import NUMBER_COLUMNS
from retrowalk.present.manuscript.write import write_manuscript
from retrowalk.present.record.deviations import DEVIATION_COLUMNS
from retrowalk.present.record.plan_form import cohort_form
from retrowalk.present.record.results import Run, collect_run
from retrowalk.present.record.run import SOFTWARE
from retrowalk.synthesise import synthesise
from retrowalk.vocabulary import EVENT_COLUMNS, PER_PROTOCOL, PROBLEM_COLUMNS

OUTPUTS = {
    "docx": "manuscript.docx",
    "markdown": "manuscript.md",
    "numbers": "numbers.csv",
    "bibtex": "references.bib",
    "csl": "references.json",
}
PLAN = Analysis("mmrm", 0.05, "holm", seed=7, permutations=50, imputations=4)
ALT = "Alternative words of the figure"
#: A number as a reader sees one.
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def run_of(
    cohort: Cohort,
    folder: Path,
    analysis: Analysis = PLAN,
    figures: tuple[str, ...] = (),
    problems: tuple[dict[str, str], ...] = (),
) -> Run:
    """Analyse the small trial into a results folder and read it back.

    `figures` are names of figures that are there, `problems` what was found in the data; one of a shared participant, with
    the rule "shared", is in overlaps.csv.
    """
    results = folder / "results"
    people, values = simulated(cohort)
    if PER_PROTOCOL in cohort.adherence_columns:
        people[PER_PROTOCOL] = ["yes"] * (len(people) - 2) + ["no", ""]
    if cohort.intake.sessions is not None:
        people["sessions_attended"], people["sessions_planned"] = 9.0, 12.0
        people.loc[1, "sessions_attended"] = 0
    events = None
    if cohort.intake.events is not None:
        happened = (cohort.name, people["participant"][0], 2.0, "fall", "no", "")
        events = pd.DataFrame([happened], columns=EVENT_COLUMNS)
    described = describe_cohort(people, values, cohort, analysis.alpha, events)
    table, _ = analyse_cohort(people, values, cohort, analysis)
    effects, pooled = synthesise(table, {cohort.name: cohort}, (), analysis.alpha)
    place = results / "cohorts" / cohort.name
    for name, content in (("descriptives", described), ("estimates", table)):
        place.mkdir(parents=True, exist_ok=True)
        estimates.write(content, place / f"{name}.csv")
    for name, content in (("effects", effects), ("pooled", pooled)):
        (results / "synthesis" / "figures").mkdir(parents=True, exist_ok=True)
        estimates.write(content, results / "synthesis" / f"{name}.csv")
    for path, shared in ((place / "problems.csv", False), (results / "overlaps.csv", True)):
        rows = [{"cohort": cohort.name, **each} for each in problems if (each["rule"] == "shared") == shared]
        write_csv(pd.DataFrame(rows, columns=PROBLEM_COLUMNS, dtype=object), path)
    (place / "figures").mkdir(exist_ok=True)
    for name in figures:
        said = PngImagePlugin.PngInfo()
        said.add_text("Title", ALT)
        Image.new("RGB", (300, 200), "white").save(place / "figures" / f"{name}.png", pnginfo=said, dpi=(100, 100))
    plan = {
        "analysis": to_params(analysis),
        "cohorts": {cohort.name: cohort_form(cohort)},
        "figures": {},
        "published": [],
    }
    write_json(plan, results / "plan.json")
    versions = {name: f"{place}.2.3" for place, name in enumerate(SOFTWARE)}
    record = {"software": versions, "inputs": {}, "plan": {"sha256": "ab", "frozen_sha256": None}}
    write_json(record, results / "provenance.json")
    write_csv(pd.DataFrame(columns=DEVIATION_COLUMNS, dtype=object), results / "deviations.csv")
    paths = SimpleNamespace(
        descriptives=[place / "descriptives.csv"],
        estimates=[place / "estimates.csv"],
        problems=[place / "problems.csv"],
        cohorts=results / "cohorts.csv",
        overlaps=results / "overlaps.csv",
        figures=[place / "figures"],
        effects=results / "synthesis" / "effects.csv",
        pooled=results / "synthesis" / "pooled.csv",
        synthesis_figures=results / "synthesis" / "figures",
        plan=results / "plan.json",
        provenance=results / "provenance.json",
        deviations=results / "deviations.csv",
    )
    return collect_run({cohort.name: cohort}, paths)


@dataclass(frozen=True)
class Written:
    """A manuscript that was written: the results folder, its Word file read back, and its table of numbers."""

    results: Path
    document: object
    numbers: pd.DataFrame

    @cached_property
    def paragraphs(self) -> list[str]:
        """The text of each paragraph outside tables."""
        return [paragraph.text for paragraph in self.document.paragraphs]

    @cached_property
    def cells(self) -> dict[tuple[int, int, int], str]:
        """The text of each cell, by the place of its table, row and column."""
        tables = ([row.cells for row in table.rows] for table in self.document.tables)
        return {
            (place, line, column): cell.text
            for place, rows in enumerate(tables)
            for line, cells in enumerate(rows)
            for column, cell in enumerate(cells)
        }

    @property
    def text(self) -> str:
        """All paragraphs."""
        return "\n".join(self.paragraphs)

    @property
    def markdown(self) -> str:
        """The Markdown file."""
        return (self.results / OUTPUTS["markdown"]).read_text(encoding="utf-8")

    def sections(self) -> Iterator[tuple[str, object]]:
        """Yield each paragraph behind the heading that it stands under."""
        heading = ""
        for paragraph in self.document.paragraphs:
            if paragraph.style.name.startswith("Heading"):
                heading = paragraph.text
            yield heading, paragraph

    def under(self, heading: str) -> str:
        """Return the paragraphs under a heading."""
        return "\n".join(each.text for name, each in self.sections() if name == heading and each.text != heading)


def write(run: Run, folder: Path, analysis: Analysis = PLAN) -> Written:
    """Write the manuscript of a run and read it back."""
    results = folder / "results"
    write_manuscript(run, analysis, SimpleNamespace(**{key: results / name for key, name in OUTPUTS.items()}))
    numbers = read_csv(results / OUTPUTS["numbers"], text=tuple(NUMBER_COLUMNS))
    return Written(results, Document(str(results / OUTPUTS["docx"])), numbers)
