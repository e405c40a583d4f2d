"""List the numbers of the manuscript that moved since they were frozen. Writes changes.html and changes.md."""

from retrowalk.job import job
from retrowalk.plan.plain import cohorts_from_params
from retrowalk.present.changes.moved import find_moved
from retrowalk.present.changes.page import write_changes

with job(snakemake):
    moved = find_moved(snakemake.input.numbers, snakemake.input.estimates, snakemake.input.frozen)
    write_changes(moved, cohorts_from_params(snakemake.params.cohorts), snakemake.output)
