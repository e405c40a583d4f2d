"""What figures have in common, and each figure of the results."""
