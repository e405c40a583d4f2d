"""The report: one HTML page with the words, tables and figures of a run."""
