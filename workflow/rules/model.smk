# model: every comparison of the plan.
# Takes  results/cohorts/<cohort>/{participants,measurements}.csv
# Gives  results/cohorts/<cohort>/{estimates,residuals}.csv


rule model_cohort:
    input:
        participants=rules.ingest_cohort.output.participants,
        measurements=rules.ingest_cohort.output.measurements,
    output:
        estimates="results/cohorts/{cohort}/estimates.csv",
        residuals="results/cohorts/{cohort}/residuals.csv",
    log:
        "results/logs/model_cohort/{cohort}.log",
    priority: ANALYSES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("model", "model_cohort"),
        cohort=cohort_to_analyse,
        analysis=to_params(PLAN.analysis),
    script:
        "../scripts/model_cohort.py"
