# The rooms, in the order the data flows. Run `make`, or `snakemake -s PATH/Snakefile -d FOLDER` (it contains config/ and data/).

import sys

try:
    import retrowalk
except ModuleNotFoundError:
    sys.exit(f'{sys.executable} has no package "retrowalk": type `make`, or see workflow/README.md.')
from retrowalk.job import code_up_to, or_exit
from retrowalk.plan.paths import CONFIG, FROZEN_HASH, FROZEN_NUMBERS, FROZEN_PLAN, FROZEN_RECORD
from retrowalk.plan.read import load_plan
from retrowalk.run.checksums import Checksums
from retrowalk.run.guard import guard, is_module_of
from retrowalk.run.sweep import sweep
from retrowalk.schemas import read_yaml
from snakemake.utils import min_version

min_version("9.27")
or_exit(read_yaml, CONFIG)


configfile: CONFIG


PLAN = or_exit(load_plan, config)
CHECKSUMS = Checksums()
guard(workflow, PLAN.cohorts, CHECKSUMS, logger.warning, is_module_of(workflow))


include: "workflow/rules/common.smk"
include: "workflow/rules/ingest.smk"
include: "workflow/rules/describe.smk"
include: "workflow/rules/model.smk"
include: "workflow/rules/synthesise.smk"
include: "workflow/rules/present.smk"


rule all:
    default_target: True
    input:
        EVERYTHING,


onerror:
    sweep("results", PLAN.cohorts, logger.warning)
