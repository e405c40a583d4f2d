"""The mixed ANOVA against R's afex (type III)."""

import pandas as pd
import pytest

from retrowalk.errors import FitError
from retrowalk.model.mixed_anova import mixed_anova

from .conftest import VISITS, reference


@pytest.mark.parametrize("name", VISITS)
def test_the_table_is_that_of_r(trial, name):
    terms, _, _ = mixed_anova(trial(name), VISITS[name])
    by_name = {term.term: term for term in terms}
    rows = reference("random_intercept", trial=name, kind="anova")
    assert {row["term"] for row in rows} == set(by_name)
    for row in rows:
        ours = by_name[row["term"]]
        assert ours.statistic == pytest.approx(row["estimate"], rel=1e-6)
        assert (ours.df_numerator, ours.df) == (row["df1"], row["df"])
        assert ours.p_value == pytest.approx(row["p"], rel=1e-5)
        assert ours.partial_eta_squared.value == pytest.approx(row["partial_eta_squared"], rel=1e-6)


def test_those_not_measured_at_every_visit_are_left_out_and_counted(trial):
    data = trial("rom_uneven")
    _, n, left_out = mixed_anova(data, VISITS["rom_uneven"])
    assert (n, left_out) == (18, len(data) - 18)


def test_pingouin_is_left_as_it_was(trial):
    import pingouin

    before = pingouin.options["round"]
    mixed_anova(trial("pain_15v15"), ["V0", "V1"])
    assert pingouin.options["round"] == before


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (pd.DataFrame({"arm": ["a", "a", "b"], "V0": [1.0, 2, 3], "V1": [2.0, 4, 3]}), "fewer than two arms"),
        (pd.DataFrame({"arm": ["a", "a", "b", "b"], "V0": [1.0, 1, 3, 3], "V1": [2.0, 2, 3, 3]}), "do not differ"),
        (
            pd.DataFrame({"arm": ["a", "a", "b", "b"], "V0": [1.0, 2, 3, 5], "V1": [2.0, 3, 3, 5]}),
            "changed by the same amount",
        ),
    ],
)
def test_what_cannot_be_tested_says_why(data, says):
    with pytest.raises(FitError, match=says):
        mixed_anova(data, ["V0", "V1"])
