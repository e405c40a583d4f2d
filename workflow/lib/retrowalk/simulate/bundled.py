"""The synthetic cohorts that come with the project, made from one seed."""

from pathlib import Path

import numpy as np

from retrowalk.simulate.cohort_design import bundled_designs
from retrowalk.simulate.draws import draw_cohort
from retrowalk.simulate.raw_file import raw_table, write_raw


def make_bundled(seed: int, folder: Path) -> list[Path]:
    """Write the raw files of the bundled cohorts, `<folder>/<cohort>/<file>`.

    Each cohort has a stream of random numbers of its own: changing one leaves the others as they are.

    Parameters
    ----------
    seed
        The seed of config/config.yaml. The same seed gives the same bytes.
    folder
        Where the cohorts' folders are; files that are there are replaced.

    Returns
    -------
    list of the files written

    Raises
    ------
    RetrowalkError
        A requirement of a cohort is not met; no file is written.
    """
    tables = []
    for design in bundled_designs():
        rng = np.random.default_rng(np.random.SeedSequence([seed, design.stream]))
        tables.append((design, raw_table(design, draw_cohort(design, rng))))
    paths = []
    for design, table in tables:
        path = Path(folder) / design.name / design.file.name
        write_raw(design, table, path)
        paths.append(path)
    return paths
