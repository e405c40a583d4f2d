"""Bring a cohort's files into the two tables. Writes participants.csv and measurements.csv; stops on errors in the data."""

from retrowalk import files
from retrowalk.ingest import ingest_cohort, read_problems
from retrowalk.job import job
from retrowalk.plan import Cohort

with job(snakemake):
    problems = read_problems(snakemake.input.problems)
    participants, measurements = ingest_cohort(Cohort.from_params(snakemake.params.cohort), problems)
    files.write_csv(participants, snakemake.output.participants)
    files.write_csv(measurements, snakemake.output.measurements)
