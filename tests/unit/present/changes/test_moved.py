"""What moved since the results were frozen, in numbers as they are printed."""

from types import SimpleNamespace

import pandas as pd
import pytest

from retrowalk import estimates
from retrowalk.errors import PlanError
from retrowalk.facts import fact
from retrowalk.present.changes.moved import GONE, NEW, find_moved, moved
from retrowalk.present.changes.page import NOT_FROZEN, UNCHANGED, write_changes
from retrowalk.present.record.freeze import NUMBERS_KEY, read_frozen_numbers
from retrowalk.present.words import cited

FILE = "cohorts/trial/estimates.csv"
KEY = ("trial", "pain", "ancova", "all_randomised", "retro", "exercise", "week_4", "difference")


def row(**values):
    record = dict(zip(estimates.ESTIMATE_KEY, KEY, strict=True)) | {
        "role": "primary",
        "method": fact("ancova", covariates=[]),
    }
    return record | {"estimate": -1.84, "ci_low": -2.9, "ci_high": -0.4, "p_value": 0.0123, "df": 21.0} | values


def results(**values):
    return estimates.tabulate([row(**values)]).assign(file=FILE)


def shown(table):
    """The numbers that a sentence shows of the first row of a table."""
    (first,) = table.itertuples()
    text = f"{cited.estimate_with_interval(first, 1)}, {cited.p_phrase(first)}, {cited.degrees(first)}"
    text += cited.cited(f"{abs(first.estimate):.1f}", first, "estimate", cited.ABSOLUTE)
    return [piece for piece in cited.pieces(text) if isinstance(piece, cited.Cited)]


def test_what_reads_as_before_has_not_moved():
    now = results()
    assert moved(shown(now), now, results()).empty
    assert moved(shown(now), now, results(estimate=-1.8441, p_value=0.01234)).empty


def test_a_number_that_reads_otherwise_is_listed_before_and_after():
    now = results()
    table = moved(shown(now), now, results(estimate=-2.26, p_value=0.0004, df=17.31))
    assert table[["column", "frozen", "now"]].to_numpy().tolist() == [
        ["estimate", "-2.3", "-1.8"],
        ["p_value", "<0.001", "0.012"],
        ["df", "17.3", "21"],
    ]


def test_a_number_is_listed_once_however_often_it_is_printed():
    now = results()
    table = moved([*shown(now), *shown(now)], now, results(ci_low=-3.5))
    assert table["column"].tolist() == ["ci_low"]


def test_what_was_not_frozen_is_new():
    now = results()
    table = moved(shown(now), now, results(visit="week_8"))
    assert set(table["frozen"]) == {NEW}
    assert table["column"].tolist() == ["estimate", "ci_low", "ci_high", "p_value", "df"]


def test_a_main_comparison_that_is_lost_is_told_of():
    none = {"estimate": None, "ci_low": None, "ci_high": None, "p_value": None, "df": None, "method": None}
    now = results(**none, reason=fact("nobody_at_visit"))
    table = moved([], now, results())
    assert table[["frozen", "now"]].to_numpy().tolist() == [["-1.84", GONE]]
    assert moved([], results(**none, role="sensitivity"), results()).empty


def test_where_nothing_was_frozen_the_page_says_so(tmp_path):
    assert find_moved("numbers.csv", ["estimates.csv"], []) is None
    assert NOT_FROZEN in text_of(None, {}, tmp_path)


def test_where_nothing_moved_the_page_says_so(tmp_path):
    now = results()
    assert UNCHANGED in text_of(moved(shown(now), now, results()), {}, tmp_path)


def text_of(table, cohorts, folder):
    outputs = SimpleNamespace(page=folder / "changes.html", markdown=folder / "changes.md")
    write_changes(table, cohorts, outputs)
    page, markdown = outputs.page.read_text(), outputs.markdown.read_text()
    assert page.count("<h2>") == markdown.count("\n## ")
    return page


@pytest.mark.parametrize("provenance", ["synthetic", "individual"])
def test_a_cohort_has_a_table_in_its_own_words(cohort_of, tmp_path, provenance):
    cohort = cohort_of(provenance=provenance, title="<b>Walks</b>")
    names = {"arm": cohort.intervention_arms[0].name, "reference_arm": cohort.control, "visit": cohort.visits[-1].name}
    now = results(outcome=cohort.outcomes[0].name, **names)
    table = moved(shown(now), now, results(outcome=cohort.outcomes[0].name, **names, ci_high=0.7))
    page = text_of(table, {"trial": cohort}, tmp_path)
    assert "1 number in the manuscript has changed since the results were frozen." in page
    assert "&lt;b&gt;Walks&lt;/b&gt;" in page
    assert ("SYNTHETIC" in page) == (provenance == "synthetic")
    assert cohort.outcomes[0].label in page
    assert "upper limit</th><td>0.7</td>" in page.replace(' class="long"', "")
    assert r"\<b\>Walks\</b\>" in (tmp_path / "changes.md").read_text()


def test_the_frozen_numbers_have_the_columns_that_are_looked_for(root):
    columns = pd.read_csv(root / "config" / "frozen" / "numbers.csv", nrows=1).columns
    assert set(NUMBERS_KEY) <= set(columns)
    assert {"estimate", "ci_low", "ci_high", "p_value", "p_adjusted", "df", "n", "n_arm", "effect_size"} <= set(columns)


@pytest.mark.parametrize(
    "content", ["", "garbage", "file,cohort\na,b\n", "\x00\x01", None, "estimate in words"], ids=repr
)
def test_frozen_numbers_that_freeze_did_not_write_are_told_in_words(tmp_path, root, content):
    path = tmp_path / "numbers.csv"
    lines = (root / "config" / "frozen" / "numbers.csv").read_text().splitlines()
    if content is None:
        content = "\n".join([*lines, lines[-1]])
    elif content == "estimate in words":
        content = "\n".join([lines[0], lines[1].replace(",,", ",many,")])
    path.write_text(content)
    with pytest.raises(PlanError, match="has changed since make freeze wrote it"):
        read_frozen_numbers([path])


def test_numbers_of_kinds_of_events_are_never_called_new():
    now = results(term="events:fall of a ladder")
    assert moved(shown(now), now, results()).empty


def test_frozen_numbers_of_other_trials_are_none(tmp_path, root):
    table = results().drop(columns="file")
    path = tmp_path / "results" / "cohorts" / "trial" / "estimates.csv"
    estimates.write(table, path)
    assert find_moved("numbers.csv", [path], [root / "config" / "frozen" / "numbers.csv"]) is None
