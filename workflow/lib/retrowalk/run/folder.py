"""Where a run keeps its own memory, in the working folder."""

from base64 import urlsafe_b64encode
from pathlib import Path

#: Snakemake's memory, and in it ours. None of it is a result.
SNAKEMAKE = Path(".snakemake")
MEMORY = SNAKEMAKE / "retrowalk"

#: Which process uses the folder.
LOCK = MEMORY / "lock"

#: What each job made: one JSON a job.
OUTPUTS = MEMORY / "outputs"

#: The checksums of the data files, so that a large file is read once.
CHECKSUMS = MEMORY / "checksums.json"

#: Where Snakemake keeps what Slurm's jobs say; a run that ended well leaves none.
SLURM_LOGS = SNAKEMAKE / "slurm_logs"

#: Where files go that somebody edited in results/.
EDITED = Path("edited")

RESULTS = Path("results")


def snakemakes_entry(kind: str, output: str) -> Path:
    """Return the file in which Snakemake remembers an output: `kind` is "metadata" or "incomplete"."""
    name, longest = urlsafe_b64encode(output.encode()).decode(), 254
    parts = [name[start : start + longest] for start in range(0, len(name), longest)]
    return SNAKEMAKE.joinpath(kind, *(f"@{part}" for part in parts[:-1]), parts[-1])
