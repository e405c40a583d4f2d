"""What a table is, and each table of the results."""
