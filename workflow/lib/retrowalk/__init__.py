"""retrowalk: backward-walking trials, from raw data to figures, tables and a report.

Rooms, in the order the data flows: ingest, describe, model, synthesise, present, simulate. A room uses what stands at
the top of this package and the rooms before it, never one after it.
"""

__version__ = "0.2.0"
