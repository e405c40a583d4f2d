"""The estimate record holds its columns, its types and its rules, and comes back from a file as it was."""

import math
import struct

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from retrowalk import estimates
from retrowalk.errors import RetrowalkError
from retrowalk.facts import cell, fact
from retrowalk.vocabulary import COUNT_COLUMNS, ESTIMATE_COLUMNS, ESTIMATE_KEY, TEXT_COLUMNS

RECORD = {
    "cohort": "trial",
    "outcome": "pain",
    "analysis": "ancova",
    "population": "all_randomised",
    "role": "primary",
    "arm": "retro",
    "reference_arm": "exercise",
    "visit": "week_4",
    "term": "difference",
    "estimate": -1.5,
    "n": 30,
    "method": fact("ancova", covariates=["age"]),
    "caveats": [fact("exploratory"), fact("never_measured", count=2)],
}
NUMBERS = [column for column in ESTIMATE_COLUMNS if column not in (*TEXT_COLUMNS, *COUNT_COLUMNS)]


def test_a_record_is_filled_up_to_all_columns():
    table = estimates.tabulate([RECORD])
    assert list(table) == ESTIMATE_COLUMNS
    row = table.iloc[0]
    in_cells = {"method": '["ancova", {"covariates": ["age"]}]'}
    in_cells |= {"caveats": '[["exploratory", {}], ["never_measured", {"count": 2}]]'}
    assert {key: row[key] for key in RECORD} == RECORD | in_cells
    assert (row["reason"], row["unit"]) == ("", "")
    assert math.isnan(row["se"])
    assert row["n_arm"] is pd.NA


def test_what_is_left_out_says_nothing():
    row = estimates.tabulate(
        [{key: RECORD[key] for key in RECORD if key not in ("caveats", "estimate", "method")}]
    ).iloc[0]
    assert (row["method"], row["reason"], row["caveats"]) == ("", "", "[]")


BARE = {**RECORD, "visit": "week_8", "n": None, "reason": None, "caveats": None, "unit": None}


@pytest.mark.parametrize("records", [[], [RECORD], [RECORD, BARE]])
def test_columns_have_their_types_whatever_is_in_them(records):
    table = estimates.tabulate(iter(records))
    assert len(table) == len(records)
    assert {str(table[column].dtype) for column in NUMBERS} == {"float64"}
    assert {str(table[column].dtype) for column in COUNT_COLUMNS} == {"Int64"}
    assert [text for column in TEXT_COLUMNS for text in table[column] if not isinstance(text, str)] == []


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([{**RECORD, "p": 0.05, "sd": 1}], r"not columns of the estimate record: \['p', 'sd'\]"),
        ([{**RECORD, "role": "main"}], 'row 2, column "role", value "main": unknown role; '),
        ([{**RECORD, "analysis": "t"}], 'row 2, column "analysis", value "t": unknown analysis; '),
        ([{key: RECORD[key] for key in RECORD if key != "role"}], 'row 2, column "role", value "": unknown role; '),
        (
            [RECORD, {**RECORD, "estimate": 2, "unit": "mm"}],
            "row 3, .*: two estimates with one key; .*'visit': 'week_4'",
        ),
        ([{**RECORD, "method": ""}], "an estimate without its method"),
        ([{**RECORD, "method": None}], "an estimate without its method"),
        ([{**RECORD, "method": fact("magic")}], 'row 2, column "method", .*: unknown code magic; '),
        ([{**RECORD, "method": fact("not_measured")}], 'column "method", .*: unknown code not_measured'),
        ([{**RECORD, "method": fact("ancova")}], r"method.*: ancova has the values \('covariates',\), not \(\)"),
        ([{**RECORD, "reason": fact("ancova", covariates=[])}], 'column "reason", .*: unknown code ancova'),
        ([{**RECORD, "caveats": [fact("exploratory"), fact("hearsay")]}], 'column "caveats", .*: unknown code hearsay'),
        (
            [{**RECORD, "caveats": [fact("exploratory", count=1)]}],
            r"caveats.*: exploratory has the values \(\), not \('count',\)",
        ),
        ([{**RECORD, "reference_arm": ""}], "a change within an arm is no answer; .*'visit': 'week_4'"),
        ([{**RECORD, "role": "secondary", "reference_arm": ""}], "a change within an arm is no answer"),
    ],
)
def test_what_breaks_a_rule_of_the_record_is_refused(records, words):
    with pytest.raises(ValueError, match=words):
        estimates.tabulate(records)


@pytest.mark.parametrize("key", ESTIMATE_KEY)
def test_rows_that_differ_in_any_part_of_the_key_stand_beside_each_other(key):
    assert len(estimates.tabulate([RECORD, {**RECORD, key: "ancova" if key != "analysis" else "paired_t"}])) == 2


