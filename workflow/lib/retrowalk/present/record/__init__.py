"""What was run: the record of a run, the frozen plan, deviations from it, and results read back."""
