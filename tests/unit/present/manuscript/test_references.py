"""References and checklist of the manuscript."""

import json
import re
from dataclasses import replace

import pytest
from tests.unit.present.conftest import COMPARISON, SINGLE_GROUP
from tests.unit.present.manuscript.manuscripts import OUTPUTS, PLAN, run_of, write
from tests.unit.present.manuscript.test_manuscript import FULL

from retrowalk.analyses import IMPUTATION, with_purpose
from retrowalk.present.manuscript.checklist import FEATURES, OF_PLAN, Reported, checklist_table, for_authors, items
from retrowalk.present.manuscript.methods import methods_text
from retrowalk.present.manuscript.references import OF_SOFTWARE, PHRASES, as_bibtex, as_text, by_id
from retrowalk.present.record.results import AS_FROZEN, CHANGED, NOT_FROZEN
from retrowalk.present.words.cited import plain


@pytest.fixture
def made(cohort_of, tmp_path):
    return write(run_of(cohort_of(**FULL), tmp_path), tmp_path)


def test_references_are_counted_in_the_order_in_which_the_text_names_them(made):
    cited = [int(number) for number in re.findall(r"\[(\d+)\]", made.text)]
    assert list(dict.fromkeys(cited)) == list(range(1, max(cited) + 1))
    listed = made.under("References").split("\n")
    assert [line.partition(". ")[0] for line in listed] == [str(number) for number in range(1, max(cited) + 1)]
    items = json.loads((made.results / OUTPUTS["csl"]).read_text(encoding="utf-8"))
    assert [as_text(item) for item in items] == [line.partition(". ")[2] for line in listed]
    keys = re.findall(r"^@\w+\{(\w+),$", (made.results / OUTPUTS["bibtex"]).read_text(encoding="utf-8"), re.MULTILINE)
    assert keys == [item["id"] for item in items]


def test_only_what_was_run_is_referred_to(cohort_of, tmp_path):
    cohort = replace(
        cohort_of(),
        leave_out=(
            *(entry.name for entry in with_purpose(IMPUTATION)),
            "complete_cases",
            "tipping_point",
            "permutation",
        ),
    )
    ids = {
        item["id"]
        for item in json.loads((write(run_of(cohort, tmp_path), tmp_path).results / OUTPUTS["csl"]).read_text())
    }
    assert not ids & {"rubin1987", "barnard1999", "carpenter2013", "ernst2004", "newcombe1998", "holm1979", "paule1982"}
    assert {"vickers2001", "kenward1997", "hopewell2025", "molder2021"} <= ids


def test_every_reference_of_the_store_stands_behind_words_that_some_run_says(cohort_of, tmp_path):
    used = {name for names in PHRASES.values() for name in names} | set(OF_SOFTWARE.values())
    assert used == set(by_id())
    outcomes = {name: fields | {"instrument": "vas"} for name, fields in FULL["outcomes"].items()}
    run = run_of(cohort_of(**FULL | {"outcomes": outcomes}), tmp_path)
    with_error = [
        replace(
            each,
            cohort=replace(
                each.cohort, outcomes=tuple(replace(o, measurement_error=5.0) for o in each.cohort.outcomes)
            ),
        )
        for each in run.cohorts
    ]
    said = plain(" ".join(methods_text(with_error, PLAN, run.record, departs=False, pooled=True)))
    assert [phrase for phrase in PHRASES if phrase not in said] == ["CONSORT 2025"]  # which the checklist says


def test_a_reference_reads_as_in_a_journal():
    store = by_id()
    assert as_text(store["kenward1997"]) == (
        "Kenward MG, Roger JH. Small sample inference for fixed effects from restricted maximum likelihood. Biometrics. "
        "1997;53(3):983-997. doi:10.2307/2533558"
    )
    assert as_text(store["harris2020"]).startswith("Harris CR, Millman KJ, van der Walt SJ, et al. Array")
    assert "Hopewell S, Chan AW, Collins GS, et al. CONSORT" in as_text(store["hopewell2025"])
    assert as_text(store["rubin1987"]).endswith("New York: Wiley; 1987. doi:10.1002/9780470316696")


