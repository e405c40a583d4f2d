"""Real trials whose answers are printed in books: the analyses must give them.

anorexia: weights (lb) of 72 young women before and after family treatment (FT), cognitive behavioural treatment (CBT) or no
treatment. Hand DJ et al. A Handbook of Small Data Sets, 1993, data set 285; analysed in Venables WN, Ripley BD. Modern Applied
Statistics with S, 4th ed. 2002, 6.2, where CBT is the arm compared with (the R package MASS prints the same numbers).
sleep: hours of extra sleep of ten patients under two drugs. Student. Biometrika 1908;6:1, and R's t.test on it.
"""

import numpy as np
import pandas as pd
import pytest
from tests.unit.model.conftest import REFERENCE

from retrowalk.model.ancova import fit_ancova
from retrowalk.model.rank_tests import signed_rank
from retrowalk.model.t_tests import paired_t, welch_t

pytestmark = pytest.mark.numeric

FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


@pytest.fixture
def anorexia() -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "real" / "anorexia.csv")
    return table.rename(columns={"Treat": "arm", "Prewt": "before", "Postwt": "after"})


def test_the_ancova_of_the_anorexia_trial(anorexia):
    differences = fit_ancova(anorexia, "after", "before", "CBT").differences
    for arm, estimate, se, t, p in (("Cont", -4.0971, 1.8935, -2.1638, 0.0340), ("FT", 4.5631, 2.1333, 2.1389, 0.0360)):
        found = differences.loc[arm, ["estimate", "se", "statistic", "p_value"]].astype(float)
        np.testing.assert_allclose(found, [estimate, se, t, p], atol=5e-5)


def test_the_changes_within_the_arms_of_the_anorexia_trial(anorexia):
    # The handbook's data, R's t.test: only those under treatment gained weight beyond chance.
    for arm, change, t, p in (
        ("FT", 7.2647, 4.1849, 0.0007),
        ("CBT", 3.0069, 2.2156, 0.0350),
        ("Cont", -0.45, -0.2872, 0.7763),
    ):
        mine = anorexia[anorexia["arm"] == arm]
        test = paired_t(mine["before"], mine["after"])
        np.testing.assert_allclose([test.estimate, test.statistic, test.p_value], [change, t, p], atol=6e-5)


def test_students_own_example():
    test = paired_t(pd.Series(FIRST), pd.Series(SECOND))
    found = [test.estimate, test.statistic, test.p_value, test.ci_low, test.ci_high]
    np.testing.assert_allclose(found, [1.58, 4.0621, 0.002833, 0.7001142, 2.4598858], atol=5e-5)
    two = welch_t(pd.Series(SECOND), pd.Series(FIRST))
    found = [two.statistic, two.df, two.p_value, two.ci_low, two.ci_high]
    np.testing.assert_allclose(found, [1.8608, 17.776, 0.07939, -0.2054832, 3.3654832], atol=5e-4)
    # R's wilcox.test(paired = TRUE, exact = FALSE): V = 45, p = 0.009091; one change is zero and two are tied.
    ranks = signed_rank(pd.Series(SECOND) - pd.Series(FIRST))
    assert ranks.statistic == 45
    assert ranks.p_value == pytest.approx(0.009091, abs=5e-7)
