"""Raw files -> participants and measurements; every fault with file, row, column and value, none repaired in silence.

`check_cohort` finds all faults of a cohort's files, `ingest_cohort` gives the two tables or stops that cohort,
`ingest_events` gives its adverse events, `admit_cohorts` says which cohorts are analysed together, `compare_cohorts` and `find_overlaps` find what cohorts share, and `read_participants`,
`read_measurements` and `read_events` read the tables back.
"""

from retrowalk.ingest.admit import admit_cohorts
from retrowalk.ingest.cohort import check_cohort, ingest_cohort
from retrowalk.ingest.events import ingest_events
from retrowalk.ingest.overlap import compare_cohorts, find_overlaps
from retrowalk.ingest.problems import read_problems
from retrowalk.ingest.tables import read_events, read_measurements, read_participants

__all__ = [
    "admit_cohorts",
    "check_cohort",
    "compare_cohorts",
    "find_overlaps",
    "ingest_cohort",
    "ingest_events",
    "read_events",
    "read_measurements",
    "read_participants",
    "read_problems",
]
