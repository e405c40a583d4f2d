"""The manuscript, read back from its files: every number against the file it names, and what it says and does not say."""

import json
import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from tests.unit.present.conftest import COMPARISON, OUTCOMES, POOL, SINGLE_GROUP, THREE_ARMS
from tests.unit.present.manuscript import manuscripts
from tests.unit.present.manuscript.manuscripts import ALT, NUMBER, OUTPUTS, PLAN, run_of, write

from retrowalk import estimates
from retrowalk.errors import RetrowalkError
from retrowalk.facts import fact
from retrowalk.plan.settings import Analysis
from retrowalk.present.manuscript.assemble import manuscript
from retrowalk.present.manuscript.content import Paragraph
from retrowalk.present.manuscript.numbers_table import Located, Results, numbers_table
from retrowalk.present.manuscript.results import per_protocol_sentences, sensitivity_sentences
from retrowalk.present.manuscript.sources import FIXED_WORDS
from retrowalk.present.record.deviations import DEVIATION_COLUMNS
from retrowalk.present.record.results import CohortResults, collect_run
from retrowalk.present.tables.files.layout import printable
from retrowalk.present.words import cited, numbers
from retrowalk.present.words.literature import limits_of_literature
from retrowalk.vocabulary import ESTIMATE_KEY, PER_PROTOCOL, SYNTHETIC

PROTOCOL = {
    "per_protocol": {"column": "followed", "yes": "1"},
    "sessions": {"attended": "done", "planned": 12},
    "events": {"file": "trial.csv", "participant": "id", "kind": "what", "falls": ["fall"]},
}
VISITS = [
    {"name": "baseline", "week": 0, "label": "Baseline"},
    {"name": "week_4", "week": 4, "label": "Week 4"},
    {"name": "week_12", "week": 12, "label": "Week 12"},
]
FULL = PROTOCOL | {
    "visits": VISITS,
    "outcomes": {
        "pain": OUTCOMES["pain"]
        | {
            "primary_visit": "week_12",
            "smallest_worthwhile_effect": 5,
            "source": "Ferreira 2012",
            "responders": [{"percent": 30, "source": "IMMPACT 2008"}, {"change": 10, "source": "IMMPACT 2008"}],
        },
        "koos": OUTCOMES["koos"] | {"family": "KOOS 2"},
        "stride": {"instrument": "stride", "label": "Stride 2", "column": "stride", "family": "KOOS 2"},
    },
}
CASES = {
    "full": FULL,
    "synthetic": {"provenance": "synthetic", "assumptions": ["Everything."]},
    "three arms": THREE_ARMS,
    "single group": SINGLE_GROUP,
    "groups": COMPARISON,
}


#: Manuscripts that were written, by what was changed and which figures were there: most tests only read one.
_WRITTEN = {}


@pytest.fixture
def written(cohort_of, tmp_path):
    def build(figures=(), **changes):
        key = json.dumps([figures, changes])
        if key not in _WRITTEN:
            folder = tmp_path / f"manuscript_{len(_WRITTEN)}"  # figures of another one must not be found in it
            folder.mkdir()
            _WRITTEN[key] = write(run_of(cohort_of(**changes), folder, figures=figures), folder)
        return _WRITTEN[key]

    return build


def text_at(made, row) -> str:
    if row.table:
        return made.cells[int(row.table), int(row.row), int(row.cell)]
    return made.paragraphs[int(row.paragraph)]


@cache
def content_of(path: Path):
    """The rows of a table, the content of a JSON file; each is read once."""
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def rows_of(path: Path) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """The rows of a table of estimates by their key."""
    rows = {}
    for row in content_of(path):
        rows.setdefault(tuple(row[name] for name in ESTIMATE_KEY), []).append(row)
    return rows


def value_in_file(results, row, references):
    """What the file that a row of numbers.csv names holds, read without the code that wrote it."""
    key = json.loads(row.key)
    if row.column:
        (found,) = rows_of(results / row.file)[tuple(key[name] for name in ESTIMATE_KEY)]
        return found[row.column]
    if row.how == "place in the list of references":
        return str([item["id"] for item in references].index(key[0]) + 1)
    content = content_of(results / row.file)
    for part in key:
        content = content[int(part)] if isinstance(content, list) else content[part]
    return str(content)


