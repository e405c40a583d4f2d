"""Raw file -> participants and measurements; every fault with file, row, column and value, none repaired in silence.

`check_cohort` finds all faults of a cohort's file, `ingest_cohort` gives the two tables or stops that cohort, and
`read_participants` and `read_measurements` read the tables back.
"""

from retrowalk.ingest.cohort import check_cohort, ingest_cohort
from retrowalk.ingest.tables import read_measurements, read_participants

__all__ = ["check_cohort", "ingest_cohort", "read_measurements", "read_participants"]
