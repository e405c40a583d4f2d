"""Every rule that a cohort's data are held against. Each rule yields all its faults, with indices of `Raw` as rows."""
