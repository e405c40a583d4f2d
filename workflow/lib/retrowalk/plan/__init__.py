"""The plan: config.yaml, the instruments and the cohort files, read once, checked whole and frozen.

paths            where they are
intake, trial    the types: how files are read, what a trial is
settings         what is done with every cohort; the whole plan
build            the content of a cohort file as these types
contradictions   what a schema cannot see
read             files -> plan
plain            the types as plain values and back: what a job gets
"""
