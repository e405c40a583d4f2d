"""Record what was run. Writes plan.json, provenance.json and the guide to the results folder."""

from retrowalk.job import job
from retrowalk.present.record import write_record

with job(snakemake):
    write_record(snakemake.params.plan, list(snakemake.input), snakemake.output)
