"""Look for participants who are in two cohorts. Writes overlaps.csv; stops where a cohort is a copy of another."""

from retrowalk import files
from retrowalk.admission import admitted
from retrowalk.ingest import find_overlaps
from retrowalk.job import job
from retrowalk.plan.plain import cohorts_from_params

with job(snakemake):
    cohorts = admitted(cohorts_from_params(snakemake.params.cohorts), snakemake.input.cohorts)
    overlaps = find_overlaps(cohorts, snakemake.input.participants, snakemake.input.measurements)
    files.write_csv(overlaps, snakemake.output.overlaps)
