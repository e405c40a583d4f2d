"""Effects from papers and from participants' data -> effects.csv and pooled.csv.

`read_evidence` reads the published results, `synthesise` gives both tables. Synthetic cohorts are never pooled with
published results, comparator types never with each other, and no participant counts twice.
"""

from retrowalk.synthesise.combine import synthesise
from retrowalk.synthesise.evidence import read_evidence
from retrowalk.synthesise.pool import ALL_CONDITIONS

__all__ = ["ALL_CONDITIONS", "read_evidence", "synthesise"]