def test_bibtex_keeps_capitals_and_what_latex_would_take_for_a_command():
    store = by_id()
    text = as_bibtex([store["hunter2007"], store["hopewell2025"]])
    assert "journal = {Computing in Science \\& Engineering}," in text
    assert "title = {{CONSORT} 2025 statement" in text
    assert "Collins, Gary S. and others}" in text
    assert "pages = {90--95}" in text
    assert text.count("@article{") == 2
    assert text.count("{") == text.count("}")


def test_the_checklist_has_the_30_items_and_says_where_each_is_met(cohort_of):
    numbers = [int(re.match(r"\d+", item.number)[0]) for item in items()]
    assert sorted(set(numbers)) == list(range(1, 31))
    assert numbers == sorted(numbers)
    assert len(items()) == 42
    reported = Reported([cohort_of(**FULL)], NOT_FROZEN)
    table = checklist_table(reported)
    assert table.frame["Where reported"].str.len().min() > 5
    authors = [
        row["Item"] for _, row in table.frame.iterrows() if "To be written by the authors" in row["Where reported"]
    ]
    assert [re.search(r"\(item (\w+)\)", plain(line))[1] for line in for_authors(reported)] == authors
    assert "27" not in authors  # adverse events were given


def test_every_condition_of_the_checklist_can_be_met_and_not_be_met(cohort_of):
    parts = [part for item in items() for part in item.parts if part.condition not in ("", OF_PLAN)]
    assert {part.condition for part in parts} == {"with", "without", "with_none"}
    assert {part.feature for part in parts} == set(FEATURES)
    full, bare = cohort_of(**FULL, registration="ISRCTN12345678"), cohort_of()
    for part in parts:
        alone = [bool(part.words(Reported([cohort], NOT_FROZEN))) for cohort in (full, bare)]
        assert alone[0] != alone[1], part
        assert bool(part.words(Reported([full, bare], NOT_FROZEN))) == (part.condition != "with_none")


def test_the_checklist_says_what_is_true_of_the_plan(cohort_of):
    parts = [part for item in items() for part in item.parts if part.condition == OF_PLAN]
    assert {part.feature for part in parts} == {NOT_FROZEN, AS_FROZEN, CHANGED}
    said = {}
    for freeze in (NOT_FROZEN, AS_FROZEN, CHANGED):
        table = checklist_table(Reported([cohort_of()], freeze)).frame.set_index("Item")["Where reported"]
        said[freeze] = " ".join(table)
    assert "frozen/" not in said[NOT_FROZEN]
    assert "deviations.csv" not in said[NOT_FROZEN]
    assert (
        "All analyses are in the plan, which was not frozen. To be written by the authors: which analyses"
        in said[NOT_FROZEN]
    )
    assert "The analysis plan was not changed after it was frozen." in said[AS_FROZEN]
    assert "deviations.csv" not in said[AS_FROZEN]
    assert said[CHANGED].count("deviations.csv") == 2


def test_a_checklist_names_trials_where_there_are_several(cohort_of):
    one, other = (replace(cohort_of(registration="ISRCTN12345678"), name=name) for name in ("knee", "back"))
    alone, both = (checklist_table(Reported(cohorts, NOT_FROZEN)) for cohorts in ([one], [one, other]))
    text = " ".join([alone.title, *alone.frame["Where reported"]])
    assert "knee" not in text
    assert "each trial" not in text
    assert "The plan names: ISRCTN12345678." in text
    assert "adverse events of the trial, for which no file was provided" in text
    assert both.title == "CONSORT 2025 checklist for knee and back"
    text = " ".join(both.frame["Where reported"])
    assert "The plan names: knee ISRCTN12345678; back ISRCTN12345678." in text
    assert "adverse events of knee and back, for which no file was provided" in text
    assert "first paragraph of each trial" in text


@pytest.mark.parametrize("changes", [SINGLE_GROUP, COMPARISON])
def test_without_a_randomised_trial_there_is_no_checklist(cohort_of, changes):
    reported = Reported([cohort_of(**changes)], NOT_FROZEN)
    assert checklist_table(reported) is None
    assert for_authors(reported) == []
