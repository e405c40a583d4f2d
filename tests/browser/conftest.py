"""A small project with hostile labels, run room by room, and its report open in a browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from tests.conftest import HANGS

from retrowalk import estimates, files
from retrowalk.describe import describe_cohort
from retrowalk.ingest import admit_cohorts, check_cohort, ingest_cohort
from retrowalk.model import analyse_cohort
from retrowalk.plan.read import load_plan
from retrowalk.present.figures.style import FigureSettings
from retrowalk.present.figures.subject import CohortTables
from retrowalk.present.figures.write import write_figures, write_synthesis_figures
from retrowalk.present.record.plan_form import plan_form
from retrowalk.present.record.results import collect_run
from retrowalk.present.record.run import write_record
from retrowalk.present.report.write import write_report
from retrowalk.present.words.cited import read_results
from retrowalk.synthesise import read_evidence, synthesise
from retrowalk.vocabulary import PROBLEM_COLUMNS

NAME = "krishnan2021"
HOSTILE = "Retro <script>alert(1)</script> <b>walk</b> \u202eevil"
RIGHT_TO_LEFT = "مشي للخلف"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


def copy_config(root: Path, folder: Path) -> None:
    """Copy plan and data of one bundled cohort, with labels that nobody should trust and fewer random draws."""
    shutil.copytree(root / "config", folder / "config", ignore=shutil.ignore_patterns("frozen"))
    for name in (NAME, "published"):
        shutil.copytree(root / "data" / name, folder / "data" / name)
    plan = folder / "config" / "config.yaml"
    content = yaml.safe_load(plan.read_text()) | {"cohorts": [NAME], "permutations": 999, "imputations": 20}
    plan.write_text(yaml.safe_dump(content))
    cohort = folder / "config" / "cohorts" / f"{NAME}.yaml"
    trial = yaml.safe_load(cohort.read_text())
    trial["arms"][1]["label"], trial["arms"][2]["label"] = HOSTILE, RIGHT_TO_LEFT
    cohort.write_text(yaml.safe_dump(trial, allow_unicode=True))


@pytest.fixture(scope="session")
def results(root, tmp_path_factory) -> Iterator[Path]:
    """The results folder of the small project, with everything that the report is made from."""
    folder, before = tmp_path_factory.mktemp("small"), Path.cwd()
    copy_config(root, folder)
    os.chdir(folder)
    run()
    yield folder / "results"
    os.chdir(before)


def run() -> None:
    """Run the rooms on the project in the working folder."""
    plan = load_plan(yaml.safe_load(Path("config/config.yaml").read_text()))
    cohort, made = plan.cohorts[NAME], Path("results")
    own = made / "cohorts" / NAME
    problems = check_cohort(cohort)
    people, values = ingest_cohort(cohort, problems)
    table, residuals = analyse_cohort(people, values, cohort, plan.analysis)
    estimates.write(describe_cohort(people, values, cohort, plan.analysis.alpha), own / "descriptives.csv")
    estimates.write(table, own / "estimates.csv")
    files.write_csv(problems, own / "problems.csv")
    files.write_csv(problems[PROBLEM_COLUMNS].iloc[:0], made / "overlaps.csv")
    files.write_csv(admit_cohorts({NAME: problems}), made / "cohorts.csv")
    described, found = (read_results(own / f"{name}.csv") for name in ("descriptives", "estimates"))
    settings = FigureSettings(**plan.figures)
    tables = CohortTables(people, values, described, found, residuals)
    write_figures(tables, cohort, plan.analysis, settings, own / "figures")
    evidence = map(read_evidence, plan.published)
    for name, each in zip(
        ("effects", "pooled"), synthesise(found, plan.cohorts, evidence, plan.analysis.alpha), strict=True
    ):
        estimates.write(each, made / "synthesis" / f"{name}.csv")
    pools = [read_results(made / "synthesis" / f"{name}.csv") for name in ("effects", "pooled")]
    write_synthesis_figures(*pools, settings, plan.analysis.alpha, made / "synthesis" / "figures")
    record = {
        "plan": "plan.json",
        "deviations": "deviations.csv",
        "provenance": "provenance.json",
        "guide": "README.md",
    }
    paths = SimpleNamespace(**{name: made / file for name, file in record.items()})
    write_record(plan_form(plan), [*cohort.intake.files, *plan.published], [], paths)
    inputs = {name: [own / f"{name}.csv"] for name in ("descriptives", "estimates", "problems")}
    inputs |= {name: made / "synthesis" / f"{name}.csv" for name in ("effects", "pooled")}
    inputs |= {"figures": [own / "figures"], "synthesis_figures": made / "synthesis" / "figures"}
    inputs |= {"overlaps": made / "overlaps.csv", "cohorts": made / "cohorts.csv", **vars(paths)}
    write_report(collect_run(plan.cohorts, SimpleNamespace(**inputs)), plan.analysis, made / "report.html")


class Opened:
    """A report in a browser, and what the browser said and asked for meanwhile."""

    def __init__(self, browser, file: Path, viewport: dict, **options):
        self.context = browser.new_context(viewport=viewport, accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(1000 * HANGS)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def download(self, button) -> tuple[str, bytes]:
        """Press a button and return the name and the bytes of the file that it gives."""
        with self.page.expect_download() as waited:
            button.click()
        return waited.value.suggested_filename, Path(waited.value.path()).read_bytes()


@pytest.fixture
def opened(browser, results) -> Iterator[Callable[..., Opened]]:
    """Open the report of the small project."""
    made = []

    def build(viewport: dict = DESKTOP, **options) -> Opened:
        made.append(Opened(browser, results / "report.html", viewport, **options))
        return made[-1]

    yield build
    for each in made:
        each.context.close()
