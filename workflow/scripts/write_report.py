"""Write the report. Writes report.html."""

from retrowalk.job import job
from retrowalk.plan import Analysis, cohorts_from_params
from retrowalk.present.cited import read_results
from retrowalk.present.deviations import read_deviations
from retrowalk.present.record import read_record
from retrowalk.present.report import collect_results, write_report

with job(snakemake):
    cohorts = cohorts_from_params(snakemake.params.cohorts)
    results = collect_results(cohorts, snakemake.input)
    effects, pooled = map(read_results, (snakemake.input.effects, snakemake.input.pooled))
    figures = snakemake.input.synthesis_figures
    plan, record = map(read_record, (snakemake.input.plan, snakemake.input.provenance))
    departures = read_deviations(snakemake.input.deviations)
    analysis = Analysis(**snakemake.params.analysis)
    write_report(results, effects, pooled, figures, analysis, plan, record, departures, snakemake.output.report)
