# What the rules need: a cohort's slice of the plan, by the wildcard; what was frozen, where it is there.
# A job runs again when its slice changes: ingest and the analyses know nothing of titles and citations.

from pathlib import Path

from retrowalk.admission import admitted
from retrowalk.files import sha256
from retrowalk.job import SNAKEFILE
from retrowalk.plan.plain import for_analysis, for_ingest, to_params
from retrowalk.present.record.plan_form import plan_form


report: "../report/workflow.rst"


# Of the jobs that could run, those of a higher priority are started first: all data are checked before anything is computed, all
# models are fitted before a figure is drawn, and the tables, for which no other job waits, come last.
CHECKS, ANALYSES, FIGURES, TEXTS, TABLES = 5, 4, 3, 2, 1


wildcard_constraints:
    cohort="|".join(PLAN.cohorts),


def cohort_to_ingest(wildcards):
    return for_ingest(PLAN.cohorts[wildcards.cohort])


def cohort_to_analyse(wildcards):
    return for_analysis(PLAN.cohorts[wildcards.cohort])


def cohort_to_present(wildcards):
    return to_params(PLAN.cohorts[wildcards.cohort])


def cohort_files(wildcards):
    # Their dates say nothing: checksums_of_cohort tells whether they changed.
    return ancient(PLAN.cohorts[wildcards.cohort].intake.files)


def checksums_of_cohort(wildcards):
    return CHECKSUMS.of(PLAN.cohorts[wildcards.cohort].intake.files)


def of_admitted(output):
    """Return the function that gives an output of every cohort whose data have no errors."""

    def paths(wildcards):
        return expand(output, cohort=admitted(PLAN.cohorts, checkpoints.admit_cohorts.get().output.cohorts))

    return paths


def figures_of(folder, category):
    """Return a folder of figures as `snakemake --report` shows it."""
    return report(
        directory(folder),
        patterns=["{figure}.png"],
        category=category,
        subcategory="Figures",
        labels={"figure": "{figure}"},
        caption="../report/figure.rst",
    )


def tables_of(folder, category):
    """Return a folder of tables as `snakemake --report` shows it."""
    return report(
        directory(folder),
        patterns=["{table}.html"],
        category=category,
        subcategory="Tables",
        labels={"table": "{table}"},
        caption="../report/table.rst",
    )


def text_of_all(path):
    """Return a text on all cohorts as `snakemake --report` shows it."""
    return report(
        path,
        category="All cohorts",
        subcategory="Texts",
        labels={"file": Path(path).name},
        caption="../report/text.rst",
    )


COHORTS_TO_PRESENT = to_params(list(PLAN.cohorts.values()))
FROZEN_PLAN_FILES = [str(file) for file in (FROZEN_PLAN, FROZEN_HASH, FROZEN_RECORD) if file.is_file()]
FROZEN_NUMBER_FILES = [str(file) for file in (FROZEN_NUMBERS, FROZEN_RECORD) if file.is_file()]
DATA_FILES = [file for cohort in PLAN.cohorts.values() for file in cohort.intake.files] + list(PLAN.published)
