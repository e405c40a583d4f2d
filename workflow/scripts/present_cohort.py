"""Draw a cohort's figures and set its tables. Writes the folders figures/ and tables/."""

from retrowalk.ingest import read_measurements, read_participants
from retrowalk.job import job
from retrowalk.plan.plain import from_params
from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.figures.residuals import read_residuals
from retrowalk.present.figures.style import FigureSettings
from retrowalk.present.figures.subject import CohortTables
from retrowalk.present.figures.write import write_figures
from retrowalk.present.tables.write import write_tables
from retrowalk.present.words.cited import read_results

with job(snakemake):
    cohort = from_params(Cohort, snakemake.params.cohort)
    analysis = from_params(Analysis, snakemake.params.analysis)
    data = (
        read_participants(snakemake.input.participants, cohort),
        read_measurements(snakemake.input.measurements),
    )
    described, results = map(read_results, (snakemake.input.descriptives, snakemake.input.estimates))
    shown = {"show_ids": snakemake.params.show_ids}
    write_tables(described, results, cohort, analysis, snakemake.output.tables, **shown)
    settings = FigureSettings(**snakemake.params.figures)
    residuals = read_residuals(snakemake.input.residuals)
    tables = CohortTables(*data, described, results, residuals)
    write_figures(tables, cohort, analysis, settings, snakemake.output.figures)
