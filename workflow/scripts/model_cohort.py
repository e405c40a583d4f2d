"""Run every analysis of the plan on a cohort. Writes estimates.csv and residuals.csv."""

from retrowalk import estimates, files
from retrowalk.ingest import read_measurements, read_participants
from retrowalk.job import job
from retrowalk.model import analyse_cohort
from retrowalk.plan.plain import from_params
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort

with job(snakemake):
    cohort = from_params(Cohort, snakemake.params.cohort)
    participants = read_participants(snakemake.input.participants, cohort)
    measurements = read_measurements(snakemake.input.measurements)
    table, residuals = analyse_cohort(
        participants, measurements, cohort, from_params(Analysis, snakemake.params.analysis)
    )
    estimates.write(table, snakemake.output.estimates)
    files.write_csv(residuals, snakemake.output.residuals)
