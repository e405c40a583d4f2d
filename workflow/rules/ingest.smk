# ingest: a cohort's raw files -> participants, measurements and adverse events.
# Takes  data/<cohort>/..., config/cohorts/<cohort>.yaml (through params)
# Gives  results/cohorts/<cohort>/{problems,participants,measurements,events}.csv, results/{cohorts,overlaps}.csv
# `check_cohort` always succeeds and writes every fault; `ingest_cohort` stops a cohort that has errors, and it alone.
# `admit_cohorts` lists the cohorts without errors: what is made from all cohorts together is made from these.
# `compare_cohorts` looks for participants who are in two cohorts, and stops what is made from all cohorts together.


rule check_cohort:
    input:
        raw=cohort_files,
    output:
        problems="results/cohorts/{cohort}/problems.csv",
    log:
        "results/logs/check_cohort/{cohort}.log",
    priority: CHECKS
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("ingest", "check_cohort"),
        cohort=cohort_to_ingest,
        data=checksums_of_cohort,
    script:
        "../scripts/check_cohort.py"


rule ingest_cohort:
    input:
        raw=cohort_files,
        problems=rules.check_cohort.output.problems,
    output:
        participants="results/cohorts/{cohort}/participants.csv",
        measurements="results/cohorts/{cohort}/measurements.csv",
        events="results/cohorts/{cohort}/events.csv",
    log:
        "results/logs/ingest_cohort/{cohort}.log",
    priority: ANALYSES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("ingest", "ingest_cohort"),
        cohort=cohort_to_ingest,
        data=checksums_of_cohort,
    script:
        "../scripts/ingest_cohort.py"


checkpoint admit_cohorts:
    input:
        problems=expand(rules.check_cohort.output.problems, cohort=PLAN.cohorts),
    output:
        cohorts="results/cohorts.csv",
    log:
        "results/logs/admit_cohorts.log",
    priority: CHECKS
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("ingest", "admit_cohorts"),
        cohorts=list(PLAN.cohorts),
    script:
        "../scripts/admit_cohorts.py"


rule compare_cohorts:
    input:
        cohorts=rules.admit_cohorts.output.cohorts,
        participants=of_admitted(rules.ingest_cohort.output.participants),
        measurements=of_admitted(rules.ingest_cohort.output.measurements),
    output:
        overlaps="results/overlaps.csv",
    log:
        "results/logs/compare_cohorts.log",
    priority: ANALYSES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("ingest", "compare_cohorts"),
        cohorts=[for_ingest(cohort) for cohort in PLAN.cohorts.values()],
    script:
        "../scripts/compare_cohorts.py"
