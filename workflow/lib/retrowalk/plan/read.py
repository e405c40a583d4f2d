"""Read and check the plan of the working folder."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from retrowalk.errors import PlanError
from retrowalk.plan.build import build_cohort
from retrowalk.plan.contradictions import contradictions, shared_files, unreadable
from retrowalk.plan.paths import COHORTS, CONFIG, INSTRUMENTS
from retrowalk.plan.settings import Analysis, Plan
from retrowalk.plan.trial import Cohort
from retrowalk.presets import figure_faults, figure_settings
from retrowalk.schemas import faults, listed, nearest, read_yaml


def load_plan(config: dict[str, Any] | None = None) -> Plan:
    """Read and check the whole plan of the working folder.

    Parameters
    ----------
    config
        The content of config/config.yaml where Snakemake has read it already (and merged `--config` into it); it is
        read here where this is left out.

    Raises
    ------
    PlanError
        Anything is wrong in config/, or a data file that it names is not there. The message has a line a fault.
    """
    content = config if config is not None else read_yaml(CONFIG)
    found = faults(content, "config", CONFIG)
    instruments: dict[str, Any] = {}
    try:
        instruments = read_instruments()
    except PlanError as fault:
        found.append(str(fault))
    _stop(found)

    names = content["cohorts"]
    found += [
        f'{CONFIG}, "cohorts": "{name}" is listed twice. Keep one.'
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    found += [f'{CONFIG}, "figures", {fault}' for fault in figure_faults(content["figures"])]
    published = content.get("published", "")
    if published and not Path(published).is_file():
        found.append(f'{CONFIG}, "published": there is no file {published}. Correct the path or remove the key.')
    cohorts = {}
    for name in dict.fromkeys(names):
        try:
            cohorts[name] = load_cohort(name, instruments)
        except PlanError as fault:
            found.append(str(fault))
    found += shared_files(list(cohorts.values()))
    _stop(found)
    return Plan(
        cohorts=cohorts,
        published=(published,) if published else (),
        analysis=Analysis(**{each.name: content[each.name] for each in fields(Analysis) if each.name in content}),
        figures=figure_settings(content["figures"]),
        show_ids=content.get("show_ids", False),
        baseline_smd=content.get("baseline_smd", False),
    )


def read_instruments() -> dict[str, Any]:
    """Read and check config/instruments.yaml.

    Raises
    ------
    PlanError
        The file is missing or breaks its schema, or an instrument's range is empty.
    """
    instruments = read_yaml(INSTRUMENTS)
    _stop(faults(instruments, "instruments", INSTRUMENTS))
    _stop(
        [
            f'{INSTRUMENTS}, "{name}": "low" ({each["low"]}) is not less than "high" ({each["high"]}). Correct them.'
            for name, each in instruments.items()
            if None not in (each["low"], each["high"]) and each["low"] >= each["high"]
        ]
    )
    return instruments


def find_cohort(name: str) -> Cohort:
    """Read and check a cohort that somebody asks for by name, whether config.yaml lists it or not.

    Raises
    ------
    PlanError
        There is no such cohort, or its cohort file or the instruments have faults.
    """
    instruments = read_instruments()
    if not (COHORTS / f"{name}.yaml").is_file():
        cohorts = [path.stem for path in COHORTS.glob("*.yaml")]
        raise PlanError(f'There is no cohort "{name}"{nearest(name, cohorts)}: {COHORTS / name}.yaml does not exist.')
    return load_cohort(name, instruments)


#: Names of sets of studies in the synthesis.
_SETS = ("published", "synthetic")


def load_cohort(name: str, instruments: dict[str, Any]) -> Cohort:
    """Read and check config/cohorts/<name>.yaml.

    Raises
    ------
    PlanError
        The file is missing or breaks its schema, or names something that is not there.
    """
    path = COHORTS / f"{name}.yaml"
    if name in _SETS:
        raise PlanError(
            f'{CONFIG}, "cohorts": a cohort cannot be named "{name}", because that is the name of a set of trials. Rename it.'
        )
    if not path.is_file():
        files = sorted(file.name for file in COHORTS.glob("*"))
        names = [file.partition(".")[0] for file in files]
        hint = " (its extension must be .yaml)" if name in names else nearest(name, names)
        raise PlanError(
            f'{CONFIG}, "cohorts": there is no file {path} for "{name}"{hint}. Correct the name or add the file. '
            f"Files in that folder: {listed(files) or 'none'}."
        )
    content = read_yaml(path)
    _stop(faults(content, "cohort", path))
    _stop([f"{path}{fault}" for fault in unreadable(content, ())])
    _stop(contradictions(content, path, instruments))
    return build_cohort(name, content, instruments)


def _stop(found: list[str]) -> None:
    if found:
        raise PlanError("\n".join(found))
