"""From a file that nobody has described yet to a cohort file: what each column seems to be, and what must be asked."""
