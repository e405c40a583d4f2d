"""Write the report. Writes report.html."""

from retrowalk.job import job
from retrowalk.plan.plain import cohorts_from_params, from_params
from retrowalk.plan.settings import Analysis
from retrowalk.present.record.deviations import read_deviations
from retrowalk.present.record.run import read_record
from retrowalk.present.report.write import collect_results, write_report
from retrowalk.present.words.cited import read_results

with job(snakemake):
    cohorts = cohorts_from_params(snakemake.params.cohorts)
    results = collect_results(cohorts, snakemake.input)
    effects, pooled = map(read_results, (snakemake.input.effects, snakemake.input.pooled))
    figures = snakemake.input.synthesis_figures
    plan, record = map(read_record, (snakemake.input.plan, snakemake.input.provenance))
    departures = read_deviations(snakemake.input.deviations)
    analysis = from_params(Analysis, snakemake.params.analysis)
    write_report(results, effects, pooled, figures, analysis, plan, record, departures, snakemake.output.report)
