# present: figures, tables, the record of the run, the manuscript, the report.
# Takes  results/cohorts/<cohort>/*.csv, results/synthesis/*.csv, config/frozen/{plan.json,plan.sha256,numbers.csv,frozen.json} where they are there
# Gives  results/cohorts/<cohort>/{figures,tables}/, results/synthesis/{figures,tables}/,
#        results/{report.html,plan.json,deviations.csv,provenance.json,README.md},
#        results/{manuscript.docx,manuscript.md,numbers.csv,references.bib,references.json,changes.html,changes.md},
#        results/{checksums.csv,ro-crate-metadata.json}


rule tabulate_cohort:
    input:
        descriptives=rules.describe_cohort.output.descriptives,
        estimates=rules.model_cohort.output.estimates,
    output:
        tables=tables_of("results/cohorts/{cohort}/tables", "{cohort}"),
    log:
        "results/logs/tabulate_cohort/{cohort}.log",
    priority: TABLES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("present", "tabulate_cohort"),
        cohort=cohort_to_present,
        analysis=to_params(PLAN.analysis),
        show_ids=PLAN.show_ids,
    script:
        "../scripts/tabulate_cohort.py"


rule draw_cohort:
    input:
        participants=rules.ingest_cohort.output.participants,
        measurements=rules.ingest_cohort.output.measurements,
        descriptives=rules.describe_cohort.output.descriptives,
        estimates=rules.model_cohort.output.estimates,
        residuals=rules.model_cohort.output.residuals,
    output:
        figures=figures_of("results/cohorts/{cohort}/figures", "{cohort}"),
    log:
        "results/logs/draw_cohort/{cohort}.log",
    priority: FIGURES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("present", "draw_cohort"),
        cohort=cohort_to_present,
        analysis=to_params(PLAN.analysis),
        figures=PLAN.figures,
    script:
        "../scripts/draw_cohort.py"


rule present_synthesis:
    input:
        effects=rules.pool_effects.output.effects,
        pooled=rules.pool_effects.output.pooled,
    output:
        figures=figures_of("results/synthesis/figures", "Pooled results"),
        tables=tables_of("results/synthesis/tables", "Pooled results"),
    log:
        "results/logs/present_synthesis.log",
    priority: FIGURES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("present", "present_synthesis"),
        cohorts=COHORTS_TO_PRESENT,
        alpha=PLAN.analysis.alpha,
        figures=PLAN.figures,
    script:
        "../scripts/present_synthesis.py"


rule record_run:
    input:
        data=ancient(DATA_FILES),
        frozen=ancient(FROZEN_PLAN_FILES),
    output:
        plan="results/plan.json",
        deviations="results/deviations.csv",
        provenance="results/provenance.json",
        guide="results/README.md",
    log:
        "results/logs/record_run.log",
    priority: FIGURES
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("present", "record_run"),
        plan=plan_form(PLAN),
        checksums=CHECKSUMS.of([*DATA_FILES, *FROZEN_PLAN_FILES]),
    script:
        "../scripts/record_run.py"


rule write_manuscript:
    input:
        cohorts=rules.admit_cohorts.output.cohorts,
        problems=expand(rules.check_cohort.output.problems, cohort=PLAN.cohorts),
        descriptives=of_admitted(rules.describe_cohort.output.descriptives),
        estimates=of_admitted(rules.model_cohort.output.estimates),
        figures=of_admitted(rules.draw_cohort.output.figures),
        overlaps=rules.compare_cohorts.output.overlaps,
        effects=rules.pool_effects.output.effects,
        pooled=rules.pool_effects.output.pooled,
        synthesis_figures=rules.present_synthesis.output.figures,
        plan=rules.record_run.output.plan,
        provenance=rules.record_run.output.provenance,
        deviations=rules.record_run.output.deviations,
    output:
        docx=text_of_all("results/manuscript.docx"),
        markdown="results/manuscript.md",
        numbers="results/numbers.csv",
        bibtex="results/references.bib",
        csl="results/references.json",
    log:
        "results/logs/write_manuscript.log",
    priority: TEXTS
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("present", "write_manuscript"),
        cohorts=COHORTS_TO_PRESENT,
        analysis=to_params(PLAN.analysis),
    script:
        "../scripts/write_manuscript.py"


rule write_report:
    input:
        cohorts=rules.admit_cohorts.output.cohorts,
        problems=expand(rules.check_cohort.output.problems, cohort=PLAN.cohorts),
        overlaps=rules.compare_cohorts.output.overlaps,
        descriptives=of_admitted(rules.describe_cohort.output.descriptives),
        estimates=of_admitted(rules.model_cohort.output.estimates),
        figures=of_admitted(rules.draw_cohort.output.figures),
        effects=rules.pool_effects.output.effects,
        pooled=rules.pool_effects.output.pooled,
        synthesis_figures=rules.present_synthesis.output.figures,
        plan=rules.record_run.output.plan,
        provenance=rules.record_run.output.provenance,
        deviations=rules.record_run.output.deviations,
    output:
        report=text_of_all("results/report.html"),
    log:
        "results/logs/write_report.log",
    priority: TEXTS
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("present", "write_report"),
        cohorts=COHORTS_TO_PRESENT,
        analysis=to_params(PLAN.analysis),
    script:
        "../scripts/write_report.py"


rule write_changes:
    input:
        numbers=rules.write_manuscript.output.numbers,
        estimates=of_admitted(rules.model_cohort.output.estimates),
        frozen=ancient(FROZEN_NUMBER_FILES),
    output:
        page="results/changes.html",
        markdown="results/changes.md",
    log:
        "results/logs/write_changes.log",
    priority: TEXTS
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("present", "write_changes"),
        cohorts=COHORTS_TO_PRESENT,
        checksums=CHECKSUMS.of(FROZEN_NUMBER_FILES),
    script:
        "../scripts/write_changes.py"


# All that a run makes before the seal, what later rooms read included: a file that is missing is made again.
JOINT = [
    *rules.write_report.output,
    *rules.write_manuscript.output,
    *rules.write_changes.output,
    *rules.record_run.output,
    *rules.present_synthesis.output,
    *rules.pool_effects.output,
    *rules.compare_cohorts.output,
    *rules.admit_cohorts.output,
    *expand(rules.check_cohort.output, cohort=PLAN.cohorts),
]
OF_A_COHORT = [
    *rules.ingest_cohort.output,
    *rules.describe_cohort.output,
    *rules.model_cohort.output,
    *rules.draw_cohort.output,
    *rules.tabulate_cohort.output,
]


# The last job: no other job reads what it makes.
rule seal_results:
    input:
        joint=JOINT,
        cohorts=of_admitted(OF_A_COHORT),
    output:
        checksums="results/checksums.csv",
        crate="results/ro-crate-metadata.json",
    log:
        "results/logs/seal_results.log",
    conda:
        "../../envs/analysis.yaml"
    params:
        code=code_up_to("present", "seal_results"),
        cohorts=COHORTS_TO_PRESENT,
        snakefile=sha256(SNAKEFILE),
    script:
        "../scripts/seal_results.py"


EVERYTHING = [*JOINT, *rules.seal_results.output, *expand(OF_A_COHORT, cohort=PLAN.cohorts)]
