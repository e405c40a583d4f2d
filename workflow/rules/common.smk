# What the rules need: a cohort's slice of the plan, by the wildcard; what was frozen, where it is there.


wildcard_constraints:
    cohort="|".join(PLAN.cohorts),


def cohort_plan(wildcards):
    return PLAN.cohorts[wildcards.cohort].to_params()


def cohort_files(wildcards):
    return PLAN.cohorts[wildcards.cohort].files


def frozen(*files):
    return [str(file) for file in files if file.is_file()]
