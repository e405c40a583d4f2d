"""The manuscript: what can be said of a run in the words of a paper, with the source of every number."""
