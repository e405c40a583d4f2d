# What the rules need: a cohort's slice of the plan, by the wildcard; what was frozen, where it is there.
# A job runs again when its slice changes: ingest and the analyses know nothing of titles and citations.

from retrowalk.plan.plain import for_analysis, for_ingest, to_params
from retrowalk.present.record.plan_form import plan_form


wildcard_constraints:
    cohort="|".join(PLAN.cohorts),


def cohort_to_ingest(wildcards):
    return for_ingest(PLAN.cohorts[wildcards.cohort])


def cohort_to_analyse(wildcards):
    return for_analysis(PLAN.cohorts[wildcards.cohort])


def cohort_to_present(wildcards):
    return to_params(PLAN.cohorts[wildcards.cohort])


def cohort_files(wildcards):
    return PLAN.cohorts[wildcards.cohort].intake.files


def frozen(*files):
    return [str(file) for file in files if file.is_file()]
