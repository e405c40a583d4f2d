"""Facts: they come back from a cell as they were, every code is in its register and in use, and no text makes or hides one."""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.cells import caveats, values, with_caveat
from tests.unit.model.cohorts import QUICK, cohort, outcome, tables

import retrowalk
from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.facts import CAVEATS, METHODS, REASONS, Fact, cell, fact, faults, from_json, read, read_list
from retrowalk.model import analyse_cohort
from retrowalk.model.longitudinal import fact_of
from retrowalk.plan.plain import for_analysis, from_params
from retrowalk.plan.trial import Cohort, Threshold
from visitwise import Attempt, Reason
from visitwise.reasons import WORDS

PACKAGE = Path(retrowalk.__file__).parent
REGISTERS = {"METHODS": METHODS, "REASONS": REASONS, "CAVEATS": CAVEATS}
#: Texts that look like the end of a caveat, like another caveat, or like the JSON of one.
MISLEADING = [
    "moved away; not a randomised comparison",
    "SYNTHETIC data, not evidence",
    "not estimated: nobody has a value",
    'said "no"; "yes"',
    '[["exploratory", {}]]',
    '"}], ["exploratory", {"x": "',
    "\\",
    "Rückwärtsgehen – 倒走 \N{PEDESTRIAN}\nand on",
]

# --- there and back ---------------------------------------------------------------------------------------------------
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(MISLEADING)
single = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
several = st.lists(single | st.lists(single, max_size=2), max_size=3)
facts = st.builds(Fact, texts, st.dictionaries(texts, single | several, max_size=4))


@given(facts)
def test_a_fact_comes_back_from_its_cell(made):
    assert read(made.cell) == made
    assert from_json(made.as_json()) == made


@given(st.lists(facts, max_size=4))
def test_a_list_of_facts_comes_back_from_its_cell(made):
    assert read_list(cell(made)) == made


def test_an_empty_cell_is_no_fact():
    assert read("") is None
    assert (read_list(""), read_list("[]"), cell([])) == ([], [], "[]")


def test_a_fact_in_a_fact_comes_back_as_one():
    inner = fact("too_few_participants", participants=4, needed=5)
    tried = [["us", inner], ["toep", fact("singular")]]
    outer = fact("simpler_structure", structure="cs", tried=tried)
    assert outer.cell == (
        '["simpler_structure", {"structure": "cs", "tried": [["us", ["too_few_participants", {"needed": 5, '
        '"participants": 4}]], ["toep", ["singular", {}]]]}]'
    )
    back = read(outer.cell).values["tried"]
    assert [[name, from_json(why)] for name, why in back] == tried
    once_more = fact("not_pooled", reason=fact("not_compared", reason=inner))
    assert from_json(from_json(read(once_more.cell).values["reason"]).values["reason"]) == inner


def test_what_was_read_is_written_as_it_was():
    text = cell([fact("left_out", study="a", outcome="pain", reason=fact("own_data_used", study="a"))])
    assert cell(read_list(text)) == text


def test_numbers_of_numpy_are_numbers():
    made = fact(
        "x", a=np.int64(3), b=np.float64(0.1), c=np.bool_(True), d=np.str_("t"), e=(np.int32(1), [np.float32(0.5)])
    )
    assert made.cell == '["x", {"a": 3, "b": 0.1, "c": true, "d": "t", "e": [1, [0.5]]}]'


def test_the_order_of_the_values_is_that_of_their_names():
    assert fact("x", b=1, a=2, c=fact("y", z=0, y=1)).cell == fact("x", c=fact("y", y=1, z=0), a=2, b=1).cell
    assert fact("x", b=1, a=2).cell == '["x", {"a": 2, "b": 1}]'


def test_a_cell_keeps_letters_as_they_are():
    assert fact("x", text="für 倒走").cell == '["x", {"text": "für 倒走"}]'


@pytest.mark.parametrize("text", MISLEADING)
def test_texts_survive_the_way_through_a_file(tmp_path, text):
    told = [fact("noted", text=text), fact("withdrawal_reasons", reasons=[[text, 2], ["", 1]])]
    row = {"analysis": "flow", "role": "descriptive", "cohort": "x", "estimate": 3, "method": fact("count")}
    estimates.write(estimates.tabulate([row | {"caveats": told}]), tmp_path / "x.csv")
    (back,) = estimates.read(tmp_path / "x.csv").itertuples()
    assert caveats(back.caveats) == {"noted": {"text": text}, "withdrawal_reasons": {"reasons": [[text, 2], ["", 1]]}}