def test_a_fit_that_failed_needs_no_method():
    failed = {
        **RECORD,
        "estimate": None,
        "method": "",
        "reason": fact("too_few_for_coefficients", participants=4, coefficients=5),
    }
    reason = estimates.tabulate([failed]).loc[0, "reason"]
    assert reason == '["too_few_for_coefficients", {"coefficients": 5, "participants": 4}]'


def test_write_refuses_what_tabulate_refuses(tmp_path):
    table = estimates.tabulate([RECORD]).assign(role="main")
    with pytest.raises(ValueError, match="unknown role"):
        estimates.write(table, tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("method", "ANCOVA"),
        ("method", "[]"),
        ("method", cell([fact("count")])),
        ("reason", '"too few"'),
        ("caveats", fact("exploratory").cell),
        ("caveats", "not a randomised comparison; exploratory"),
    ],
)
def test_write_refuses_a_cell_without_a_fact(tmp_path, column, text):
    table = estimates.tabulate([RECORD]).assign(**{column: text})
    with pytest.raises(ValueError):
        estimates.write(table, tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []


DAMAGES = [
    ("role", "primery", "unknown role"),
    ("analysis", "ancovaa", "unknown analysis"),
    ("estimate", "abc", "not a number"),
    ("estimate", "True", "not a number"),
    ("n", "many", "not a number"),
    ("n", "2.5", "not a count"),
    ("n", "-1", "not a count"),
    ("n", "inf", "not a count"),
    ("caveats", '[["exploratory", {}]', "not a fact"),
    ("caveats", '["exploratory", {}]', "not a fact"),
    ("caveats", "3", "not a fact"),
    ("caveats", '[["exploratry", {}]]', "unknown code exploratry"),
    ("caveats", '[["never_measured", {"count": "two"}]]', 'count of never_measured is "two", not a count'),
    ("caveats", '[["never_measured", {"count": true}]]', "count of never_measured is true, not a count"),
    ("caveats", "[" * 100_000, "not a fact"),
    ("method", "ANCOVA of the value", "not a fact"),
    ("method", "", "an estimate without its method"),
    ("method", '["ancova", {}]', "ancova has the values ('covariates',), not ()"),
    ("method", '["ancova", {"covariates": "age"}]', 'covariates of ancova is "age", not a list of texts'),
    (
        "method",
        '["random_intercept", {"df": "kenward_roger"}]',
        'df of random_intercept is "kenward_roger", not one of kenward-roger, satterthwaite, residual, normal',
    ),
    (
        "method",
        '["mmrm", {"covariates": [], "df": "kenward-roger", "structure": "zzz"}]',
        'structure of mmrm is "zzz", not one of us, toeph, ar1h, csh, adh, toep, ar1, ad, cs, random_intercept, sp_pow, sp_powh',
    ),
    ("reason", '["nope", {}]', "unknown code nope"),
    ("reference_arm", "", "a change within an arm is no answer"),
]


@pytest.mark.parametrize(("column", "text", "problem"), DAMAGES)
def test_a_damaged_cell_is_named_with_its_row_and_the_remedy(tmp_path, column, text, problem):
    path = tmp_path / "estimates.csv"
    estimates.write(estimates.tabulate([RECORD, {**RECORD, "visit": "week_8", "n": None}]), path)
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[1, column] = text
    table.to_csv(path, index=False)
    with pytest.raises(RetrowalkError) as fault:
        estimates.read(path)
    shown = text if len(text) <= 120 else f"{text[:120]} ..."
    assert str(fault.value) == (
        f'{path}, row 3, column "{column}", value "{shown}": {problem}. Delete the file and run make: it is made again.'
    )


def test_a_row_that_stands_twice_is_named(tmp_path):
    path = tmp_path / "estimates.csv"
    estimates.write(estimates.tabulate([RECORD]), path)
    text = path.read_text()
    path.write_text(text + text.splitlines()[1] + "\n")
    with pytest.raises(RetrowalkError, match=r"csv, row 3, .*: two estimates with one key\. Delete the file"):
        estimates.read(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'cohort,role\na,b,c\na,"b\n'])
def test_what_is_no_table_is_told(tmp_path, content):
    path = tmp_path / "estimates.csv"
    path.write_bytes(content)
    with pytest.raises(
        RetrowalkError, match=r"estimates\.csv cannot be read as a table \(.*\)\. Delete the file and run"
    ):
        estimates.read(path)


