# synthesise: effect sizes of all cohorts and of the literature, pooled where that makes sense.
# Takes  results/cohorts/*/estimates.csv, data/published/evidence.csv
# Gives  results/synthesis/{effects,pooled}.csv


rule pool_effects:
    input:
        cohorts=rules.admit_cohorts.output.cohorts,
        estimates=of_admitted(rules.model_cohort.output.estimates),
        published=ancient(PLAN.published),
        overlaps=rules.compare_cohorts.output.overlaps,
    output:
        effects="results/synthesis/effects.csv",
        pooled="results/synthesis/pooled.csv",
    log:
        "results/logs/pool_effects.log",
    priority: ANALYSES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("synthesise", "pool_effects"),
        cohorts=[for_analysis(cohort) for cohort in PLAN.cohorts.values()],
        alpha=PLAN.analysis.alpha,
        data=CHECKSUMS.of(PLAN.published),
    script:
        "../scripts/pool_effects.py"
