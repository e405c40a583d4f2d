"""Write the manuscript. Writes manuscript.docx, manuscript.md, numbers.csv, references.bib and references.json."""

from retrowalk.job import job
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import cohorts_from_params
from retrowalk.present.manuscript.write import write_manuscript
from retrowalk.present.record.results import collect_run

with job(snakemake):
    run = collect_run(cohorts_from_params(snakemake.params.cohorts), snakemake.input)
    write_manuscript(run, Analysis(**snakemake.params.analysis), snakemake.output)
