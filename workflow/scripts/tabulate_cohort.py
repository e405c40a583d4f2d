"""Set a cohort's tables. Writes the folder tables/."""

from retrowalk.job import job
from retrowalk.plan.plain import from_params
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.write import write_tables
from retrowalk.present.words.cited import read_results

with job(snakemake):
    cohort = from_params(Cohort, snakemake.params.cohort)
    analysis = from_params(Analysis, snakemake.params.analysis)
    described, results = map(read_results, (snakemake.input.descriptives, snakemake.input.estimates))
    write_tables(described, results, cohort, analysis, snakemake.output.tables, show_ids=snakemake.params.show_ids)
