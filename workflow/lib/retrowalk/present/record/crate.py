"""The description of a results folder for archives: an RO-Crate, which names files and software and contains no result.

Its dates are fixed and its identifiers are paths, so that the same results have the same description everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import metadata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from retrowalk import file_types
from retrowalk.files import FIXED_DATE
from retrowalk.plan.trial import Cohort
from retrowalk.present.record.freeze import BUNDLED
from retrowalk.present.record.run import SOFTWARE
from retrowalk.run.outputs import Content
from retrowalk.vocabulary import SYNTHETIC_NOTE

if TYPE_CHECKING:
    from rocrate.model import ContextEntity, Entity
    from rocrate.rocrate import ROCrate

#: The version of the specification: the first that has checksums among its terms, and that says how to name a file which is
#: not in the folder.
SPECIFICATION = "1.3"
#: What the entry of the workflow follows.
WORKFLOW_PROFILE = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
#: The licence of the workflow and of the data that come with it (data/README.md).
LICENCE = "MIT"
#: The page of a licence by its short name (SPDX).
LICENCE_PAGE = "https://spdx.org/licenses/"
#: {ending of a file: its media type}, of data and of results. The system's own list differs from one computer to the next.
MEDIA_TYPES = file_types.MEDIA_TYPES | {
    ".bib": "application/x-bibtex",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex",
    ".tiff": "image/tiff",
}
#: Files that are about participants one by one, by their names without the ending.
OF_PARTICIPANTS = (
    "participants",
    "measurements",
    "events",
    "problems",
    "residuals",
    "overlaps",
    "single_changes",
)
OF_PARTICIPANTS_NOTE = "Contains data of individual participants. Files for sharing are made by: make export"
NO_LICENCE = "How these results may be used is for the authors of the trials to decide."
NOT_INCLUDED = "Not included in this folder."


def crate_of(
    files: Mapping[str, Content], cohorts: Sequence[Cohort], record: Mapping[str, Any], snakefile: str
) -> dict[str, Any]:
    """Return the content of ro-crate-metadata.json.

    Parameters
    ----------
    files
        What each file of the results contains, by its path in the folder.
    cohorts
        The cohorts that were analysed.
    record
        Versions and checksums (provenance.json).
    snakefile
        SHA-256 of the workflow's Snakefile.

    Notes
    -----
    Follows RO-Crate 1.3. Of the data it has the paths and the checksums; data files lie outside the folder, so they are
    contextual entities. The date of publication, which the specification requires, is a fixed one.
    """
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=SPECIFICATION)
    root = crate.root_dataset
    synthetic = any(cohort.synthetic for cohort in cohorts)
    titles = "; ".join(cohort.publication.title for cohort in cohorts)
    root["name"] = "Results of retrowalk"
    root["description"] = _sentences(
        f"Analysis of: {titles}." if titles else "No cohort was analysed.",
        "README.md says what each file is.",
        f"{SYNTHETIC_NOTE}: see the single cohorts." if synthetic else "",
        "The dates in this file are fixed, so that the same results have the same description.",
    )
    root.datePublished = datetime(*FIXED_DATE).date()
    root["license"] = _add(crate, "#licence", "CreativeWork", name="Not licensed yet", description=NO_LICENCE)
    crate.metadata["name"] = "Description of the results"
    _add_results(crate, files, cohorts)
    workflow = _add_workflow(crate, record["software"], snakefile)
    root["mainEntity"] = workflow
    data = [_add_data(crate, path, entry["sha256"], cohorts) for path, entry in sorted(record["inputs"].items())]
    root["mentions"] = _add_run(crate, workflow, data, files)
    return crate.metadata.generate()


def _add_results(crate: "ROCrate", files: Mapping[str, Content], cohorts: Sequence[Cohort]) -> None:
    parts: dict[str, list[Entity]] = {}
    for path, content in sorted(files.items()):
        known = {"contentSize": str(content.size), "sha256": content.sha256}
        parts.setdefault(_part_of(path), []).append(crate.add_file(dest_path=path, properties=_of_file(path) | known))
    # Written after this description, and with its checksum in it.
    crate.add_file(dest_path="checksums.csv", properties=_of_file("checksums.csv"))
    by_folder = {f"cohorts/{cohort.name}": cohort for cohort in cohorts}
    for folder, inside in parts.items():
        if folder:
            about = _of_cohort(by_folder[folder]) if folder in by_folder else {"name": folder}
            crate.add_dataset(dest_path=folder, properties=about | {"hasPart": inside})


def _part_of(path: str) -> str:
    """Return the folder that a file is a part of: of one cohort, of the synthesis, or "" for the folder of the results."""
    parts = PurePosixPath(path).parts[:-1]
    return "/".join(parts[:2] if parts[:1] == ("cohorts",) else parts[:1])


def _of_file(path: str) -> dict[str, str]:
    pure = PurePosixPath(path)
    known = {"name": pure.name}
    if pure.suffix in MEDIA_TYPES:
        known["encodingFormat"] = MEDIA_TYPES[pure.suffix]
    if pure.stem in OF_PARTICIPANTS:
        known["description"] = OF_PARTICIPANTS_NOTE
    return known


def _of_cohort(cohort: Cohort) -> dict[str, str]:
    publication = cohort.publication
    known = {"name": publication.title, "identifier": publication.registration}
    known["description"] = _sentences(f"{SYNTHETIC_NOTE}." if cohort.synthetic else "", publication.citation)
    return {key: text for key, text in known.items() if text}


def _add_workflow(crate: "ROCrate", versions: Mapping[str, str], snakefile: str) -> "Entity":
    from rocrate.model.computerlanguage import snakemake

    programs = [
        _add(
            crate,
            f"#{name}",
            "SoftwareApplication",
            name=name,
            url=SOFTWARE[name],
            version=number,
            license=_licences(crate, metadata(name).get("License-Expression") or ""),
        )
        for name, number in sorted(versions.items())
        if SOFTWARE[name]
    ]
    return _add(
        crate,
        "#Snakefile",
        ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        name="retrowalk",
        conformsTo={"@id": WORKFLOW_PROFILE},
        description=f"The workflow that made these results. {NOT_INCLUDED}",
        version=versions["retrowalk"],
        license=_licences(crate, LICENCE),
        sha256=snakefile,
        programmingLanguage=crate.add(snakemake(crate, versions["snakemake"])),
        softwareRequirements=programs,
    )


def _licences(crate: "ROCrate", expression: str) -> list["Entity"]:
    """Return the licences that an expression of SPDX names; none where it leaves a choice or makes an exception."""
    names = expression.split(" AND ") if expression else []
    if any(" " in name for name in names):
        return []
    return [
        _add(crate, f"{LICENCE_PAGE}{name}", "CreativeWork", name=name, url=f"{LICENCE_PAGE}{name}") for name in names
    ]


def _add_data(crate: "ROCrate", path: str, digest: str, cohorts: Iterable[Cohort]) -> "Entity":
    owners = [cohort for cohort in cohorts if path in cohort.intake.files]
    synthetic = any(cohort.synthetic for cohort in owners)
    return _add(
        crate,
        f"#{quote(path)}",
        "File",
        name=path,
        description=_sentences(f"{SYNTHETIC_NOTE}." if synthetic else "", NOT_INCLUDED),
        encodingFormat=MEDIA_TYPES.get(PurePosixPath(path).suffix.lower(), ""),
        sha256=digest,
        # ASSUME: a synthetic cohort with the name of a bundled one is that one.
        license=_licences(crate, LICENCE if synthetic and {cohort.name for cohort in owners} <= set(BUNDLED) else ""),
    )


def _add_run(crate: "ROCrate", workflow: "Entity", data: list["Entity"], files: Iterable[str]) -> "Entity":
    configuration = crate.get("plan.json")
    configuration["description"] = (
        "The configuration: the plan as run, from config.yaml, instruments.yaml and the cohort files."
    )
    made = sorted({_part_of(path) or path for path in files} - {"plan.json"})
    return _add(
        crate,
        "#run",
        "CreateAction",
        name="The analysis",
        description="All results were made from the data files and the plan by the workflow.",
        instrument=workflow,
        object=[configuration, *data],
        result=[crate.get(f"{path}/") or crate.get(path) for path in made],
    )


def _add(crate: "ROCrate", identifier: str, kind: str | list[str], **properties: Any) -> "ContextEntity":
    """Add something that is no file of the folder; properties that are empty are left out."""
    from rocrate.model.contextentity import ContextEntity

    known = {key: value for key, value in properties.items() if value not in ("", [])}
    known |= {key: value[0] for key, value in known.items() if isinstance(value, list) and len(value) == 1}
    return crate.add(ContextEntity(crate, identifier, {"@type": kind, **known}))


def _sentences(*texts: str) -> str:
    return " ".join(text for text in texts if text)
