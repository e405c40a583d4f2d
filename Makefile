# make            set up and run the whole analysis        make test   set up and run every test
# make cohort NAME=mytrial FILE=path/to/file.xlsx           add a trial      make check NAME=mytrial   check its data
# make freeze   run the analysis and store its plan and numbers in config/frozen/; the report then shows every later change
# Everything is installed in .venv; nothing outside this folder is changed.

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
AXE_VERSION := 4.14.1
# The mixed models: a distribution of its own that the workflow depends on by path.
ENGINE := workflow/lib/visitwise
# Where this is set, every job compiles its imports again: 9 s instead of 3.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
export PATH := $(abspath $(BIN)):$(PATH)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run cohort check export freeze test test-slow lint format lock synthetic unlock clean

run: $(VENV)/.ready
	@$(BIN)/snakemake

# OPTIONS are passed on: a second file, --sheet, --control and so on (`.venv/bin/retrowalk new-cohort --help`).
cohort: $(VENV)/.ready
	@test -n "$(NAME)" -a -n "$(FILE)" || { echo "Give a name and a file: make cohort NAME=mytrial FILE=path/to/file.xlsx"; exit 2; }
	@$(BIN)/retrowalk new-cohort "$(NAME)" "$(FILE)" $(OPTIONS)

check: $(VENV)/.ready
	@test -n "$(NAME)" || { echo "Give a name: make check NAME=mytrial"; exit 2; }
	@$(BIN)/retrowalk check "$(NAME)"

export: $(VENV)/.ready
	@test -n "$(NAME)" || { echo "Give a name: make export NAME=mytrial"; exit 2; }
	@$(BIN)/retrowalk export "$(NAME)"

# The second run is for the report: it then knows the frozen plan.
freeze: $(VENV)/.ready
	@$(BIN)/snakemake
	@$(BIN)/retrowalk freeze
	@$(BIN)/snakemake

$(VENV)/.ready: envs/requirements.lock pyproject.toml $(ENGINE)/pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "retrowalk needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try: make PYTHON=python3.12" % v[:2])'
	@echo "Setting up $(VENV). This is done once and takes about a minute."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --no-compile --no-deps --require-hashes -r envs/requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable $(ENGINE) --editable .
	@touch $@

# axe-core looks for what keeps people with a disability from reading the report. Without npm its tests are left out.
$(VENV)/.ready-test: $(VENV)/.ready envs/test.lock
	@$(PIP) install --no-compile --no-deps --require-hashes -r envs/test.lock
	@if command -v npm >/dev/null; then npm install --silent --no-save --prefix $(VENV)/axe axe-core@$(AXE_VERSION); fi
	@touch $@

test: $(VENV)/.ready-test lint
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-slow: $(VENV)/.ready-test
	@$(BIN)/python -m pytest -n auto --dist worksteal -m slow

lint: $(VENV)/.ready-test
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/snakefmt --check Snakefile workflow/rules
	@$(BIN)/snakemake --lint

format: $(VENV)/.ready-test
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet
	@$(BIN)/snakefmt Snakefile workflow/rules
	@$(BIN)/python -m retrowalk.present.words.readme

lock:
	@$(PYTHON) envs/make_locks.py

synthetic: $(VENV)/.ready
	@$(BIN)/retrowalk synthetic

# After a run that was killed, Snakemake may say that the folder is locked.
unlock: $(VENV)/.ready
	@$(BIN)/snakemake --unlock

clean:
	rm -rf results
