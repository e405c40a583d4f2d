"""Draw a cohort's figures. Writes the folder figures/."""

from retrowalk.ingest import read_measurements, read_participants
from retrowalk.job import job
from retrowalk.plan.plain import from_params
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.residuals import read_residuals
from retrowalk.present.figures.style import FigureSettings
from retrowalk.present.figures.subject import CohortTables
from retrowalk.present.figures.write import write_figures
from retrowalk.present.words.cited import read_results

with job(snakemake):
    cohort = from_params(Cohort, snakemake.params.cohort)
    analysis = from_params(Analysis, snakemake.params.analysis)
    settings = FigureSettings(**snakemake.params.figures)
    tables = CohortTables(
        read_participants(snakemake.input.participants, cohort),
        read_measurements(snakemake.input.measurements),
        read_results(snakemake.input.descriptives),
        read_results(snakemake.input.estimates),
        read_residuals(snakemake.input.residuals),
    )
    write_figures(tables, cohort, analysis, settings, snakemake.output.figures)