def rounded(value: float, shown: str) -> bool:
    decimals = len(shown.partition(".")[2])
    return shown in (numbers.number(value, decimals), f"{value:g}", numbers.p_value(value))


def is_shown(row, value: str) -> bool:
    shown = row.shown.replace("−", "-")
    match row.how:
        case "text as it stands there":
            return shown.replace("_", " ").casefold() in value.replace("_", " ").replace("−", "-").casefold()
        case "place in the list of references":
            return shown == value
        case "the value is below what is shown":
            return float(value) < float(shown)
        case "as it is":
            return shown == value or rounded(float(value), shown.replace(",", ""))
        case "absolute value":
            return rounded(abs(float(value)), shown)
        case "100 x (1 - value)":
            return rounded(100 * (1 - float(value)), shown)
        case "100 x value":
            return shown == numbers.percent(float(value), len(shown.partition(".")[2]))
        case "a value in the cell":
            return any(
                shown in (f"{part}", f"{part:g}" if isinstance(part, float) else "")
                for part in parts_of(json.loads(value))
            )
    return False


def parts_of(cell):
    """The values of the facts in a cell, at any depth."""
    if isinstance(cell, (list, dict)):
        for part in cell.values() if isinstance(cell, dict) else cell:
            yield from parts_of(part)
    else:
        yield cell


@pytest.mark.parametrize("case", CASES)
def test_every_number_of_the_text_is_listed_and_is_what_its_file_holds(written, case):
    made = written(figures=("trajectory_pain", "estimation"), **CASES[case])
    references = json.loads((made.results / OUTPUTS["csl"]).read_text(encoding="utf-8"))
    places, counted = {}, {"Table": [], "Figure": []}
    for row in made.numbers.itertuples():
        text, start = text_at(made, row), int(row.character)
        assert text[start : start + len(row.shown)] == row.shown
        where = (row.table, row.row, row.cell) if row.table else int(row.paragraph)
        places.setdefault(where, []).append((start, start + len(row.shown)))
        if row.how == "words of the method":
            assert row.shown in FIXED_WORDS or re.fullmatch(r"item \d+[a-d]?", row.shown)
        elif row.how.endswith("in this text"):
            counted["Table" if "table" in row.how else "Figure"].append(row.shown)
        else:
            value = value_in_file(made.results, row, references)
            assert value == row.value or float(value) == float(row.value)
            assert is_shown(row, value), row
    seen = 0
    for place, (heading, paragraph) in enumerate(made.sections()):
        if heading == "References":
            continue
        for found in NUMBER.finditer(paragraph.text):
            seen += 1
            spans = places.get(place, [])
            assert any(low <= found.start() and found.end() <= high for low, high in spans), (found[0], paragraph.text)
    assert seen > 40
    captions = [re.match(r"(Table|Figure) (\d+)\.", each.text) for each in made.document.paragraphs]
    for kind, listed in counted.items():
        order = [int(found[2]) for found in captions if found and found[1] == kind]
        assert order == list(range(1, len(order) + 1))
        assert set(map(int, listed)) == set(order)


def test_the_numbers_of_tables_are_listed_too(written):
    made = written()
    cells = {(row.table, row.row, row.cell) for row in made.numbers.itertuples() if row.table}
    checklist = len(made.document.tables) - 1
    with_number = {
        tuple(map(str, place)): text
        for place, text in made.cells.items()
        if place[0] != checklist and place[1] > 0 and NUMBER.search(text)
    }
    assert with_number
    assert [text for place, text in with_number.items() if place not in cells] == []


def test_a_number_that_its_source_does_not_hold_is_refused(cohort_of, tmp_path):
    run = run_of(cohort_of(), tmp_path)
    table = run.cohorts[0].estimates
    row = next(table[table["role"] == "primary"].itertuples())
    results = Results([table], run.plan, run.record, [])

    def written(shown: str, column: str, how: str = cited.AS_IT_IS) -> pd.DataFrame:
        (number,) = cited.pieces(cited.cited(shown, row, column, how))
        return numbers_table([Located("Results", 0, number, paragraph=1)], results)

    shown = f"{row.estimate:.1f}"
    assert written(shown, "estimate")["value"].tolist() == [str(row.estimate)]
    assert written(shown.lstrip("-"), "estimate", cited.ABSOLUTE)["how"].tolist() == ["absolute value"]
    with pytest.raises(ValueError, match="a number that its source does not hold"):
        written(f"{row.estimate + 0.1:.1f}", "estimate")
    with pytest.raises(ValueError, match="the source of a number is not there"):
        numbers_table([Located("", 0, cited.Cited("1", "plan.json", ("nowhere",), ""), paragraph=1)], results)


