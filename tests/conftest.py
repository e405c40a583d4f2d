"""What several tests use."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
#: Seconds after which a command is taken to hang: no test says how fast a machine is.
HANGS = 1200

# The same examples in every run, and no limit of time: a busy machine is no fault.
settings.register_profile("retrowalk", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("retrowalk")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with whole runs of the workflow: they take longest, and at the end one worker would wait for the other."""
    items.sort(key=lambda item: not item.path.is_relative_to(ROOT / "tests" / "workflow"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real trials that may not be copied into the project."""
    if not SHARED.is_dir():
        pytest.skip("the real trials are in a folder `shared` beside the checkout, and it is not here")
    return SHARED


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, driven by Playwright; it opens files and must never need a network."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no Chromium: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # Root, as in a container, may run it without its sandbox alone.
        opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()
