"""The four bundled cohorts, from the raw files to the report."""

import re
import shutil
import zipfile

import pandas as pd
import pytest
from docx import Document
from pypdf import PdfReader
from tests.unit.test_english import TURN
from tests.workflow.conftest import (
    BUNDLED,
    copy_project,
    draw_less,
    keep_only,
    run_command,
    run_workflow,
    snapshot,
    words_of,
)

from retrowalk.files import read_csv
from retrowalk.plan.paths import FROZEN_NUMBERS
from retrowalk.present.record.agreement import CLOSE, scales
from retrowalk.present.record.freeze import NUMBERS_KEY, NUMBERS_TEXT, collect_numbers

#: The joint jobs that everything runs into.
LAST = {"record_run", "write_report", "write_manuscript", "write_changes", "seal_results"}


def presented(cohort: str) -> set[str]:
    """Return the jobs that show a cohort again, and those that show it among others."""
    return {f"draw_cohort {cohort}", f"tabulate_cohort {cohort}", "present_synthesis"}


def test_one_command_makes_everything(finished):
    folder, run = finished
    assert run.code == 0, run.said
    assert "Open results/report.html in a browser." in run.said
    results = folder / "results"
    for name in ("report.html", "README.md", "plan.json", "deviations.csv", "provenance.json"):
        assert (results / name).stat().st_size > 0
    for name in ("manuscript.docx", "manuscript.md", "numbers.csv", "references.bib", "references.json"):
        assert (results / name).stat().st_size > 0
    for cohort in BUNDLED:
        for name in ("participants", "measurements", "events", "problems", "descriptives", "estimates", "residuals"):
            assert (results / "cohorts" / cohort / f"{name}.csv").stat().st_size > 0
        for table in ("baseline", "results"):
            for ending in ("csv", "html", "tex", "docx"):
                assert (results / "cohorts" / cohort / "tables" / f"{table}.{ending}").stat().st_size > 0
        outcomes = pd.read_csv(results / "cohorts" / cohort / "measurements.csv")["outcome"].unique()
        for outcome in outcomes:
            assert (results / "cohorts" / cohort / "figures" / f"trajectory_{outcome}.png").stat().st_size > 0
    assert (results / "synthesis" / "figures" / "published_forest.png").stat().st_size > 0


def test_the_guide_names_every_file(finished):
    """File names are words, and results/README.md says what each is."""
    results = finished[0] / "results"
    guide = (results / "README.md").read_text()
    named = set(re.findall(r"[\w./-]+", guide))
    patterns = {name.replace("OUTCOME", r"\w+").replace("SET", r"(published|synthetic)") for name in named}
    for file in results.rglob("*"):
        if file.is_file() and "logs" not in file.parts and not file.name.startswith((".", "README")):
            made_of_one = file.parent.name in ("figures", "tables")
            name = file.stem if made_of_one else file.name
            here = name if made_of_one or file.parent == results else f"cohorts/NAME/{name}"
            known = {here, name} if file.parent.parent.name == "cohorts" else {here}
            if file.parent.name != "synthesis":
                assert any(re.fullmatch(pattern, one) for pattern in patterns for one in known), file


def test_progress_is_shown_a_line_a_job(finished):
    _, run = finished
    numbered = re.findall(r"^\[ *(\d+)/(\d+)\] \w+", run.said, flags=re.MULTILINE)
    assert [int(done) for done, _ in numbered] == list(range(1, len(numbered) + 1))
    assert {int(total) for _, total in numbered} == {len(numbered)}
    assert "Traceback" not in run.said


def test_a_second_run_does_nothing_and_says_so(root, project):
    before = snapshot(project / "results")
    run = run_workflow(root, project)
    assert run.code == 0
    assert "Nothing to do: the results are up to date." in run.said
    assert snapshot(project / "results") == before


def test_no_job_left_a_warning_in_its_log(finished):
    folder, _ = finished
    for log in (folder / "results" / "logs").rglob("*.log"):
        assert log.read_text() == "", f"{log.name}: {log.read_text()[:300]}"


