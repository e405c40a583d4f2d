"""Record what was run. Writes plan.json, deviations.csv, provenance.json and the guide to the results folder."""

from retrowalk.job import job
from retrowalk.present.record.run import write_record

with job(snakemake):
    write_record(snakemake.params.plan, snakemake.input.data, snakemake.input.frozen, snakemake.output)
