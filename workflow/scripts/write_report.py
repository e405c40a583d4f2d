"""Write the report. Writes report.html."""

from retrowalk.job import job
from retrowalk.plan.plain import cohorts_from_params, from_params
from retrowalk.plan.settings import Analysis
from retrowalk.present.record.results import collect_run
from retrowalk.present.report.write import write_report

with job(snakemake):
    run = collect_run(cohorts_from_params(snakemake.params.cohorts), snakemake.input)
    write_report(run, from_params(Analysis, snakemake.params.analysis), snakemake.output.report)
