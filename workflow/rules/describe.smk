# describe: who took part, what was measured, what is missing, what harm was done.
# Takes  results/cohorts/<cohort>/{participants,measurements,events}.csv
# Gives  results/cohorts/<cohort>/descriptives.csv


rule describe_cohort:
    input:
        participants=rules.ingest_cohort.output.participants,
        measurements=rules.ingest_cohort.output.measurements,
        events=rules.ingest_cohort.output.events,
    output:
        descriptives="results/cohorts/{cohort}/descriptives.csv",
    log:
        "results/logs/describe_cohort/{cohort}.log",
    priority: ANALYSES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("describe", "describe_cohort"),
        cohort=cohort_to_analyse,
        alpha=PLAN.analysis.alpha,
        baseline_smd=PLAN.baseline_smd,
    script:
        "../scripts/describe_cohort.py"
