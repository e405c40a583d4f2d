"""The cohort of the small trial, loaded as a plan is."""

import json
from collections.abc import Callable

import pytest
from tests.unit.trials import INSTRUMENTS, TRIAL

from retrowalk.plan.paths import COHORTS
from retrowalk.plan.read import load_cohort
from retrowalk.plan.trial import Cohort


@pytest.fixture
def trial_file() -> dict:
    """The content of the trial's file; a room of tests may have another."""
    return TRIAL


@pytest.fixture
def cohort_of(trial_file, tmp_path, monkeypatch) -> Callable[..., Cohort]:
    """The cohort of the small trial, with any key of its file replaced; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trial.csv").touch()
    (tmp_path / COHORTS).mkdir(parents=True)

    def load(**changes) -> Cohort:
        (tmp_path / COHORTS / "trial.yaml").write_text(json.dumps(trial_file | changes))
        return load_cohort("trial", INSTRUMENTS)

    return load
