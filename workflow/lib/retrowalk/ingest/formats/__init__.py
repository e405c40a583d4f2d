"""Readers, one a family of formats. Each takes a path and gives cells of text; what the cells mean is said elsewhere."""
