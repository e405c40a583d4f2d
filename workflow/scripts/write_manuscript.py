"""Write the manuscript. Writes manuscript.docx, manuscript.md, numbers.csv, references.bib and references.json."""

from retrowalk.job import job
from retrowalk.plan.plain import cohorts_from_params, from_params
from retrowalk.plan.settings import Analysis
from retrowalk.present.manuscript.write import write_manuscript
from retrowalk.present.record.results import collect_run

with job(snakemake):
    run = collect_run(cohorts_from_params(snakemake.params.cohorts), snakemake.input)
    write_manuscript(run, from_params(Analysis, snakemake.params.analysis), snakemake.output)