def test_a_manuscript_is_the_same_bytes_twice(cohort_of, tmp_path):
    run = run_of(cohort_of(), tmp_path, figures=("trajectory_pain",))
    made = [{name: (write(run, tmp_path).results / name).read_bytes() for name in OUTPUTS.values()} for _ in range(2)]
    assert made[0] == made[1]


def test_what_is_simulated_says_so_in_every_part(written):
    made = written(figures=("trajectory_pain", "missingness"), **CASES["synthetic"])
    assert made.document.core_properties.title.startswith(SYNTHETIC)
    assert SYNTHETIC in made.document.sections[0].header.paragraphs[0].text
    general = ("How to use this text", "Statistical methods", "Reporting checklist", "Data sharing")
    for heading, paragraph in made.sections():
        if (
            heading in (*general, "To be completed by the authors", "References", "")
            or paragraph.style.name == "Table note"
        ):
            continue
        if paragraph.style.name in ("Caption", "Figure legend") or paragraph.style.name.startswith("Heading"):
            assert SYNTHETIC in paragraph.text, paragraph.text
    said = [each.text for heading, each in made.sections() if "outcome" in heading.casefold()]
    assert all(text.startswith((f"In the {SYNTHETIC}", SYNTHETIC)) for text in said)
    assert SYNTHETIC not in written().text


def test_a_declared_family_has_its_corrected_p_and_is_not_called_exploratory(written):
    made = written(**FULL)
    text = made.under("Outcome: KOOS symptoms (points)")
    table = estimates.read(made.results / "cohorts/trial/estimates.csv")
    here = table[(table["role"] == "secondary") & (table["outcome"] == "koos") & (table["visit"] == "week_12")]
    (p,) = here["p_adjusted"]
    assert f"p {'' if p < 0.001 else '= '}" in text
    assert 'after Holm correction within the family "KOOS 2"' in text
    assert "exploratory" not in text
    assert "the p values of some outcomes were corrected together as a family" in made.under("Statistical methods")


def test_an_undeclared_outcome_has_no_p_value(written):
    assert "p =" not in written().under("Outcome: KOOS symptoms (points)")


def test_responders_protocol_checks_and_events_have_their_sentences(written):
    made = written(**FULL)
    responders = made.under("Responders")
    assert "among participants with a known response, pain had improved by 30% of baseline or more in " in responders
    assert "with all other participants counted as non-responders" in responders
    assert "percentage points, 95% CI" in responders
    protocol = made.under("Per-protocol analysis")
    assert protocol.startswith(
        "At week 12, in the per-protocol population, the difference in pain (Retro-walking minus Exercise) was "
    )
    assert re.search(
        r"95% CI \S+ to \S+, MMRM; n = 14, of whom \d and \d had a value at this visit\)\. Caution: ", protocol
    )
    assert "Caution: only participants who followed the protocol (2 of 16 participants excluded); whether" in protocol
    checks = made.under("Sensitivity analyses")
    assert "constrained longitudinal model" in checks
    assert "per protocol" not in checks
    assert "their agreement is not independent evidence" in checks
    assert "Retro-walking: 1 of " in made.under("Adverse events and attendance")
    assert "smallest worthwhile effect of 5 mm (Ferreira 2012)" in made.under("Primary outcome: Pain (mm)")
    methods = made.under("Statistical methods")
    assert "in participants who followed the protocol (as recorded in the data file)" in methods
    assert "counted in the safety population" in methods
    assert methods.count("unstructured covariance;") == 1


#: What was found in the data of the trial: twice the same, a number in a column, and a participant of another trial.
PROBLEMS = tuple(
    {"severity": "warning", "rule": rule, "row": row, "column": column, "problem": problem}
    for rule, row, column, problem in (
        ("outlier", "3", "pain 12", 'participant "P 07" has 240 mm, more than 100 mm'),
        ("outlier", "5", "pain 12", 'participant "P 08" has 240 mm, more than 100 mm'),
        ("file_changed", "", "", "the file has changed"),
        ("shared", "7", "", 'participant "P 09" has the values of participant "X 1" of "other 2"'),
    )
)