@pytest.mark.parametrize("cohort", BUNDLED)
def test_each_cohort_has_one_primary_answer_with_its_interval(finished, cohort):
    table = pd.read_csv(finished[0] / "results" / "cohorts" / cohort / "estimates.csv")
    primary = table[table["role"] == "primary"]
    assert len(primary) == 1
    assert primary[["estimate", "ci_low", "ci_high", "n", "method"]].notna().all(axis=None)


def test_every_estimate_has_interval_or_test_n_and_method(finished):
    for cohort in BUNDLED:
        table = pd.read_csv(finished[0] / "results" / "cohorts" / cohort / "estimates.csv")
        known = table[table["estimate"].notna()]
        assert known[["n", "method"]].notna().all(axis=None)
        # A count, a spread, an epsilon, a range over participants and a delta have no interval of their own.
        alone = known["analysis"].isin(["reliable_change", "influence", "assumptions"])
        alone |= known["term"].isin(["sphericity", "delta", "analysed"])
        alone |= known["caveats"].str.contains('"interval_not_bounded"|"no_interval_of_ranks"|"one_participant"')
        assert known.loc[~alone, ["ci_low", "ci_high"]].notna().all(axis=None)
        assert (known.loc[~alone, "ci_low"] <= known.loc[~alone, "ci_high"]).all()
        undone = table[table["estimate"].isna() & table["statistic"].isna() & table["effect_size"].isna()]
        assert undone["reason"].notna().all()


def test_everything_that_shows_a_synthetic_cohort_says_so(finished):
    results = finished[0] / "results"
    for cohort in BUNDLED:
        folder = results / "cohorts" / cohort
        for name in ("descriptives", "estimates"):
            assert pd.read_csv(folder / f"{name}.csv")["provenance"].eq("synthetic").all()
        for name in ("participants", "measurements"):
            assert pd.read_csv(folder / f"{name}.csv")["participant"].str.startswith("SYN").all()
    for folder in (*(results / "cohorts" / cohort for cohort in BUNDLED), results / "synthesis"):
        stem = "" if folder.name != "synthesis" else "synthetic_"
        for file in (folder / "figures").glob(f"{stem}*.svg"):
            assert "SYNTHETIC" in file.read_text(), file
        for file in (folder / "figures").glob(f"{stem}*.pdf"):
            assert "SYNTHETIC" in PdfReader(file).pages[0].extract_text(), file
        for file in (folder / "tables").glob(f"{stem}*.html"):
            assert "SYNTHETIC" in file.read_text(), file
        for file in (folder / "tables").glob(f"{stem}*.docx"):
            assert "SYNTHETIC" in Document(file).paragraphs[0].text, file
        for file in (folder / "tables").glob(f"{stem}*.csv"):
            assert pd.read_csv(file)["provenance"].eq("synthetic").all(), file
    page = (results / "report.html").read_text()
    sections = re.findall(r'<section id="(?:cohort-)?(\w+)">(.*?)</section>', page, flags=re.DOTALL)
    marked = {name for name, text in sections if "SYNTHETIC" in text}
    assert marked == {"summary", "synthetic", *BUNDLED}
    assert "SYNTHETIC" in re.search("<title>(.*?)</title>", page)[1]


def test_no_result_has_a_turn_that_readers_do_not_use(finished):
    files = [
        path for path in (finished[0] / "results").rglob("*") if path.suffix in (".html", ".md", ".csv", ".svg", ".tex")
    ]
    assert len(files) > 100
    found = []
    for path in files:
        text = path.read_text(encoding="utf-8")
        found += [
            f"{path.name}: {turn[0]}" for turn in TURN.finditer(words_of(text) if path.suffix == ".html" else text)
        ]
    assert found == []


