"""The report: whole in itself, readable by anyone, and honest about what is simulated."""

import base64
import csv
import hashlib
import html
import io
import itertools
import json
import re
import zlib
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.unit.present.conftest import (
    ARMS,
    COMPARISON,
    OUTCOMES,
    SINGLE_GROUP,
    THREE_ARMS,
    modelled,
    people_of,
    simulated,
    values_of,
)

from retrowalk import estimates, files
from retrowalk.describe import describe_cohort
from retrowalk.estimates import pick
from retrowalk.facts import fact
from retrowalk.plan.plain import to_params
from retrowalk.plan.settings import Analysis
from retrowalk.present.figures.files import save
from retrowalk.present.figures.style import FigureSettings
from retrowalk.present.figures.trajectories import draw_trajectories
from retrowalk.present.record.deviations import DEVIATION_COLUMNS
from retrowalk.present.record.plan_form import cohort_form
from retrowalk.present.record.results import CohortResults, Run, collect_run
from retrowalk.present.report.sections import EXPLORATORY, set_section
from retrowalk.present.report.summary import interval_says
from retrowalk.present.report.tables import downloadable
from retrowalk.present.report.text import as_text
from retrowalk.present.report.write import write_report
from retrowalk.present.tables.study_sets import study_sets
from retrowalk.present.words import numbers
from retrowalk.synthesise import synthesise
from retrowalk.vocabulary import EVENT_COLUMNS, PROBLEM_COLUMNS

RECORD = {
    "software": {"retrowalk": "0.1.0"},
    "inputs": {"trial.csv": {"sha256": "ab12"}},
    "plan": {"sha256": "cd34", "frozen_sha256": None},
}
FROZEN = RECORD | {"plan": {"sha256": "cd34", "frozen_sha256": "ef56"}}
NO_DEPARTURE = pd.DataFrame(columns=DEVIATION_COLUMNS, dtype=object)
NASTY = "<script>alert(1)</script>"


