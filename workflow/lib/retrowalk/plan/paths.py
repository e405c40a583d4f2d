"""Where the plan and what was frozen of it are, in the working folder."""

from pathlib import Path

CONFIG = Path("config/config.yaml")


INSTRUMENTS = Path("config/instruments.yaml")


COHORTS = Path("config/cohorts")


#: What `make freeze` writes: the plan as it was frozen, its hash, the numbers, and a record of the files themselves.
FROZEN = Path("config/frozen")


FROZEN_PLAN = FROZEN / "plan.json"
FROZEN_HASH = FROZEN / "plan.sha256"
FROZEN_NUMBERS = FROZEN / "numbers.csv"
FROZEN_RECORD = FROZEN / "frozen.json"