def test_no_page_may_run_or_ask_for_anything(finished):
    """Every page says to the browser that it needs no network and no script but its own."""
    pages = list((finished[0] / "results").rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
        assert policy, page
        assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1], page
        assert "unsafe-eval" not in policy[1]
        assert "<script" not in text or "script-src 'sha256-" in policy[1], page


def test_nobody_is_named_in_a_figure_a_table_or_a_page(finished):
    results = finished[0] / "results"
    people = [pd.read_csv(results / "cohorts" / cohort / "participants.csv")["participant"] for cohort in BUNDLED]
    ids = re.compile("|".join(map(re.escape, pd.concat(people))))
    shown = [*results.glob("*.html"), *results.glob("*.md"), results / "numbers.csv"]
    shown += [file for folder in ("figures", "tables") for file in results.rglob(f"{folder}/*")]
    assert len(shown) > 200
    for file in shown:
        content = file.read_bytes()
        if file.suffix == ".docx":
            content = zipfile.ZipFile(file).read("word/document.xml")
        if file.suffix == ".pdf":
            content = PdfReader(file).pages[0].extract_text().encode()
        assert not ids.search(content.decode("utf-8", "replace")), file


def test_what_shows_real_results_only_is_not_marked(finished):
    folder = finished[0] / "results" / "synthesis"
    for file in (folder / "figures").glob("published*.svg"):
        assert "SYNTHETIC" not in file.read_text()
    for file in (folder / "tables").glob("published*.csv"):
        assert not pd.read_csv(file)["caveats"].str.contains("SYNTHETIC").any()


def test_the_mark_cannot_be_set_away(root, project):
    path = project / "config" / "cohorts" / "ansari2020.yaml"
    for line in ("synthetic: false", 'mark: ""'):
        text = path.read_text()
        path.write_text(f"{line}\n{text}")
        run = run_workflow(root, project, "-n")
        path.write_text(text)
        assert run.code != 0
        assert "is not an allowed key" in run.said


@pytest.mark.numeric
def test_the_numbers_are_those_that_were_frozen(root, computed):
    frozen = read_csv(root / FROZEN_NUMBERS, text=tuple(NUMBERS_TEXT)).set_index(NUMBERS_KEY).sort_index()
    now = collect_numbers(BUNDLED, computed / "results").set_index(NUMBERS_KEY).sort_index()
    moved = (
        "the numbers are not those of config/frozen/: run make freeze, look at what moved, and say so in CHANGELOG.md"
    )
    assert list(now.index) == list(frozen.index), moved
    assert list(now["mark"]) == list(frozen["mark"]), moved
    numeric = now.columns.drop("mark")
    assert list(numeric) == list(frozen.columns.drop("mark")), moved
    now, frozen = (table[numeric].astype(float) for table in (now, frozen))
    moved_far = ~(now.eq(frozen) | (now.isna() & frozen.isna()) | ((now - frozen).abs() < CLOSE * scales(frozen)))
    assert not moved_far.any(axis=None), f"{moved}\n{frozen[moved_far.any(axis=1)]}"


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(root, tmp_path):
    """A trial with one visit after baseline and one with two: all that is fitted, drawn and written."""
    folders = [copy_project(root, tmp_path / name) for name in ("here", "elsewhere")]
    for folder, run in zip(folders, (run_command, run_workflow), strict=True):
        keep_only(folder, "ansari2020", "krishnan2021")
        draw_less(folder)
        assert run(root, folder).code == 0
    first, second = (snapshot(folder / "results") for folder in folders)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_adding_a_cohort_is_adding_files(root, project):
    """A data file, a cohort file and a line in config.yaml; only its jobs and what pools it run."""
    data = project / "data" / "new2023"
    shutil.copytree(project / "data" / "ansari2020", data)
    (data / "ansari2020_synthetic.csv").rename(data / "new2023.csv")
    cohort = (project / "config" / "cohorts" / "ansari2020.yaml").read_text()
    cohort = cohort.replace("data/ansari2020/ansari2020_synthetic.csv", "data/new2023/new2023.csv")
    (project / "config" / "cohorts" / "new2023.yaml").write_text(cohort)
    config = project / "config" / "config.yaml"
    config.write_text(config.read_text().replace("  - ansari2020\n", "  - ansari2020\n  - new2023\n"))
    run = run_workflow(root, project, "-n")
    own = {f"{job}_cohort new2023" for job in ("check", "ingest", "describe", "model", "draw", "tabulate")}
    assert run.jobs == own | {"admit_cohorts", "compare_cohorts", "pool_effects", "present_synthesis", *LAST}


