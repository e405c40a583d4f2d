"""A table as a file: Word, LaTeX, HTML, CSV."""