# --- what is no fact --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "register", "fault"),
    [
        (fact("count").cell, METHODS, ""),
        ("", METHODS, ""),
        ("", REASONS, ""),
        ("[]", CAVEATS, ""),
        (fact("hedges_df", df=1).cell, REASONS, ""),
        (cell([fact("exploratory"), fact("complete_cases", n=3, count=1)]), CAVEATS, ""),
        (fact("count").cell, REASONS, "unknown code count"),
        (fact("magic").cell, METHODS, "unknown code magic"),
        (cell([fact("exploratory"), fact("magic")]), CAVEATS, "unknown code magic"),
        (fact("hedges_df").cell, REASONS, "hedges_df has the values ('df',), not ()"),
        (fact("hedges_df", df=1, n=2).cell, REASONS, "hedges_df has the values ('df',), not ('df', 'n')"),
        (fact("hedges_df", DF=1).cell, REASONS, "hedges_df has the values ('df',), not ('DF',)"),
        (
            cell([fact("complete_cases", count=1)]),
            CAVEATS,
            "complete_cases has the values ('count', 'n'), not ('count',)",
        ),
        (cell([fact("exploratory", n=1)]), CAVEATS, "exploratory has the values (), not ('n',)"),
    ],
)
def test_a_fact_outside_its_register_or_with_other_values_is_told(text, register, fault):
    assert faults(text, register) == fault


@pytest.mark.parametrize(
    "text", ["[]", '["count"]', '["count", []]', "[1, {}]", '{"count": {}}', '"count"', "ANCOVA", "[["]
)
def test_what_is_no_fact_is_refused(text):
    with pytest.raises(ValueError):
        read(text)
    with pytest.raises(ValueError):
        faults(text, METHODS)
    if text != "[]":
        with pytest.raises(ValueError):
            read_list(f"[{text}]")


# --- every code is in a register, and every code of a register is in use --------------------------------------------------
#: Codes that are not the first argument of `fact` or `FitError`, where they stand: {module: codes}.
CHOSEN = {
    "model/adjusted.py": {"mmrm", "clda", "model_of_all_visits"},
    "model/as_studied.py": {"student_post", "welch_post"},
    "model/guards.py": {"at_lowest", "at_highest"},
    "synthesise/effects.py": {
        "change_within_group",
        "p_bound",
        "not_significant",
        "not_reported",
        "test_over_visits",
        "numbers_of_arms_unknown",
        "no_better_direction",
        "no_direction",
        "directions_disagree",
    },
}
MODULES = sorted(path for room in ("describe", "model", "synthesise") for path in (PACKAGE / room).rglob("*.py"))