def test_editing_one_cohort_runs_only_what_uses_it(root, project):
    path = project / "config" / "cohorts" / "krishnan2021.yaml"
    text = path.read_text()
    path.write_text(text.replace("condition: knee osteoarthritis", "condition: hip osteoarthritis"))
    assert path.read_text() != text
    own = {f"{job}_cohort krishnan2021" for job in ("check", "ingest", "describe", "model", "draw", "tabulate")}
    assert run_workflow(root, project, "-n").jobs == own | {
        "admit_cohorts",
        "compare_cohorts",
        "pool_effects",
        "present_synthesis",
        *LAST,
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"^title: .*", "title: Something else"),
        (r"^citation: .*", "citation: Something else"),
        (r"label: Disability", "label: Difficulty"),
        (r"label: Retro-walking", "label: Backward walking"),
    ],
    ids=["title", "citation", "outcome", "arm"],
)
def test_what_only_readers_see_is_shown_anew_and_computes_nothing(root, project, old, new):
    path = project / "config" / "cohorts" / "krishnan2021.yaml"
    text = path.read_text()
    path.write_text(re.sub(old, new, text, flags=re.MULTILINE))
    assert path.read_text() != text
    assert run_workflow(root, project, "-n").jobs == {*presented("krishnan2021"), *LAST}


@pytest.mark.parametrize(("cohort", "is_looked_for"), [("ansari2020", False), ("krishnan2021", True)])
def test_a_label_of_a_visit_is_looked_for_where_the_file_has_last_visits(root, project, cohort, is_looked_for):
    path = project / "config" / "cohorts" / f"{cohort}.yaml"
    text = path.read_text()
    path.write_text(re.sub("label: Week .", "label: After treatment", text, count=1))
    assert path.read_text() != text
    jobs = run_workflow(root, project, "-n").jobs
    shown = {*presented(cohort), *LAST}
    assert jobs >= shown
    assert (f"ingest_cohort {cohort}" in jobs) == is_looked_for
    assert is_looked_for or jobs == shown


def test_editing_one_instrument_runs_only_the_cohorts_that_use_it(root, project):
    path = project / "config" / "instruments.yaml"
    text = path.read_text()
    path.write_text(text.replace("label: KOOS pain", "label: KOOS, pain"))
    assert path.read_text() != text
    cohorts = {job.split()[1] for job in run_workflow(root, project, "-n").jobs if " " in job}
    assert cohorts == {"goonasegaran2022"}


def test_a_figure_setting_redraws_and_computes_nothing(root, project):
    path = project / "config" / "config.yaml"
    path.write_text(path.read_text().replace("width: one_and_a_half", "width: double"))
    jobs = {job.split()[0] for job in run_workflow(root, project, "-n").jobs}
    assert jobs == {"draw_cohort", "present_synthesis", *LAST}


def test_dropping_cohorts_removes_their_results(root, project):
    kept = "ansari2020"
    keep_only(project, kept)
    run = run_workflow(root, project)
    assert run.code == 0, run.said
    results = project / "results"
    assert [path.name for path in (results / "cohorts").iterdir()] == [kept]
    effects = pd.read_csv(results / "synthesis" / "effects.csv").query("analysis != 'published'")
    assert effects["cohort"].unique() == [kept]
    page = (results / "report.html").read_text()
    assert [name for name in BUNDLED if f'id="cohort-{name}"' in page] == [kept]