def test_what_the_data_were_warned_of_is_told_with_its_source(cohort_of, tmp_path):
    made = write(run_of(cohort_of(), tmp_path, problems=PROBLEMS), tmp_path)
    assert (
        "Validation of the data produced warnings (listed in cohorts/trial/problems.csv and overlaps.csv): "
        'column "pain 12": a participant has 240 mm, more than 100 mm; the file has changed; '
        'a participant has the values of a participant of "other 2".'
    ) in made.under("Participants")
    rows = made.numbers[made.numbers["file"].isin(["cohorts/trial/problems.csv", "overlaps.csv"])]
    assert rows["shown"].tolist() == ["12", "240", "100", "2"]
    for row in rows.itertuples():
        assert value_in_file(made.results, row, []) == row.value
        assert is_shown(row, row.value)


def test_data_without_warnings_have_no_sentence_on_them(written):
    assert "Validation" not in written().text


@pytest.fixture
def checked(cohort_of, results, result):
    """The sentences on sensitivity analyses of a trial whose estimates are these rows."""

    def build(*rows, **changes) -> str:
        cohort = cohort_of(**changes)
        table = results(*(result(cohort, role="sensitivity", **row) for row in rows))
        reported = CohortResults(cohort, results(), table, pd.DataFrame(), Path())
        return cited.plain(" ".join(sensitivity_sentences(reported)))

    return build


def test_the_tipping_point_is_told_or_why_there_is_none(checked):
    tipping = {"analysis": "tipping_point", "term": "delta"}
    about = "the difference in pain at week 4 (Retro-walking minus Exercise)"
    assert checked(tipping | {"estimate": 12.34}) == (
        f"The interval of {about} reached zero when the imputed values of Retro-walking were changed by 12.3 mm (tipping point; "
        "multiple imputation, missing at random)."
    )
    nothing = tipping | {"estimate": None, "method": None, "reason": fact("no_value_of_arm_missing")}
    assert checked(nothing) == f"Tipping point for {about}: no value of this arm is missing at this visit."
    assert checked() == ""


def test_the_range_without_one_participant_is_told_or_why_there_is_none(checked):
    ends = [
        {"analysis": "influence", "term": f"{end}_without_one", "estimate": value, "caveats": [lost]}
        for end, value in (("lowest", -11.04), ("highest", -7.5))
        for lost in [fact("not_fitted_without", count=1, n=8)]
    ]
    about = "the difference in pain at week 4 (Retro-walking minus Exercise)"
    assert checked(*ends, provenance="synthetic") == (
        f"In the SYNTHETIC data, without each participant in turn, {about} ranged from -11.0 to -7.5 mm. Caution: the model could "
        "not be refitted for 1 of 8 participants."
    )
    nothing = ends[0] | {"estimate": None, "method": None, "caveats": [], "reason": fact("no_one_left_out_fitted")}
    assert checked(nothing) == (
        f"{about[:1].upper()}{about[1:]} was not estimated without each participant in turn: no repetition with one participant "
        "left out could be estimated."
    )


def test_a_comparison_per_protocol_that_failed_says_why(cohort_of, results, result):
    cohort = cohort_of()
    row = result(
        cohort, population=PER_PROTOCOL, role="sensitivity", estimate=None, method=None, reason=fact("no_variation")
    )
    reported = CohortResults(cohort, results(), results(row), pd.DataFrame(), Path())
    (text,) = per_protocol_sentences(reported, Analysis("ancova", 0.05, "holm"))
    assert text == (
        "At week 4, in the per-protocol population, Retro-walking and Exercise could not be compared: the values do not vary after "
        "adjustment."
    )


