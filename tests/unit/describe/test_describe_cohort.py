"""All descriptives of a cohort together: what every row says, and what none may say."""

from tests.unit.cells import caveats

KNEE_PAIN = {"withdrawal_reasons": {"reasons": [["knee pain", 2]]}}


def test_every_row_of_a_synthetic_cohort_says_so_before_anything_else(described):
    table = described(provenance="synthetic")
    assert set(table["provenance"]) == {"synthetic"}
    assert KNEE_PAIN in table["caveats"].map(caveats).to_list()


def test_no_row_of_individual_data_says_so(described):
    table = described()
    assert set(table["provenance"]) == {"individual"}
    assert (
        not table[["method", "reason", "caveats"]]
        .apply(lambda cells: cells.str.contains("synthetic", case=False))
        .any(axis=None)
    )
    assert KNEE_PAIN in table["caveats"].map(caveats).to_list()


def test_nothing_is_tested_at_baseline_or_anywhere(described):
    table = described()
    assert table[["statistic", "p_value", "p_adjusted", "effect_size"]].isna().all(axis=None)
    assert set(table["reference_arm"]) == {""}


def test_every_row_is_descriptive_and_names_cohort_and_population(described):
    table = described()
    assert set(table["role"]) == {"descriptive"}
    assert set(table["cohort"]) == {"trial"}
    assert set(table["population"]) == {"all_randomised"}
    assert set(table["analysis"]) == {"baseline", "flow", "missing", "missing_pattern", "observed_mean"}


def test_nothing_is_rounded(described):
    percent = described().query("term == 'percent:female' and arm == 'retro'")["estimate"].item()
    assert percent == 200 / 3
