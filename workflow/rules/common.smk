# What the rules need: a cohort's slice of the plan, by the wildcard; the frozen plan, where there is one.


wildcard_constraints:
    cohort="|".join(PLAN.cohorts),


def cohort_plan(wildcards):
    return PLAN.cohorts[wildcards.cohort].to_params()


def cohort_files(wildcards):
    return PLAN.cohorts[wildcards.cohort].files


def frozen_numbers():
    return [str(file) for file in (FROZEN_NUMBERS,) if file.is_file()]


def frozen_plan():
    return [str(file) for file in (FROZEN_PLAN, FROZEN_HASH) if file.is_file()]