class Page(HTMLParser):
    """What a page holds: its tags in order, with their attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.tags if attribute in attrs]


def problems_of(warnings: list[tuple]) -> pd.DataFrame:
    """The table of problems of a data file that gave these warnings: (row, column, problem)."""
    rows = [dict(zip(("row", "column", "problem"), each, strict=True)) for each in warnings]
    return pd.DataFrame([dict.fromkeys(PROBLEM_COLUMNS, "") | row for row in rows], columns=PROBLEM_COLUMNS)


def draw(image: Image.Image, path: Path) -> None:
    """Save an image as a figure is saved: with what it shows as its title, and a PDF beside it."""
    title = PngInfo()
    title.add_itxt(
        "Title",
        f"What the figure {path.stem} shows, differences adjusted"
        if path.stem == "differences"
        else f"What the figure {path.stem} shows",
    )
    image.save(path, pnginfo=title)
    path.with_suffix(".pdf").write_bytes(b"%PDF-1.4")


@pytest.fixture
def result_of(cohort_of, described, analysis, tmp_path):
    """What the report shows of one cohort, with plain images for figures."""

    def build(*warnings, **changes) -> CohortResults:
        cohort = cohort_of(**changes)
        table, _ = modelled(cohort, analysis)
        names = ["trajectory_pain", "trajectory_koos"]
        if cohort.randomised:
            names.append("differences")
        else:
            (tmp_path / "differences.png").unlink(missing_ok=True)  # that of a cohort before in this folder
        for path in (tmp_path / f"{name}.png" for name in names):
            if not path.exists():
                draw(Image.new("RGBA", (40, 20), "red"), path)
        return CohortResults(cohort, described(cohort), table, problems_of(warnings), tmp_path)

    return build


def write(
    result: CohortResults,
    plan: Analysis,
    *others: CohortResults,
    record: dict = RECORD,
    departures: pd.DataFrame = NO_DEPARTURE,
    refused: dict[str, pd.DataFrame] | None = None,
) -> str:
    """Write a report and return its text."""
    effects, pooled = synthesise(result.estimates, {"trial": result.cohort}, (), plan.alpha)
    cohorts = {each.cohort.name: cohort_form(each.cohort) for each in (result, *others)}
    as_run = json.loads(json.dumps({"show_ids": False, "analysis": to_params(plan), "cohorts": cohorts}))
    path = result.figures / "report.html"
    run = Run([result, *others], effects, pooled, result.figures, as_run, record, departures, refused or {})
    write_report(run, plan, path)
    return path.read_text()


#: Reports that were written already: making one takes a second.
PAGES: dict[str, str] = {}


@pytest.fixture
def report(result_of, analysis):
    """The text of a report on one cohort."""

    def build(*warnings, **changes) -> str:
        key = repr((warnings, changes))
        if key not in PAGES:
            PAGES[key] = write(result_of(*warnings, **changes), analysis)
        return PAGES[key]

    return build


def words(page: str) -> str:
    """The words of a page, tags, style, script and contents taken out."""
    shown = re.sub(r"<(script|style|nav).*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", re.sub('<span class="n"[^>]*>(.*?)</span>', r"\1", shown)).split())


DESIGNS = [{}, THREE_ARMS, SINGLE_GROUP, COMPARISON, {"provenance": "synthetic"}]


@pytest.mark.parametrize("changes", DESIGNS)
def test_a_page_needs_nothing_from_elsewhere(report, changes):
    text = report(citation="Smith 2020. doi 10.1/x, https://doi.org/10.1/x", **changes)
    page = Page(text)
    assert all(address.startswith("data:image/png;base64,") for address in page.all("src"))
    assert all(address.startswith("#") for address in page.all("href"))
    assert not re.search(r"url\(|@import", text)
    assert not {"link", "iframe"} & {tag for tag, _ in page.tags}
    assert [attrs.get("type") for tag, attrs in page.tags if tag == "script"].count(None) == 1
    (policy,) = (value for value in page.all("content") if "src" in value)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    for element in ("style", "script"):
        (inside,) = re.findall(f"<{element}>(.*?)</{element}>", text, flags=re.DOTALL)
        assert base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode() in policy


@pytest.mark.parametrize("changes", DESIGNS)
def test_a_page_can_be_read_by_anyone(report, changes):
    page = Page(report(**changes))
    assert [attrs["lang"] for tag, attrs in page.tags if tag == "html"] == ["en"]
    images = [attrs for tag, attrs in page.tags if tag == "img"]
    assert len(images) >= 2
    assert all(len(attrs["alt"]) > 20 for attrs in images)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - level <= 1 for level, later in itertools.pairwise(levels))
    ids = page.all("id")
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert {address[1:] for address in page.all("href")} <= set(ids)


@pytest.mark.parametrize("name", ["other", "methods", "summary"])
def test_two_cohorts_share_no_id_whatever_they_are_called(result_of, analysis, name):
    result = result_of()
    page = Page(write(result, analysis, replace(result, cohort=replace(result.cohort, name=name))))
    assert {"cohort-trial", f"cohort-{name}", "trial-results", f"{name}-results"} <= set(page.all("id"))
    assert [name for name, count in Counter(page.all("id")).items() if count > 1] == []


@pytest.mark.parametrize("changes", DESIGNS)
def test_no_empty_value_is_printed(report, changes):
    assert not re.search(r"\b(nan|NaN|None|NA|inf)\b|<NA>", words(report(**changes)))


def test_a_synthetic_cohort_is_marked_in_the_title_and_wherever_it_is_shown(report):
    text = report(provenance="synthetic")
    assert re.search("<title>(.*?)</title>", text)[1].startswith("SYNTHETIC data")
    sections = dict(re.findall(r'<section id="([\w-]+)">(.*?)</section>', text, flags=re.DOTALL))
    marked = {name for name, section in sections.items() if "SYNTHETIC" in section}
    assert marked == {"summary", "cohort-trial", "synthetic"}
    titles = re.findall(r"<caption[^>]*><span>(.*?)</span>", sections["cohort-trial"])
    assert [title for title in titles if not title.startswith("SYNTHETIC data, not evidence. ")] == ["Estimand"]
    assert len(titles) == 9
    assert "Results from simulated data are not evidence" in words(text)


@pytest.mark.parametrize("changes", [{}, THREE_ARMS, SINGLE_GROUP, COMPARISON])
def test_real_data_have_no_mark_anywhere(report, changes):
    assert "synthetic" not in words(report(**changes)).lower().replace(
        "real and synthetic results are never pooled", ""
    )
    assert "SYNTHETIC" not in report(**changes)


def test_what_the_user_wrote_is_shown_as_text(report, outcome_with):
    arms = {"A": ARMS["A"] | {"label": f"Retro {NASTY}"}, "B": ARMS["B"]}
    given = {"title": f"T {NASTY}", "citation": NASTY, "condition": NASTY, "assumptions": [NASTY], "arms": arms}
    text = report((3, NASTY, NASTY), **given, **outcome_with(label=f"Pain {NASTY}"))
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 20


def test_the_primary_comparison_is_in_the_summary_and_in_words(report, result_of):
    text = words(report())
    row = result_of().estimates.query("role == 'primary'").iloc[0]
    p = numbers.p_value(row.p_value).replace("<", "&lt;")
    shown = f"{row.estimate:.1f} ({row.ci_low:.1f} to {row.ci_high:.1f})"
    assert f"Pain (mm), week 4 Retro-walking minus Exercise {shown} whole interval favours Retro-walking {p} 15" in text
    assert "Primary outcome: Pain, week 4 At week 4, pain was " in text
    assert "exploratory) At week 4, KOOS symptoms was " in text


def test_three_arms_stand_in_the_order_of_the_plan(report):
    text = words(report(**THREE_ARMS))
    assert 0 < text.index("with Retro-walking than with Exercise") < text.index("with Stretching than with Exercise")
    assert text.count("minus Exercise") >= 2


def test_a_single_group_has_its_change_and_no_comparison(report):
    text = words(report(**SINGLE_GROUP))
    assert "trial Pain (mm), week 4 single group, no comparison - " in text
    assert "At week 4, the mean change in pain from baseline was " in text
    assert text.count("At week 4, the mean change") == 2
    assert "There is no control group; a change within one group is not a treatment effect." in text
    assert "favours" not in text


def test_groups_that_were_not_allocated_are_said_to_be_so(report):
    text = words(report(**COMPARISON))
    assert "The groups were not randomised; differences between them are not treatment effects." in text
    assert "Retro-walking minus Exercise (change; not randomised)" in text


def test_a_forest_that_was_not_drawn_is_left_out(report):
    for changes, count in (({}, 3), (COMPARISON, 2)):
        images = [
            attrs["alt"] for tag, attrs in Page(report(**changes)).tags if tag == "img" and "Hedges" not in attrs["alt"]
        ]
        assert len(images) == count
        assert any("differences adjusted" in description for description in images) == (count == 3)


@pytest.mark.parametrize(
    ("warnings", "said"),
    [
        ([], None),
        ([("12", "vas", "is odd")], 'produced 1 warning: Row 12, column "vas": is odd.'),
        ([("", "vas", "the unit is doubtful")], 'produced 1 warning: Column "vas": the unit is doubtful.'),
        (
            [("", "", "something")] * 25,
            "produced 25 warnings (the first 20 are shown; all are in problems.csv): Something.",
        ),
    ],
)
def test_warnings_of_the_data_file_are_shown(report, warnings, said):
    text = words(report(*warnings)).replace("&#34;", '"')
    assert said in text if said else "warning" not in text
    assert text.count("Something.") == (20 if len(warnings) == 25 else 0)


def test_an_embedded_figure_has_its_size_and_fewer_bytes(result_of, analysis, tmp_path):
    path = tmp_path / "trajectory_pain.png"
    draw(Image.merge("RGB", [Image.effect_noise((600, 400), 60)] * 3), path)
    first = re.search(r'src="data:image/png;base64,([^"]+)"', write(result_of(), analysis))[1]
    with Image.open(io.BytesIO(base64.b64decode(first))) as image:
        assert image.size == (600, 400)
    assert len(base64.b64decode(first)) < 0.8 * path.stat().st_size


def test_a_page_of_a_dozen_figures_stays_under_5_mb(result_of, analysis, cohort_of, tmp_path):
    """Two figures at 300 dots an inch, with more lines than most trials give, are a sixth of that."""
    cohort = cohort_of()
    people, values = simulated(cohort, 40)
    described = describe_cohort(people, values, cohort, 0.05)
    settings = FigureSettings(140, 300)
    for outcome in cohort.outcomes:
        figure = draw_trajectories(people, values, described, cohort, outcome, settings, 0.05)
        save(figure, settings, tmp_path, f"trajectory_{outcome.name}", "What it shows")
    assert len(write(result_of(), analysis)) < 5_000_000 / 6


@pytest.mark.parametrize("kind", ["published", "ancova"])
def test_published_results_are_not_called_a_systematic_review(results, kind):
    row = {
        "cohort": "chen2021",
        "outcome": "pain",
        "term": "pain",
        "role": "as_published",
        "estimate": 1,
        "method": fact("g_from_p"),
    }
    (real,) = study_sets(results(row | {"analysis": kind, "reference_arm": "add-on", "n": 30}), results())
    limits = set_section(real, Path(), 0.05)["limits"]
    assert limits.startswith("This is not a systematic review.") if kind == "published" else limits == ""


def test_the_record_of_the_run_is_shown(report):
    text = words(report())
    assert "Software: retrowalk 0.1.0." in text
    assert "trial.csv ab12" in text


def test_the_level_is_that_of_the_plan(result_of):
    text = words(write(result_of(), Analysis(primary_estimator="ancova", alpha=0.1, multiplicity="holm")))
    assert "90% CI" in text
    assert "95%" not in text


def test_what_the_report_shows_is_read_from_the_tables(result_of, tmp_path):
    result = result_of((3, "vas", "is odd"))
    estimates.write(result.descriptives, tmp_path / "descriptives.csv")
    estimates.write(result.estimates, tmp_path / "estimates.csv")
    files.write_csv(result.problems, tmp_path / "problems.csv")
    paths = {name: [tmp_path / f"{name}.csv"] for name in ("descriptives", "estimates", "problems")}
    elsewhere = result.problems.assign(cohort="another")
    files.write_csv(
        pd.concat([elsewhere, result.problems.assign(problem="is shared", cohort="trial")]), tmp_path / "overlaps.csv"
    )
    paths["overlaps"], paths["cohorts"] = tmp_path / "overlaps.csv", tmp_path / "cohorts.csv"
    for name, table in zip(("effects", "pooled"), synthesise(result.estimates, {}, (), 0.05), strict=True):
        estimates.write(table, tmp_path / f"{name}.csv")
        paths[name] = tmp_path / f"{name}.csv"
    for name in ("plan", "provenance"):
        paths[name] = tmp_path / f"{name}.json"
        files.write_json({}, paths[name])
    paths["deviations"] = tmp_path / "deviations.csv"
    files.write_csv(NO_DEPARTURE, paths["deviations"])
    paths |= {"figures": [tmp_path], "synthesis_figures": tmp_path}
    (read,) = collect_run({"trial": result.cohort}, SimpleNamespace(**paths)).cohorts
    pd.testing.assert_frame_equal(read.estimates.drop(columns="file"), result.estimates)
    assert read.problems[["row", "column", "problem", "value"]].to_numpy().tolist() == [
        ["3", "vas", said, ""] for said in ("is odd", "is shared")
    ]


def test_the_same_results_are_the_same_bytes(result_of, analysis):
    assert write(result_of(), analysis) == write(result_of(), analysis)


def test_adverse_events_have_a_part_of_their_own_also_where_none_were_given(report):
    text = words(report())
    assert (
        "Adverse events and attendance No data on adverse events were provided; this does not mean that none occurred."
        in text
    )
    assert "trial-adverse-events" not in report()


def test_the_tables_of_events_and_adherence_are_on_the_page(result_of, cohort_of, analysis):
    Path("events.csv").touch()
    events = {"file": "events.csv", "kind": "what", "falls": [NASTY]}
    result = result_of()
    cohort = cohort_of(events=events, sessions={"attended": "done", "planned": 8})
    people, values = simulated(cohort)
    people = people.assign(sessions_attended=6.0, sessions_planned=8.0)
    told = pd.DataFrame([("trial", "retro0", 1.0, NASTY, "", "")], columns=EVENT_COLUMNS)
    described = describe_cohort(people, values, cohort, 0.05, told)
    page = write(replace(result, cohort=cohort, descriptives=described), analysis)
    assert {"trial-adverse-events", "trial-adherence"} <= set(Page(page).all("id"))
    assert "Retro-walking: 1 of 8 participants had an adverse event (1 event, 1 fall in 1 participant)." in words(page)
    assert NASTY not in page


# --- the plan ---------------------------------------------------------------------------------------------------------


def plan_section(page: str) -> str:
    """The words of the section on the plan."""
    return words(re.search('<section id="plan">(.*?)</section>', page, flags=re.DOTALL)[1])


def test_a_plan_that_was_not_frozen_is_said_to_be_so(report):
    assert plan_section(report()) == (
        "The plan SHA-256 of the plan as run: cd34 The plan was not frozen, so this folder does not show whether it was "
        "fixed before the data were seen. Run make freeze."
    )


def test_a_frozen_plan_without_deviations_is_said_to_be_so(result_of, analysis):
    assert plan_section(write(result_of(), analysis, record=FROZEN)) == (
        "The plan SHA-256 of the plan as run: cd34 SHA-256 of the frozen plan: ef56 "
        "The plan was run as frozen, without deviations."
    )


def test_every_deviation_is_listed(result_of, analysis):
    rows = [("changed", "analysis.alpha", "0.05", "0.1", "yes"), ("removed", "cohorts.old", NASTY, "", "yes")]
    rows.append(("added", "x", "", "y", "no"))
    departures = pd.DataFrame(rows, columns=DEVIATION_COLUMNS)
    page = write(result_of(), analysis, record=FROZEN, departures=departures)
    assert "<script>alert" not in page
    assert plan_section(page).endswith(
        "Deviations from the frozen plan (3): "
        "Deviations from the frozen plan Place in the plan Change Affects numbers Frozen Now "
        "analysis.alpha changed yes 0.05 0.1 cohorts.old removed yes &lt;script&gt;alert(1)&lt;/script&gt; x added no y"
    )
    assert "without deviations" not in page
    assert "The plan was changed after it was frozen , in 2 places that may affect numbers: what was changed" in words(
        page
    )


# --- missing data and the estimand ------------------------------------------------------------------------------------


def test_missing_data_stand_before_the_primary_result_and_the_estimand_after_it(report):
    text = words(report())
    order = ["Missing data", "Missing values", "Patterns of missing values", "Primary outcome: Pain"]
    order += ["At week 4, pain was ", "Estimand", "Intercurrent events"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Pain Week 4 Exercise 4 3 1 (25%) moved away (1)" in text
    assert "Difference in adjusted means at week 4, Retro-walking minus Exercise, by ANCOVA." in text


def test_a_single_group_has_no_estimand_of_a_treatment(report):
    assert "there is no comparison and no treatment effect" in words(report(**SINGLE_GROUP))


def test_figures_of_missing_values_and_residuals_are_shown_where_they_were_drawn(result_of, analysis, tmp_path):
    said = ("What the figure missingness shows", "What the figure residuals_pain shows")
    without = Page(write(result_of(), analysis)).all("alt")
    for name in ("missingness", "residuals_pain"):
        draw(Image.new("RGB", (40, 20)), tmp_path / f"{name}.png")
    shown = Page(write(result_of(), analysis)).all("alt")
    for words_of_one in said:
        assert not any(words_of_one in alt for alt in without)
        assert sum(words_of_one in alt for alt in shown) == 1


def test_a_cohort_that_lacks_nothing_says_so_and_has_no_patterns(result_of, analysis):
    result = result_of()
    people = people_of(result.cohort).assign(withdrawn_after="", withdrawal_reason="")
    complete = describe_cohort(people, values_of(result.cohort, people), result.cohort, 0.05)
    text = words(write(replace(result, descriptives=complete), analysis))
    assert "None: every participant has a value for each outcome" in text
    assert "Patterns of missing values" not in text


# --- headings, texts and sources --------------------------------------------------------------------------------------


def headings(page: str) -> list[str]:
    return [html.unescape(re.sub("<[^>]+>", "", each)) for each in re.findall("<h3.*?>(.*?)</h3>", page)]


@pytest.mark.parametrize("method", ["holm", "none"])
def test_a_declared_family_is_not_called_exploratory(result_of, method):
    outcomes = OUTCOMES | {"koos": OUTCOMES["koos"] | {"family": "function"}}
    outcomes["stride"] = {"instrument": "stride", "label": "Stride", "column": "stride", "family": "function"}
    outcomes["more"] = {"instrument": "koos", "label": "KOOS sport", "column": "more"}
    plan = Analysis(primary_estimator="ancova", alpha=0.05, multiplicity=method)
    page = write(result_of(outcomes=outcomes), plan)
    found = [each for each in headings(page) if "exploratory" in each or "family" in each]
    family = 'Outcomes of the family "function" (p values adjusted together)'
    assert found == [*[family] * (method == "holm"), EXPLORATORY]
    sections = [words(each) for each in re.split("<h3", page)]
    where = {
        each: [place for place, text in enumerate(sections) if f"At week 4, {each} was" in text]
        for each in ("KOOS symptoms", "KOOS sport")
    }
    assert (where["KOOS symptoms"] < where["KOOS sport"]) == (method == "holm")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        (
            "with \u0645\u0634\u064a \u0644\u0644\u062e\u0644\u0641, 12",
            "with <bdi>\u0645\u0634\u064a \u0644\u0644\u062e\u0644\u0641</bdi>, 12",
        ),
        ("turned \u202eround", "turned round"),
    ],
)
def test_text_is_text_and_keeps_its_direction_to_itself(text, shown):
    assert as_text(text) == shown


def store(page: str) -> dict:
    """What the page's script knows."""
    packed = re.search('<script type="text/plain" id="store">(.*?)</script>', page)[1]
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def test_each_number_of_the_page_has_its_row_and_its_data(result_of, analysis):
    result = result_of()
    result = replace(
        result,
        descriptives=result.descriptives.assign(file="cohorts/trial/descriptives.csv"),
        estimates=result.estimates.assign(file="cohorts/trial/estimates.csv"),
    )
    page = write(result, analysis)
    places = re.findall('<span class="n" data-s="(\\d+)">(.*?)</span>', page)
    known = store(page)
    assert {int(place) for place, _ in places} == set(range(len(known["numbers"])))
    for place, shown in places:
        row, column, _ = known["numbers"][int(place)]
        file, line, words_of_row, cells, data = known["rows"][row]
        path, columns = known["files"][file]
        if path == "plan.json":
            continue
        table = result.estimates if "estimates" in path else result.descriptives
        value, cell = table.iloc[line - 2][column], cells[columns.index(column)]
        assert words_of_row.startswith("trial; ")
        assert known["data"][data] == [["trial.csv", "ab12"]]
        shown = html.unescape(shown).lstrip("<>")
        if column in ("method", "reason", "caveats"):
            assert shown in cell
            assert shown in value or shown in {f"{float(part):.2g}" for part in re.findall(r"\d+\.\d+", value)}
            continue
        assert float(cell) == pytest.approx(value, rel=1e-15)
        assert abs(float(shown)) == pytest.approx(abs(value), abs=1.0001 * 10 ** -len(shown.partition(".")[2]))


