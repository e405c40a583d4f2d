"""Bring a cohort's files into its tables. Writes participants.csv, measurements.csv, events.csv; stops on errors in the data."""

from retrowalk import files
from retrowalk.ingest import ingest_cohort, ingest_events, read_problems
from retrowalk.job import job
from retrowalk.plan.plain import from_params
from retrowalk.plan.trial import Cohort

with job(snakemake):
    cohort = from_params(Cohort, snakemake.params.cohort)
    problems = read_problems(snakemake.input.problems)
    participants, measurements = ingest_cohort(cohort, problems)
    events = ingest_events(participants, cohort)
    files.write_csv(participants, snakemake.output.participants)
    files.write_csv(measurements, snakemake.output.measurements)
    files.write_csv(events, snakemake.output.events)
