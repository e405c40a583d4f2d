"""run: what keeps a run safe. One run a folder, outputs that are what their jobs made, nothing old beside something new.

No room of the data's way: it knows files, checksums and processes, and nothing of trials. A change of it re-runs no job.
"""