def test_pooled_articles_have_the_limits_that_the_report_tells(cohort_of, tmp_path, results):
    pool = POOL | {"arm": "backward_walking"}
    pooled = results(
        pool | {"term": "pooled", "estimate": 1, "ci_low": 0.5, "ci_high": 1.5, "n": 62},
        pool | {"term": "i2", "estimate": 12, "unit": "%"},
        pool | {"term": "studies", "estimate": 2, "method": fact("number_of_studies")},
    )
    article = {"cohort": "a", "outcome": "pain", "term": "pain", "analysis": "published", "reference_arm": "add-on"}
    article |= {"role": "as_published", "population": "knee"}
    known = article | {"estimate": 1, "method": fact("g_from_p"), "n": 30}
    run = run_of(cohort_of(), tmp_path)
    for reason, is_told in ((fact("not_reported"), False), (fact("not_significant"), True)):
        effects = results(known, article | {"cohort": "b", "reason": reason})
        parts = manuscript(replace(run, effects=effects, pooled=pooled), PLAN).parts
        texts = [part.text for part in parts if isinstance(part, Paragraph)]
        limits = [text for text in texts if text.startswith("This is not a systematic review.")]
        assert limits == [limits_of_literature(effects)]
        assert ("may be too favourable" in limits[0]) == is_told
    own = results(known | {"analysis": "ancova"})
    assert limits_of_literature(own) == ""


def test_a_single_group_has_changes_and_no_effect(written):
    made = written(**SINGLE_GROUP)
    text = made.under("Primary outcome: Pain (mm)")
    assert "the mean change in pain from baseline was" in text
    assert "a change within one group is not a treatment effect" in text
    assert "Reporting checklist" not in made.text  # the checklist is for randomised trials


def test_withdrawals_have_their_reasons(written):
    assert (
        "Withdrawals, with reasons (number of participants), were as follows: 1 from Exercise after baseline, moved away (1)."
        in written().under("Participants")
    )


HOSTILE = {
    "A": {"name": "retro", "label": "<b>Retro</b> & $x^2$ \\textbf{y}"},
    "B": {"name": "control", "label": "=HYPERLINK(1)|*bold* _it_ \u05d0\u05d1 [a](b)"},
}


def test_what_the_user_wrote_is_text_in_word_and_in_markdown(written):
    made = written(arms=HOSTILE, title="# <script>alert(1)</script> \u202eevil")
    for arm in HOSTILE.values():
        assert printable(arm["label"]) in made.text
    assert "# <script>alert(1)</script> evil" in made.text
    assert "<script>" not in made.markdown
    assert "\\<b\\>Retro\\</b\\> \\& \\$x\\^2\\$ \\\\textbf\\{y\\}" in made.markdown
    assert "=HYPERLINK(1)\\|\\*bold\\* \\_it\\_ \u05d0\u05d1\u200e \\[a\\](b)" in made.markdown
    leftward = [
        run.text.rstrip("\u200e")
        for paragraph in made.document.paragraphs
        for run in paragraph.runs
        if run.font.rtl is not None
    ]
    assert leftward
    assert set(leftward) == {"\u05d0\u05d1"}


