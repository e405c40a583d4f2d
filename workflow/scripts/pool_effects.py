"""Turn results into effect sizes and pool them. Writes effects.csv and pooled.csv."""

from retrowalk import estimates
from retrowalk.admission import read_refused
from retrowalk.job import job
from retrowalk.plan.plain import cohorts_from_params
from retrowalk.synthesise import read_evidence, synthesise

with job(snakemake):
    cohorts = cohorts_from_params(snakemake.params.cohorts)
    evidence = map(read_evidence, snakemake.input.published)
    results = estimates.read_all(snakemake.input.estimates)
    refused = read_refused(snakemake.input.cohorts)
    effects, pooled = synthesise(results, cohorts, evidence, snakemake.params.alpha, refused)
    estimates.write(effects, snakemake.output.effects)
    estimates.write(pooled, snakemake.output.pooled)
