"""Every English sentence of the results: numbers, names, phrases, paragraphs."""
