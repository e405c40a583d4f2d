"""Multiple imputation of one outcome of a randomised trial: draw, impute, analyse, pool.

    incomplete    what was measured and what was not, with the design rows of each participant's own arm and of the control
    impute        complete sets of values, missing at random or by reference to the control arm
    analyse       the ANCOVA of every set at once
    pool          Rubin's rules with the degrees of freedom of Barnard and Rubin
    tipping       how much worse the missing values of an arm must be to change the answer

The draws are `visitwise.posterior`.
"""

from retrowalk.model.imputation.analyse import SetAnalysis
from retrowalk.model.imputation.impute import impute
from retrowalk.model.imputation.incomplete import Incomplete, incomplete_trial
from retrowalk.model.imputation.pool import Pooled, pool
from retrowalk.model.imputation.tipping import Tipping, tipping_point

__all__ = [
    "Incomplete",
    "Pooled",
    "SetAnalysis",
    "Tipping",
    "impute",
    "incomplete_trial",
    "pool",
    "tipping_point",
]
