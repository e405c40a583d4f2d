"""Find every fault of a cohort's file. Writes problems.csv, whatever is found."""

from retrowalk import files
from retrowalk.ingest import check_cohort
from retrowalk.job import job
from retrowalk.plan.plain import from_params
from retrowalk.plan.trial import Cohort

with job(snakemake):
    problems = check_cohort(from_params(Cohort, snakemake.params.cohort))
    files.write_csv(problems, snakemake.output.problems)
