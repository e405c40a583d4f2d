"""Describe a cohort: baseline, flow, missing values, observed means, harms, adherence. Writes descriptives.csv."""

from retrowalk import estimates
from retrowalk.describe import describe_cohort
from retrowalk.ingest import read_events, read_measurements, read_participants
from retrowalk.job import job
from retrowalk.plan.plain import from_params
from retrowalk.plan.trial import Cohort

with job(snakemake):
    cohort = from_params(Cohort, snakemake.params.cohort)
    participants = read_participants(snakemake.input.participants, cohort)
    measurements = read_measurements(snakemake.input.measurements)
    events = read_events(snakemake.input.events)
    asked = {"baseline_smd": snakemake.params.baseline_smd}
    descriptives = describe_cohort(participants, measurements, cohort, snakemake.params.alpha, events, **asked)
    estimates.write(descriptives, snakemake.output.descriptives)
