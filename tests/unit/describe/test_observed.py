"""Observed means, SDs and changes against numpy and R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.cells import caveats

from retrowalk.describe.observed import observed_rows
from retrowalk.estimates import pick
from retrowalk.facts import fact

pytestmark = pytest.mark.numeric

REFERENCE = Path(__file__).parents[2] / "reference"
TRIALS = Path(__file__).parents[3] / "workflow/lib/visitwise/tests/reference/trials"


@pytest.fixture
def row(described):
    table = pick(described(), analysis="observed_mean").set_index(["arm", "visit", "term"])
    return lambda *key: table.loc[key]


def test_a_mean_has_its_sd_and_t_interval(row):
    known = np.array([30.0, 44.0, 61.0])
    mean = row("retro", "week_4", "mean")
    se = known.std(ddof=1) / np.sqrt(3)
    low, high = stats.t.interval(0.95, 2, known.mean(), se)
    got = [mean[name] for name in ("estimate", "se", "df", "ci_low", "ci_high", "n")]
    assert got == pytest.approx([45, se, 2, low, high, 3])
    assert row("retro", "week_4", "sd")["estimate"] == pytest.approx(known.std(ddof=1))
    assert row("retro", "week_4", "sd")["n"] == 3
    assert mean["method"] == fact("observed_mean", of="value").cell
    assert row("retro", "week_4", "sd")["method"] == fact("observed_sd", of="value").cell
    assert mean["caveats"] == "[]"


def test_a_change_is_of_those_measured_at_both_visits(row):
    changes = np.array([30 - 50, 44 - 60])
    mean = row("retro", "week_4", "mean_change")
    low, high = stats.t.interval(0.95, 1, changes.mean(), changes.std(ddof=1) / np.sqrt(2))
    assert [mean[name] for name in ("estimate", "ci_low", "ci_high", "n")] == pytest.approx([-18, low, high, 2])
    assert row("retro", "week_4", "sd_change")["estimate"] == pytest.approx(changes.std(ddof=1))
    assert mean["method"] == fact("observed_mean", of="change").cell
    assert row("retro", "week_4", "sd_change")["method"] == fact("observed_sd", of="change").cell


def test_one_participant_has_a_mean_but_neither_interval_nor_sd(row):
    mean = row("control", "week_4", "mean")
    assert (mean["estimate"], mean["n"], caveats(mean["caveats"])) == (35, 1, {"one_participant": {}})
    assert mean[["se", "ci_low", "ci_high"]].isna().all()
    with pytest.raises(KeyError):
        row("control", "week_4", "sd")


def test_nobody_is_a_row_without_numbers(row):
    for term in ("mean", "mean_change"):
        nobody = row("retro", "week_8", term)
        assert (nobody["n"], nobody["reason"]) == (0, fact("not_measured").cell)
        assert np.isnan(nobody["estimate"])


def test_baseline_has_no_change(described):
    table = pick(described(), analysis="observed_mean", visit="baseline")
    assert set(table["term"]) == {"mean", "sd"}


def test_alpha_sets_the_width_of_the_interval(people, values, cohort_of):
    rows = [*observed_rows(people, values, cohort_of(), 0.2)]
    (mean,) = (row for row in rows if (row["arm"], row["visit"], row["term"]) == ("control", "baseline", "mean"))
    assert mean["ci_high"] == pytest.approx(mean["estimate"] + stats.t.ppf(0.9, 2) * mean["se"])


@pytest.mark.parametrize("trial", ["pain_15v15", "rom_uneven", "balance_4post", "tiny_5v5"])
@pytest.mark.parametrize("arm", ["control", "retro"])
def test_changes_equal_those_of_r(trial, arm, cohort_of):
    """R's paired t test gives mean, SE, df and interval of the change at the last visit."""
    data = pd.read_csv(TRIALS / f"{trial}.csv").dropna(subset="value")
    table = pd.read_csv(REFERENCE / "two_arm.csv")
    (expected,) = pick(table, trial=trial, analysis="paired_t", arm=arm).to_dict("records")
    names = sorted({visit.lower() for visit in data["visit"]})
    cohort = cohort_of(visits=[{"name": name, "week": week, "label": name} for week, name in enumerate(names)])
    measurements = data.assign(outcome="pain", visit=data["visit"].str.lower())
    rows = observed_rows(data.drop_duplicates("participant"), measurements, cohort, 0.05)
    (got,) = (row for row in rows if (row["arm"], row["visit"], row["term"]) == (arm, names[-1], "mean_change"))
    for ours, theirs in {"estimate": "estimate", "df": "df", "ci_low": "lower", "ci_high": "upper"}.items():
        assert got[ours] == pytest.approx(expected[theirs], rel=1e-10)
