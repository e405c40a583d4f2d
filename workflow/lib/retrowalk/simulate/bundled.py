"""The four synthetic cohorts that come with the project, made from one seed."""

from pathlib import Path

import numpy as np

from retrowalk import files
from retrowalk.simulate import ansari2020, dufek2011, goonasegaran2022, krishnan2021

#: What makes each cohort's table, what writes it and its file. Each has a stream of random numbers of its own, by its
#: place here: changing one leaves the others as they are.
COHORTS = {
    "dufek2011": (dufek2011.draw, dufek2011.write, dufek2011.FILE),
    "ansari2020": (ansari2020.draw, files.write_csv, ansari2020.FILE),
    "krishnan2021": (krishnan2021.draw, files.write_csv, krishnan2021.FILE),
    "goonasegaran2022": (goonasegaran2022.draw, files.write_csv, goonasegaran2022.FILE),
}


def make_bundled(seed: int, folder: Path) -> list[Path]:
    """Write the raw files of the bundled cohorts, `<folder>/<cohort>/<file>`.

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
        A constraint of a cohort is not met; no file is written.
    """
    made = []
    for stream, (name, (draw, write, file)) in enumerate(COHORTS.items()):
        table = draw(np.random.default_rng(np.random.SeedSequence([seed, stream])))
        made.append((write, table, Path(folder) / name / file))
    for write, table, path in made:
        write(table, path)
    return [path for _, _, path in made]
