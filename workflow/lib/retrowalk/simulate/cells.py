"""What goes into the cells of a text file."""

import numpy as np


def as_text(values: np.ndarray, resolution: float, missing: str = "") -> np.ndarray:
    """Return numbers with the decimals of their resolution (1, 0.1, 0.01), NaN as the code for missing."""
    decimals = round(-np.log10(resolution))
    return np.array([missing if np.isnan(value) else f"{value:.{decimals}f}" for value in values], dtype=object)
