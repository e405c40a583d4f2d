"""Comparisons between and within arms: tables in, estimate records out.

`analyse_cohort` runs every analysis of the plan on one cohort and gives estimates.csv and residuals.csv.
"""

from retrowalk.model.cohort import analyse_cohort

__all__ = ["analyse_cohort"]
