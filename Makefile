# make            set up and run the whole analysis        make test   set up and run every test
# make cohort NAME=mytrial FILE=path/to/file.xlsx           add a trial      make check NAME=mytrial   check its data
# make freeze   run the analysis and store its plan and numbers in config/frozen/; the report then shows every later change
# make verify   check results/ against its checksums, the data and the plan; AGAINST=folder compares the numbers of another run
# Everything is installed in .venv; nothing outside this folder is changed.

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
# The mixed models: a distribution of its own that the workflow depends on by path.
ENGINE := workflow/lib/visitwise
# Where this is set, every job compiles its imports again: 9 s instead of 3.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH

# Always the interpreter, quoted, and never the commands that pip writes: these break in a folder with $ or ` in its name.
PY := "$(BIN)/python"
PIP := $(PY) -m pip --disable-pip-version-check --quiet

.PHONY: run cohort check export freeze verify test test-slow lint format audit lock slurm synthetic unlock clean

run: $(VENV)/.ready
	@$(PY) -m snakemake

# OPTIONS are passed on: a second file, --sheet, --control and so on (`.venv/bin/retrowalk new-cohort --help`).
cohort: $(VENV)/.ready
	@test -n "$(NAME)" -a -n "$(FILE)" || { echo "Give a name and a file: make cohort NAME=mytrial FILE=path/to/file.xlsx"; exit 2; }
	@$(PY) -m retrowalk new-cohort "$(NAME)" "$(FILE)" $(OPTIONS)

check: $(VENV)/.ready
	@test -n "$(NAME)" || { echo "Give a name: make check NAME=mytrial"; exit 2; }
	@$(PY) -m retrowalk check "$(NAME)"

export: $(VENV)/.ready
	@test -n "$(NAME)" || { echo "Give a name: make export NAME=mytrial"; exit 2; }
	@$(PY) -m retrowalk export "$(NAME)"

# The second run is for the report: it then knows the frozen plan.
freeze: $(VENV)/.ready
	@$(PY) -m snakemake
	@$(PY) -m retrowalk freeze
	@$(PY) -m snakemake

verify: $(VENV)/.ready
	@$(PY) -m retrowalk verify "$(or $(FOLDER),results)" $(if $(AGAINST),--against "$(AGAINST)")

$(VENV)/.ready: envs/requirements.lock pyproject.toml $(ENGINE)/pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "retrowalk needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try: make PYTHON=python3.12" % v[:2])'
	@echo "Setting up $(VENV). This is done once and takes about a minute."
	@$(PYTHON) -m venv --clear "$(VENV)"
	@$(PIP) install --no-compile --no-deps --require-hashes -r envs/requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable $(ENGINE) --editable .
	@touch "$@"

# Beyond what everybody needs: the part of Snakemake that hands jobs to a Slurm cluster.
$(VENV)/.ready-slurm: $(VENV)/.ready envs/slurm.lock
	@$(PIP) install --no-compile --no-deps --require-hashes -r envs/slurm.lock
	@touch "$@"

slurm: $(VENV)/.ready-slurm
	@echo "Run on the cluster: $(PY) -m snakemake --workflow-profile profiles/slurm (docs/clusters.md)"

# axe-core looks for what keeps people with a disability from reading the report. Without npm its tests are left out.
$(VENV)/.ready-test: $(VENV)/.ready envs/test.lock envs/axe/package-lock.json
	@$(PIP) install --no-compile --no-deps --require-hashes -r envs/test.lock
	@if command -v npm >/dev/null; then mkdir -p "$(VENV)/axe" && cp envs/axe/*.json "$(VENV)/axe" && npm ci --silent --prefix "$(VENV)/axe"; fi
	@touch "$@"

test: $(VENV)/.ready-test lint
	@$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-slow: $(VENV)/.ready-test
	@$(PY) -m pytest -n auto --dist worksteal -m slow

lint: $(VENV)/.ready-test
	@$(PY) -m ruff check --quiet
	@$(PY) -m ruff format --check --quiet
	@$(PY) -m snakefmt --check Snakefile workflow/rules
	@$(PY) -m snakemake --lint

format: $(VENV)/.ready-test
	@$(PY) -m ruff check --fix --quiet
	@$(PY) -m ruff format --quiet
	@$(PY) -m snakefmt Snakefile workflow/rules
	@$(PY) -m retrowalk.present.words.readme

# Looks the pinned libraries up in the public lists of known vulnerabilities.
audit:
	@$(PYTHON) envs/audit.py

lock:
	@$(PYTHON) envs/make_locks.py

synthetic: $(VENV)/.ready
	@$(PY) -m retrowalk synthetic

# For a run that was interrupted on another computer; one that was killed on this computer needs nothing.
unlock: $(VENV)/.ready
	@$(PY) -m retrowalk unlock

clean:
	rm -rf results
