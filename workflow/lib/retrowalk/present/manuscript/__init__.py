"""The manuscript: what can be said of a run in the words of a paper, with the source of every number."""

from retrowalk.present.manuscript.write import write_manuscript
from retrowalk.present.record.results import Run, collect_run

__all__ = ["Run", "collect_run", "write_manuscript"]
