"""Draw the forests and set the tables of the synthesis. Writes the folders figures/ and tables/."""

from retrowalk.job import job
from retrowalk.plan.plain import cohorts_from_params
from retrowalk.present.figures.style import FigureSettings
from retrowalk.present.figures.write import write_synthesis_figures
from retrowalk.present.tables.write import write_synthesis_tables
from retrowalk.present.words.cited import read_results

with job(snakemake):
    effects, pooled = map(read_results, (snakemake.input.effects, snakemake.input.pooled))
    alpha = snakemake.params.alpha
    settings = FigureSettings(**snakemake.params.figures)
    cohorts = cohorts_from_params(snakemake.params.cohorts).values()
    write_synthesis_tables(effects, pooled, alpha, snakemake.output.tables, cohorts)
    write_synthesis_figures(effects, pooled, settings, alpha, snakemake.output.figures)