def calls(path: Path) -> Iterator[tuple[str, str, set[str], bool]]:
    """Yield what makes each fact of a module, its code, the names of its values, and whether these are all."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        maker = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if maker in ("fact", "FitError") and isinstance(node.args[0], ast.Constant):
            names = {keyword.arg for keyword in node.keywords}
            yield maker, node.args[0].value, names - {None}, None not in names


def literals(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_code_is_in_a_register_with_these_values(path):
    for maker, code, names, are_all in calls(path):
        registers = [REASONS] if maker == "FitError" else [*REGISTERS.values()]
        (expected, *others) = [register[code] for register in registers if code in register]
        assert all(other == expected for other in others), code
        assert names == set(expected) if are_all else names < set(expected), (code, names)


def test_every_code_of_a_register_is_in_use():
    direct = {code for path in MODULES for _, code, _, _ in calls(path)}
    assert len(direct) > 120
    for module, codes in CHOSEN.items():
        assert codes <= literals(PACKAGE / module)
    chosen = set.union(*CHOSEN.values())
    assert {*METHODS, *REASONS, *CAVEATS} == direct | chosen | {*WORDS}
    assert {*METHODS}.isdisjoint({*REASONS, *CAVEATS})


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_names_values_in_their_order(register):
    assert {code: tuple(sorted(set(names))) for code, names in REGISTERS[register].items()} == REGISTERS[register]


@pytest.mark.parametrize("code", WORDS)
def test_every_reason_of_the_engine_is_in_a_register_with_its_values(code):
    names = {name for _, name, _, _ in Formatter().parse(WORDS[code]) if name}
    (register,) = (register for register in (REASONS, CAVEATS) if code in register)
    assert register[code] == tuple(sorted(names))


def test_reasons_of_the_engine_become_facts_with_the_structures_that_failed():
    few = Reason("too_few_participants", {"participants": np.int64(4), "needed": 5})
    tried = (Attempt("us", False, few), Attempt("toep", False, Reason("singular")), Attempt("cs", True, None))
    made = fact_of(Reason("no_structure", {"tried": tried}))
    assert made.cell == (
        '["no_structure", {"tried": [["us", ["too_few_participants", {"needed": 5, "participants": 4}]], '
        '["toep", ["singular", {}]]]}]'
    )
    assert faults(made.cell, REASONS) == ""
    assert fact_of(few) == fact("too_few_participants", participants=4, needed=5)


# --- what somebody wrote makes no caveat and hides none -----------------------------------------------------------------
def told(table: pd.DataFrame) -> Counter:
    """Count the codes of the caveats of a table."""
    return Counter(each.code for text in table["caveats"] for each in read_list(text))


def written(table: pd.DataFrame, path: Path) -> bytes:
    estimates.write(table, path)
    return path.read_bytes()


def small(text: str) -> Cohort:
    """The trial of three arms with all that it tells readers said by one text."""
    thresholds = (Threshold(5.0, percent=False, source=text), Threshold(30.0, percent=True, source=text))
    pain = outcome(responders=thresholds, measurement_error=4.0, measurement_error_source=text, label=text, low=30.0)
    made = cohort(outcomes=(pain,), strata=("sex",))
    return replace(
        made,
        arms=tuple(replace(arm, label=text, walks_backward=arm.name == "retro") for arm in made.arms),
        visits=tuple(replace(visit, label=text) for visit in made.visits),
        covariates=tuple(replace(covariate, label=text) for covariate in made.covariates),
    )


def test_what_readers_are_told_is_not_in_the_estimates(tmp_path):
    people, measured = tables()
    # Many at the floor of the scale, so that a caveat names an arm.
    measured = measured.assign(value=measured["value"].clip(lower=30.0))
    table, _ = analyse_cohort(people, measured, small("plain"), QUICK)
    expected = written(table, tmp_path / "plain.csv")
    of_texts = {"at_lowest", "without_one_of", "threshold_source", "measurement_error_source", "exploratory"}
    assert of_texts <= told(table).keys()
    for text in ("; ".join(MISLEADING), "not_randomised"):
        other, _ = analyse_cohort(people, measured, small(text), QUICK)
        assert written(other, tmp_path / "other.csv") == expected
    # As a job gets the cohort.
    job = from_params(Cohort, json.loads(json.dumps(for_analysis(small("plain")))))
    assert written(analyse_cohort(people, measured, job, QUICK)[0], tmp_path / "job.csv") == expected


@pytest.mark.parametrize("text", MISLEADING)
def test_a_reason_for_withdrawing_is_a_value_and_nothing_else(text):
    people, measured = tables()
    gone = people.index[people["arm"] == "retro"][:3]
    people.loc[gone, "withdrawn_after"] = "V1"
    found = {}
    for reason in ("plain", text):
        people.loc[gone[:2], "withdrawal_reason"] = reason
        found[reason] = describe_cohort(people, measured, cohort(), 0.05)
    assert len(found[text]) == len(found["plain"])
    assert told(found[text]) == told(found["plain"])
    (row,) = found[text][with_caveat(found[text], "withdrawal_reasons")].to_dict("records")
    reasons = caveats(row["caveats"])["withdrawal_reasons"]["reasons"]
    assert sorted(reasons) == sorted([["", 1], [text, 2]])
    assert set(found[text]["provenance"]) == {"individual"}


def test_the_name_of_a_family_is_a_value_and_nothing_else():
    people, measured = tables(outcomes=("disability", "pain"))
    family = "; ".join(MISLEADING)
    two = (outcome(), outcome("pain", primary=False, family=family))
    table, _ = analyse_cohort(people, measured, cohort(outcomes=two), QUICK)
    named = table[with_caveat(table, "corrected_in_family")]
    assert {caveats(text)["corrected_in_family"]["family"] for text in named["caveats"]} == {family}
    plainly, _ = analyse_cohort(people, measured, cohort(outcomes=(two[0], replace(two[1], family="plain"))), QUICK)
    assert told(table) == told(plainly)
    pd.testing.assert_frame_equal(table.drop(columns="caveats"), plainly.drop(columns="caveats"))
    assert values(named["method"].iloc[0]) == {"covariates": []}


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (fact("not_pooled", reason=fact("no_such_reason")), "not_pooled: unknown code no_such_reason"),
        (fact("not_pooled", reason=fact("one_study", count=1)), "not_pooled: one_study has the values"),
        (
            fact("simpler_structure", structure="cs", tried=[["us", fact("not_converged_at_all")]]),
            "simpler_structure: unknown code not_converged_at_all",
        ),
    ],
)
def test_a_fact_within_a_fact_is_checked_too(made, fault):
    assert faults(cell([made]), CAVEATS).startswith(fault)
    assert faults(cell([fact("not_pooled", reason=fact("one_study"))]), CAVEATS) == ""
