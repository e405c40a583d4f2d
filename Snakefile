# retrowalk: from raw data to figures, tables and a report. The rooms, in the order the data flows.
# Run `make`, or `snakemake -s PATH/Snakefile -d FOLDER` for any folder that holds config/ and data/.

import sys
from pathlib import Path

from retrowalk.errors import PlanError
from retrowalk.job import code_up_to
from retrowalk.plan import CONFIG, load_plan
from retrowalk.schemas import read_yaml
from retrowalk.sweep import sweep, sweep_dropped

from snakemake.utils import min_version

min_version("9.27")


def or_stop(read, *given):
    """Return what `read` gives, or end the run with one message before any job."""
    try:
        return read(*given)
    except PlanError as fault:
        sys.exit(f"The plan has faults, nothing was run:\n{fault}")


or_stop(read_yaml, CONFIG)


configfile: "config/config.yaml"


PLAN = or_stop(load_plan, config)


wildcard_constraints:
    cohort="|".join(PLAN.cohorts),


rule all:
    input:
        "results/report.html",
        "results/README.md",
        "results/plan.json",
        "results/provenance.json",


include: "workflow/rules/ingest.smk"
include: "workflow/rules/describe.smk"
include: "workflow/rules/model.smk"
include: "workflow/rules/synthesise.smk"
include: "workflow/rules/present.smk"


onstart:
    sweep_dropped(Path("results"), list(PLAN.cohorts))


onerror:
    sweep(Path("results"), list(PLAN.cohorts))
