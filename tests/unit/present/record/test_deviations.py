"""Where one plan departs from another: every kind of line, and none where there is nothing to tell."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.present.conftest import THREE_ARMS

from retrowalk.files import write_csv
from retrowalk.plan.settings import Analysis, Plan
from retrowalk.present.record.deviations import DEVIATION_COLUMNS, deviations, read_deviations
from retrowalk.present.record.freeze import plan_hash
from retrowalk.present.record.plan_form import plan_form
from retrowalk.presets import figure_settings


@pytest.fixture
def plan(cohort_of):
    """The plan of the small trial, as JSON gives it back, to be changed at will."""
    cohort = cohort_of(**THREE_ARMS, adjust_for=["age"])
    whole = Plan({"trial": cohort}, (), Analysis("mmrm", 0.05, "holm", 1), {"width_mm": 140, "dpi": 200})
    return json.loads(json.dumps(plan_form(whole)))


def lines(frozen, now):
    """The deviations, what they affect apart."""
    return list(deviations(frozen, now)[["what", "where", "frozen", "now"]].itertuples(index=False, name=None))


def trial(plan):
    return plan["cohorts"]["trial"]


def edited(plan, change):
    now = deepcopy(plan)
    change(now)
    return now


def test_a_plan_does_not_depart_from_itself(plan):
    table = deviations(plan, deepcopy(plan))
    assert list(table.columns) == DEVIATION_COLUMNS
    assert len(table) == 0


def test_tuples_and_whole_numbers_with_a_point_are_no_deviation(plan):
    now = deepcopy(plan)
    now["figures"]["width_mm"] = 140.0
    trial(now)["visits"] = tuple(trial(now)["visits"])
    assert lines(plan, now) == []
    assert plan_hash(plan) == plan_hash(now)


VALUES = [
    (lambda plan: plan["analysis"].update(alpha=0.1), ("changed", "analysis.alpha", "0.05", "0.1")),
    (
        lambda plan: plan["analysis"].update(alpha=0.05000000000000002),
        ("changed", "analysis.alpha", "0.05", "0.05000000000000002"),
    ),
    (
        lambda plan: plan["analysis"].update(primary_estimator="ancova"),
        ("changed", "analysis.primary_estimator", "mmrm", "ancova"),
    ),
    (lambda plan: plan["analysis"].update(seed=2), ("changed", "analysis.seed", "1", "2")),
    (lambda plan: plan.update(published=["p.csv"]), ("changed", "published", "[]", '["p.csv"]')),
    (
        lambda plan: trial(plan).update(adjust_for=["age", "sex"]),
        ("changed", "cohorts.trial.adjust_for", '["age"]', '["age", "sex"]'),
    ),
    (
        lambda plan: trial(plan).update(randomised=False),
        ("changed", "cohorts.trial.randomised", "true", "false"),
    ),
    (lambda plan: trial(plan).update(randomised=1), ("changed", "cohorts.trial.randomised", "true", "1")),
    (
        lambda plan: trial(plan)["outcomes"][1].update(low=None),
        ("changed", "cohorts.trial.outcomes.koos.low", "0", "null"),
    ),
    (
        lambda plan: trial(plan)["outcomes"][1].update(instrument="KOOS, short"),
        ("changed", "cohorts.trial.outcomes.koos.instrument", "KOOS", "KOOS, short"),
    ),
    (
        lambda plan: trial(plan).update(side={"column": "Limb", "left": "L", "right": "R"}),
        ("changed", "cohorts.trial.side", "null", '{"column": "Limb", "left": "L", "right": "R"}'),
    ),
    (lambda plan: plan["analysis"].update(added_later=20), ("added", "analysis.added_later", "", "20")),
    (lambda plan: plan["analysis"].pop("multiplicity"), ("removed", "analysis.multiplicity", "holm", "")),
    (
        lambda plan: trial(plan)["covariates"][1]["levels"].update({"3": "not said"}),
        ("added", "cohorts.trial.covariates.sex.levels.3", "", "not said"),
    ),
    (
        lambda plan: trial(plan)["only"].update({"name": ["Y"]}),
        ("added", "cohorts.trial.only.name", "", '["Y"]'),
    ),
]


@pytest.mark.parametrize(("change", "line"), VALUES, ids=[line[1] + " " + line[3] for _, line in VALUES])
def test_a_value_that_changed_is_a_line(plan, change, line):
    assert lines(plan, edited(plan, change)) == [line]


#: Keys that a later version may add, with their defaults: a part of the plan, and its key.
ADDED = [
    (lambda plan: plan["analysis"], "permutations"),
    (trial, "allocation"),
    (trial, "decimal"),
    (trial, "leave_out"),
    (lambda plan: trial(plan)["arms"][0], "walks_backward"),
    (lambda plan: trial(plan)["outcomes"][0], "family"),
]


@pytest.mark.parametrize(("part", "key"), ADDED, ids=[key for _, key in ADDED])
def test_a_key_that_one_version_does_not_know_is_no_deviation_where_it_has_its_default(plan, part, key):
    older = edited(plan, lambda plan: part(plan).pop(key))
    assert lines(older, plan) == lines(plan, older) == []
    other = edited(plan, lambda plan: part(plan).update({key: "another"}))
    assert [line[0] for line in lines(older, other)] == ["added"]


def conducted(plan):
    """A plan with every mapping and list inside its cohort that has keys of its own."""
    source = {
        "file": "e.csv",
        "sheets": [""],
        "header": [],
        "skip_rows": [],
        "encoding": "",
        "decimal": ".",
        "sha256": "",
    }
    said = {"column": "serious", "yes": "1", "no": ""}
    events = {
        "participant_column": "id",
        "kind_column": "kind",
        "week_column": "",
        "description_column": "",
        "falls": [],
    }
    trial(plan).update(
        participants_table=deepcopy(source),
        sessions={"attended_column": "n", "planned_column": "", "planned": 12},
        per_protocol=deepcopy(said),
        events=events | {"table": source, "serious": said},
    )
    threshold = {"value": 30, "percent": True, "source": "A", "interval": "newcombe"}
    trial(plan)["outcomes"][0]["responders"] = [threshold, threshold | {"value": 50, "interval": "wald"}]
    plan["figures"] = figure_settings({})


NESTED = [
    (lambda plan: trial(plan)["participants_table"], "decimal"),
    (lambda plan: trial(plan)["participants_table"], "sheets"),
    (lambda plan: trial(plan)["sessions"], "planned_column"),
    (lambda plan: trial(plan)["per_protocol"], "no"),
    (lambda plan: trial(plan)["events"], "description_column"),
    (lambda plan: trial(plan)["events"], "falls"),
    (lambda plan: trial(plan)["events"]["table"], "decimal"),
    (lambda plan: trial(plan)["events"]["serious"], "no"),
    (lambda plan: plan["figures"], "tiff_dpi"),
    (lambda plan: plan["figures"], "font_size"),
]


@pytest.mark.parametrize(("part", "key"), NESTED)
def test_a_nested_key_that_one_version_does_not_know_is_no_deviation_at_its_default(plan, part, key):
    plan = edited(plan, conducted)
    older = edited(plan, lambda plan: part(plan).pop(key))
    assert lines(older, plan) == lines(plan, older) == []
    other = edited(plan, lambda plan: part(plan).update({key: "another"}))
    assert [line[0] for line in lines(older, other)] == ["added"]
    assert [line[0] for line in lines(other, older)] == ["removed"]


def test_the_interval_of_a_threshold_is_no_deviation_at_its_default_alone(plan):
    plan = edited(plan, conducted)

    def without(place):
        return edited(plan, lambda plan: trial(plan)["outcomes"][0]["responders"][place].pop("interval"))

    assert lines(without(0), plan) == lines(plan, without(0)) == []
    assert [line[:2] for line in lines(without(1), plan)] == [("changed", "cohorts.trial.outcomes.pain.responders")]
    fewer = edited(plan, lambda plan: trial(plan)["outcomes"][0]["responders"].pop())
    assert [line[0] for line in lines(plan, fewer)] == ["changed"]


@pytest.mark.parametrize("part", [trial, lambda plan: plan["analysis"], lambda plan: plan["figures"]])
def test_zero_is_the_default_of_a_key_that_this_version_does_not_know(plan, part):
    later = edited(plan, lambda plan: part(plan).update(added_later=0))
    assert lines(plan, later) == lines(later, plan) == []


def test_no_files_for_printers_are_as_none_were_known(plan):
    with_none = edited(plan, lambda plan: plan["figures"].update(tiff_dpi=0))
    assert lines(plan, with_none) == []


@pytest.mark.parametrize(
    ("part", "key"),
    [
        (lambda plan: trial(plan)["outcomes"][0], "low"),
        (lambda plan: trial(plan)["visits"][0], "week"),
        (lambda plan: plan["analysis"], "permutations"),
    ],
)
def test_zero_is_a_deviation_where_it_is_no_default(plan, part, key):
    none = edited(plan, lambda plan: part(plan).update({key: 0}))
    older = edited(plan, lambda plan: part(plan).pop(key))
    assert [line[0] for line in lines(older, none)] == ["added"]


PARTS = {"arms": "retro", "visits": "week_4", "outcomes": "koos", "covariates": "sex"}


@pytest.mark.parametrize(("parts", "name"), PARTS.items())
def test_a_named_thing_that_is_removed_or_added_is_one_line_with_its_label(plan, parts, name):
    (place,) = (place for place, each in enumerate(trial(plan)[parts]) if each["name"] == name)
    label = trial(plan)[parts][place]["label"]
    less = edited(plan, lambda plan: trial(plan)[parts].pop(place))
    assert lines(plan, less) == [("removed", f"cohorts.trial.{parts}.{name}", label, "")]
    assert lines(less, plan) == [("added", f"cohorts.trial.{parts}.{name}", "", label)]


def test_all_of_the_covariates_may_be_new(plan):
    none = edited(plan, lambda plan: trial(plan).update(covariates=[]))
    assert [line[:2] for line in lines(none, plan)] == [
        ("added", "cohorts.trial.covariates.age"),
        ("added", "cohorts.trial.covariates.sex"),
    ]


@pytest.mark.parametrize("parts", PARTS)
def test_named_things_are_matched_by_name_and_their_order_is_a_line(plan, parts):
    names = [each["name"] for each in trial(plan)[parts]]
    turned = edited(plan, lambda plan: trial(plan)[parts].reverse())
    where = f"cohorts.trial.{parts}"
    assert lines(plan, turned) == [("order changed", where, ", ".join(names), ", ".join(reversed(names)))]


def test_what_is_put_in_between_leaves_the_order_as_it_was(plan):
    def change(plan):
        trial(plan)["outcomes"].insert(1, trial(plan)["outcomes"][0] | {"name": "sway", "label": "Sway"})

    assert lines(plan, edited(plan, change)) == [("added", "cohorts.trial.outcomes.sway", "", "Sway")]


def test_a_cohort_that_is_added_or_removed_is_one_line_with_its_title(plan):
    def change(plan):
        plan["cohorts"]["other"] = trial(plan) | {"name": "other", "title": "Another trial"}

    more = edited(plan, change)
    assert lines(plan, more) == [("added", "cohorts.other", "", "Another trial")]
    assert lines(more, plan) == [("removed", "cohorts.other", "Another trial", "")]


def test_a_cohort_that_was_renamed_is_removed_and_added(plan):
    def change(plan):
        plan["cohorts"] = {"renamed": trial(plan) | {"name": "renamed"}}

    title = trial(plan)["title"]
    assert lines(plan, edited(plan, change)) == [
        ("removed", "cohorts.trial", title, ""),
        ("added", "cohorts.renamed", "", title),
    ]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda plan: plan["figures"].update(dpi=300), "figures.dpi"),
        (lambda plan: trial(plan).update(title="Another"), "cohorts.trial.title"),
        (lambda plan: trial(plan).update(registration="NCT1"), "cohorts.trial.registration"),
        (lambda plan: trial(plan).update(assumptions=["One"]), "cohorts.trial.assumptions"),
        (lambda plan: trial(plan)["arms"][0].update(label="RW"), "cohorts.trial.arms.retro.label"),
        (lambda plan: trial(plan)["outcomes"][0].update(source="x"), "cohorts.trial.outcomes.pain.source"),
    ],
)
def test_what_changes_no_number_is_told_apart(plan, change, where):
    (line,) = deviations(plan, edited(plan, change)).to_dict("records")
    assert (line["what"], line["where"], line["affects_numbers"]) == ("changed", where, "no")


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: trial(plan)["outcomes"][0]["columns"].update(source="vas"),
        lambda plan: trial(plan)["covariates"][1]["levels"].update(label="x"),
        lambda plan: trial(plan)["date_columns"].update(title="day"),
        lambda plan: trial(plan).update(sha256="ab"),
        lambda plan: trial(plan)["outcomes"][0].update(unit="cm"),
    ],
)
def test_a_column_that_is_called_as_a_key_is_not_taken_for_it(plan, change):
    (line,) = deviations(plan, edited(plan, change)).to_dict("records")
    assert line["affects_numbers"] == "yes"


def places_of(value, path=()):
    """Every place in a plan: the keys that lead to it."""
    yield path
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places_of(part, (*path, key))


@settings(max_examples=200)
@given(st.data())
def test_there_is_a_line_where_and_only_where_the_hash_differs(plan_text, data):
    frozen = json.loads(plan_text)
    now = deepcopy(frozen)
    for _ in range(data.draw(st.integers(0, 3))):
        # A name is what things are matched by, and two of one name are refused before.
        place = data.draw(st.sampled_from([path for path in places_of(now) if path and path[-1] != "name"]))
        holder = now
        for key in place[:-1]:
            holder = holder[key]
        value = holder[place[-1]]
        if isinstance(value, list):
            holder[place[-1]] = data.draw(st.permutations(value))
        elif not isinstance(value, dict):
            holder[place[-1]] = data.draw(st.sampled_from(["", "x", None, True, 0, 1, 1.0, 0.05, 140.0]))
        elif isinstance(holder, list) or (len(place) == 2 and place[0] == "cohorts"):
            holder.pop(place[-1])
    assert (len(deviations(frozen, now)) == 0) == (plan_hash(frozen) == plan_hash(now))
    assert len(deviations(frozen, now)) == len(deviations(now, frozen))


@pytest.fixture(scope="module")
def plan_text(root):
    """The frozen plan of the bundled cohorts."""
    return (root / "config" / "frozen" / "plan.json").read_text(encoding="utf-8")


def test_the_table_comes_back_as_it_was_written(plan, tmp_path):
    def change(plan):
        trial(plan).update(missing=["-9", "=1+1", "NA"], visit_column="", sheet="=cmd")
        plan["analysis"]["alpha"] = 0.1

    for now in (plan, edited(plan, change)):
        table = deviations(plan, now)
        write_csv(table, tmp_path / "deviations.csv")
        assert read_deviations(tmp_path / "deviations.csv").to_dict("list") == table.to_dict("list")