def test_what_can_be_downloaded_are_the_rows_behind_tables_and_figures(result_of, analysis):
    result = result_of()
    downloads = store(write(result, analysis))["csv"]
    assert set(downloads) >= {"summary-table", "trial-results", "trial-baseline", "figure-trial-trajectory-pain"}
    drawn = pick(result.descriptives, analysis="observed_mean", outcome="pain")
    assert downloads["figure-trial-trajectory-pain"] == files.csv_text(drawn)
    (primary,) = csv.DictReader(io.StringIO(downloads["summary-table"]))
    assert float(primary["estimate"]) == result.estimates.query("role == 'primary'")["estimate"].item()


def test_no_download_has_a_row_about_one_participant(result_of):
    rows = result_of().estimates.iloc[:2]
    both = pd.concat([rows, rows.assign(term="participant:007", file="x")], ignore_index=True)
    assert downloadable(both) == files.csv_text(rows)
    assert downloadable(both.iloc[:0]) == ""


@pytest.mark.parametrize(
    ("low", "high", "changes", "said"),
    [
        (-3, -1, {}, "whole interval favours Retro-walking"),
        (1, 3, {}, "whole interval favours Exercise"),
        (1, 3, COMPARISON, "whole interval: better in Exercise"),
        (-1, 3, {}, "uncertain: compatible with a difference in either direction"),
        (-1, 0, {}, "uncertain: compatible with a difference in either direction"),
        (float("nan"), float("nan"), {}, "not estimated"),
    ],
)
def test_what_an_interval_says(cohort_of, result, low, high, changes, said):
    cohort = cohort_of(**changes)
    row = pd.Series(result(cohort, estimate=(low + high) / 2, ci_low=low, ci_high=high))
    assert interval_says(row, cohort) == said


def test_the_text_of_a_trajectory_has_the_means(report, result_of):
    means = pick(result_of().descriptives, analysis="observed_mean", outcome="pain", term="mean")
    values = means.set_index(["arm", "visit"])["estimate"]
    told = [
        f"{label}, {values[arm, 'baseline']:.1f} at baseline and {values[arm, 'week_4']:.1f} at week 4"
        for arm, label in (("retro", "Retro-walking"), ("control", "Exercise"))
    ]
    assert f"What the figure trajectory_pain shows Means: {told[0]}; {told[1]}." in Page(report()).all("alt")
