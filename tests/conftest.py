"""What several tests use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


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
