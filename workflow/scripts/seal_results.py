"""List the checksums of all results and describe them for archives. Writes checksums.csv and ro-crate-metadata.json."""

from retrowalk.job import job
from retrowalk.plan.plain import cohorts_from_params
from retrowalk.present.record.seal import seal_results
from retrowalk.run.outputs import Records

with job(snakemake):
    contents = Records.read().contents(snakemake.input)
    cohorts = cohorts_from_params(snakemake.params.cohorts)
    seal_results(contents, cohorts, snakemake.params.snakefile, snakemake.output)
