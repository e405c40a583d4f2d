"""Decide which cohorts are analysed together. Writes cohorts.csv; stops where the data of every cohort have errors."""

from retrowalk import files
from retrowalk.ingest import admit_cohorts, read_problems
from retrowalk.job import job

with job(snakemake):
    problems = map(read_problems, snakemake.input.problems)
    files.write_csv(admit_cohorts(dict(zip(snakemake.params.cohorts, problems, strict=True))), snakemake.output.cohorts)