def test_the_word_file_is_one_that_an_editor_can_use(written):
    made = written(figures=("trajectory_pain",))
    document = made.document
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "Figure legend", "List Bullet"} <= styles
    assert all({round(s.page_width.cm, 1), round(s.page_height.cm, 1)} == {21.0, 29.7} for s in document.sections)
    assert "PAGE" in document.sections[0].footer._element.xml
    assert all("tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == ALT
    assert round(picture.width.cm, 1) == 7.6
    about = document.core_properties
    assert (about.created.year, about.modified.year, about.author) == (2000, 2000, "retrowalk")


def test_a_legend_stands_below_the_figures_that_are_there_and_no_other(written):
    names = ["trajectory_pain", "trajectory_koos", "estimation", "change_pain", "differences", "participant_flow"]
    names += ["missingness", "residuals_pain", "sensitivity"]
    every = written(figures=tuple(names))
    legends = [each.text for each in every.document.paragraphs if each.style.name == "Figure legend"]
    assert len(legends) == len(names) == len(every.document.inline_shapes)
    assert "95% confidence interval" in legends[1]
    assert "Randomised: Retro-walking, n = 8; Exercise, n = 8." in every.text
    for name in names:
        assert f"](cohorts/trial/figures/{name}.png)" in every.markdown


def test_without_figures_there_is_no_legend(written):
    assert "Figure legend" not in {paragraph.style.name for paragraph in written().document.paragraphs}


def test_the_tables_of_markdown_have_a_cell_a_column(written):
    lines = written().markdown.split("\n")
    heads = [place for place, line in enumerate(lines) if re.fullmatch(r"\|( --- \|)+", line)]
    assert heads
    for place in heads:
        wide = lines[place].count("---")
        while lines[place].startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", lines[place])) == wide + 1
            place += 1


@pytest.mark.parametrize(("alpha", "level"), [(0.05, "95"), (0.1, "90")])
def test_the_level_comes_from_alpha(cohort_of, tmp_path, alpha, level):
    analysis = replace(PLAN, alpha=alpha)
    made = write(run_of(cohort_of(), tmp_path, analysis), tmp_path, analysis)
    rows = made.numbers[made.numbers["how"] == "100 x (1 - value)"]
    assert set(rows["shown"]) == {level}
    assert set(zip(rows["file"], rows["key"], rows["value"], strict=True)) == {
        ("plan.json", '["analysis", "alpha"]', str(alpha))
    }


def test_a_plan_that_departs_from_the_frozen_one_is_said_to(cohort_of, tmp_path):
    run = run_of(cohort_of(), tmp_path)
    assert "The analysis plan was not frozen" in write(run, tmp_path).text
    frozen = replace(run, record=run.record | {"plan": {"sha256": "a", "frozen_sha256": "a"}})
    assert "The analysis followed the frozen plan" in write(frozen, tmp_path).text
    changed = pd.DataFrame([("changed", "analysis.alpha", "0.05", "0.1", "yes")], columns=DEVIATION_COLUMNS)
    assert "The analysis deviated from the frozen plan" in write(replace(frozen, departures=changed), tmp_path).text


def test_real_data_are_shared_by_the_authors(written):
    text = written().under("Data sharing")
    assert "De-identified individual participant data, with a description of every column, [are" in text
    assert "make export" in text


def test_the_estimator_of_the_plan_is_the_one_that_was_fitted(cohort_of, tmp_path):
    analysis = Analysis("ancova", 0.05, "holm", permutations=100, imputations=5)
    made = write(run_of(cohort_of(), tmp_path, analysis), tmp_path, analysis)
    assert "models. Pain and KOOS symptoms were analysed by ANCOVA of the value at the visit" in made.under(
        "Statistical methods"
    )


def test_a_label_that_begins_a_sentence_is_not_altered(cohort_of, tmp_path):
    analysis = Analysis("ancova", 0.05, "holm", permutations=100, imputations=5)
    first, second = cohort_of().outcomes
    cohort = replace(cohort_of(adjust_for=["age"]), outcomes=(replace(first, label="eBike; backward"), second))
    cohort = replace(cohort, covariates=(replace(cohort.covariates[0], label="kAge, {0}"), *cohort.covariates[1:]))
    made = write(run_of(cohort, tmp_path, analysis), tmp_path, analysis)
    methods = made.under("Statistical methods")
    assert "models. eBike; backward and KOOS symptoms were analysed by ANCOVA" in methods
    assert "with terms for baseline, arm and kAge, {0} (least" in methods
    assert "after adjustment for baseline and kAge, {0} (" in made.text


def test_arms_that_could_not_be_compared_per_protocol_have_their_labels(cohort_of, tmp_path):
    analysis = Analysis("ancova", 0.05, "holm", permutations=100, imputations=5)
    cohort = cohort_of(**FULL)
    cohort = replace(cohort, arms=(replace(cohort.arms[0], label="eBike"), *cohort.arms[1:]))
    (reported,) = run_of(cohort, tmp_path, analysis).cohorts
    table = reported.estimates
    table.loc[table["population"] == PER_PROTOCOL, "estimate"] = math.nan
    (said,) = set(per_protocol_sentences(reported, analysis))
    assert said == "At week 12, in the per-protocol population, eBike and Exercise could not be compared."


def test_results_about_an_arm_that_the_plan_lacks_are_no_run(cohort_of, tmp_path, monkeypatch):
    cohort = cohort_of()
    other = replace(cohort, arms=(replace(cohort.arms[0], name="nobody"), *cohort.arms[1:]))
    monkeypatch.setattr(manuscripts, "collect_run", lambda cohorts, paths: collect_run({"trial": other}, paths))
    with pytest.raises(
        RetrowalkError, match=r"^results/cohorts/trial/descriptives\.csv, row .*the plan of this cohort has no such arm"
    ):
        run_of(cohort, tmp_path, Analysis("ancova", 0.05, "holm", permutations=20, imputations=2))
