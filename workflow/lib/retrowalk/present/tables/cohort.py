"""Every table of a cohort, in the order of a paper."""

import pandas as pd

from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.baseline import baseline_table, flow_table
from retrowalk.present.tables.checks import as_studied_table, models_table, sensitivity_table
from retrowalk.present.tables.missing import missing_tables
from retrowalk.present.tables.participants import reliable_change_table, responders_table, single_changes_table
from retrowalk.present.tables.results import changes_table, results_table
from retrowalk.present.tables.safety import adherence_table, adverse_events_table
from retrowalk.present.tables.table import Table


def cohort_tables(
    descriptives: pd.DataFrame, results: pd.DataFrame, cohort: Cohort, analysis: Analysis, *, show_ids: bool = False
) -> list[Table]:
    """Return the tables of one cohort; what a cohort has nothing for is left out, and so is what names participants."""
    compared = bool(cohort.intervention_arms)
    tables = [
        baseline_table(descriptives, cohort),
        flow_table(descriptives, cohort),
        *missing_tables(descriptives, cohort),
        results_table(descriptives, results, cohort, analysis)
        if compared
        else changes_table(descriptives, cohort, analysis),
        responders_table(results, cohort, analysis),
        reliable_change_table(results, cohort),
        single_changes_table(results, cohort) if show_ids else None,
        sensitivity_table(results, cohort, analysis) if compared else None,
        adverse_events_table(descriptives, cohort),
        adherence_table(descriptives, cohort),
        models_table(results, cohort) if compared else None,
        as_studied_table(results, cohort, analysis) if (results["role"] == "as_published").any() else None,
    ]
    return [table for table in tables if table is not None]