@pytest.mark.parametrize(
    ("fields", "column", "what"),
    [
        ({"arm": "nobody"}, "arm", "arm"),
        ({"reference_arm": "nobody"}, "reference_arm", "arm"),
        ({"visit": "week_9"}, "visit", "visit"),
        ({"caveats": [fact("at_lowest", arm="nobody", count=3, n=20)]}, "caveats", "arm"),
    ],
)
def test_an_arm_or_a_visit_that_the_plan_lacks_is_refused(cohort_of, fields, column, what):
    cohort = cohort_of()
    good = {**RECORD, "arm": cohort.arms[0].name, "reference_arm": cohort.control, "visit": cohort.visits[1].name}
    table = estimates.tabulate([good, {**good, "term": "other", **fields}]).assign(file="cohorts/trial/estimates.csv")
    assert len(estimates.refuse_strangers(table[:1], *cohort.names)) == 1
    with pytest.raises(RetrowalkError) as fault:
        estimates.refuse_strangers(table, *cohort.names)
    value = table[column].iloc[1]
    assert str(fault.value) == (
        f'results/cohorts/trial/estimates.csv, row 3, column "{column}", value "{value}": the plan of this cohort has no such '
        f"{what}. Delete the file and run make: it is made again."
    )


def test_write_leaves_out_columns_that_are_not_the_records(tmp_path):
    estimates.write(estimates.tabulate([RECORD]).assign(rank=1), tmp_path / "x.csv")
    assert list(estimates.read(tmp_path / "x.csv")) == ESTIMATE_COLUMNS


def bits(table):
    return [struct.pack("d", value) for column in NUMBERS for value in table[column]]


words = st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from(
    ["NA", "nan", "007", "a, b", '"', "\n"]
)
floats = st.floats(allow_nan=False) | st.none()


@settings(max_examples=50)
@given(
    record=st.fixed_dictionaries(
        dict.fromkeys(NUMBERS, floats)
        | dict.fromkeys(COUNT_COLUMNS, st.integers(0, 10**6) | st.none())
        | dict.fromkeys(("cohort", "arm", "unit"), words)
        | {"caveats": st.lists(words.map(lambda text: fact("noted", text=text)), max_size=3)}
    )
)
def test_what_is_read_is_what_was_written(tmp_path_factory, record):
    path = tmp_path_factory.getbasetemp() / "estimates.csv"
    table = estimates.tabulate([{**RECORD, **record}, {**RECORD, "cohort": "another"}])
    estimates.write(table, path)
    back = estimates.read(path)
    assert_frame_equal(back, table, check_exact=True)
    assert bits(back) == bits(table)


def test_tables_are_put_below_each_other(tmp_path):
    for name in ("a", "b"):
        estimates.write(estimates.tabulate([{**RECORD, "cohort": name}]), tmp_path / name)
    table = estimates.read_all([tmp_path / "a", tmp_path / "b"])
    assert (list(table["cohort"]), list(table.index)) == (["a", "b"], [0, 1])


def test_pick_takes_the_rows_that_equal_all_it_is_given():
    rows = [{**RECORD, "visit": visit, "outcome": outcome} for visit in "ab" for outcome in ("x", "y")]
    table = estimates.tabulate(rows)
    assert estimates.pick(table, visit="a", outcome="y").index.tolist() == [1]
    assert len(estimates.pick(table)) == 4


RAN = {"role": "as_published"}
BASELINE_TEST = {**RECORD, "visit": "baseline", "p_value": 0.03}


@pytest.mark.parametrize(
    "row",
    [
        BASELINE_TEST,
        {**BASELINE_TEST, "p_value": None, "p_adjusted": 0.06},
        {**BASELINE_TEST, "role": "descriptive"},
        {**BASELINE_TEST, **RAN, "arm": "", "reference_arm": "", "analysis": "mixed_anova", "term": "arm"},
    ],
    ids=["p", "adjusted p", "descriptive", "over all arms"],
)
def test_a_test_between_arms_at_baseline_is_refused(row):
    table = estimates.tabulate([RECORD, row])
    with pytest.raises(ValueError, match=r"a test between arms at baseline: .*'visit': 'baseline'"):
        estimates.refuse_baseline_tests(table, "baseline")


@pytest.mark.parametrize(
    "row",
    [
        {**BASELINE_TEST, "p_value": None},
        {**BASELINE_TEST, "visit": "week_4", "arm": "stretch"},
        {**BASELINE_TEST, **RAN, "reference_arm": "", "analysis": "paired_t"},
        {**BASELINE_TEST, **RAN, "visit": "", "arm": "", "reference_arm": "", "analysis": "mixed_anova"},
    ],
    ids=["no test", "later", "within an arm", "over all visits"],
)
def test_what_is_no_test_between_arms_at_baseline_passes(row):
    table = estimates.tabulate([RECORD, row])
    assert estimates.refuse_baseline_tests(table, "baseline") is table
