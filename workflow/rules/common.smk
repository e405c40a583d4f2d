# What the rules of several rooms need: a cohort's slice of the plan, by the wildcard.


wildcard_constraints:
    cohort="|".join(PLAN.cohorts),


def cohort_plan(wildcards):
    return PLAN.cohorts[wildcards.cohort].to_params()


def cohort_files(wildcards):
    return PLAN.cohorts[wildcards.cohort].files
