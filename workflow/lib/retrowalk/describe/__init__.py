"""Who took part and came, what was measured, what is missing, what harm was done: rows of the estimate record with the role `descriptive`.

`describe_cohort` gives descriptives.csv. No test compares the arms at baseline: under randomisation its null hypothesis
is true.
"""

from retrowalk.describe.cohort import describe_cohort

__all__ = ["describe_cohort"]
