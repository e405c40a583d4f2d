"""Write requirements.lock, test.lock, slurm.lock and analysis.yaml from both pyproject.toml files (`make lock`).

The locks pin every package with its hashes for Python 3.11 and newer and name no package index, so they install from
whatever index pip is set up for. `uv` does the resolving, in a temporary folder: its own lock file is full of addresses
and is not kept. The mixed-model engine is resolved with the project, as its path dependency. The locks hold what the
engine depends on, not the engine: `make` installs it from its folder. slurm.lock has only what requirements.lock lacks.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ENVS = Path(__file__).resolve().parent
PROJECT = ENVS.parent
#: The distributions that are installed from this checkout, by their folders: the project and its engine.
LOCAL = {"retrowalk": Path(), "visitwise": Path("workflow/lib/visitwise")}
UV = "uv>=0.13,<1"
#: Packages whose conda name is not their PyPI name.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "ruamel-yaml": "ruamel.yaml", "snakemake": "snakemake-minimal"}


def resolve(folder: Path) -> dict[str, str]:
    """Return the text of the locks, resolved by uv in `folder`."""
    for place in LOCAL.values():
        (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / place / "pyproject.toml").write_bytes((PROJECT / place / "pyproject.toml").read_bytes())
    venv.create(folder / "tool", with_pip=True)
    scripts = folder / "tool" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([scripts / "python", "-m", "pip", "install", "-q", UV], check=True)
    subprocess.run([scripts / "uv", "lock", "-q", "--python", sys.executable], check=True, cwd=folder)
    export = [scripts / "uv", "export", "-q", "--frozen", "--no-header", "--no-annotate", "--no-emit-local"]
    export += ["--python", sys.executable, "--format", "requirements.txt"]
    choices = {
        "requirements.lock": "--no-default-groups",
        "test.lock": "--only-group=test",
        "slurm.lock": "--only-group=slurm",
    }
    locks = {
        name: subprocess.run([*export, choice], check=True, cwd=folder, capture_output=True, text=True).stdout
        for name, choice in choices.items()
    }
    return locks | {"slurm.lock": beyond(locks["slurm.lock"], locks["requirements.lock"])}


def beyond(lock: str, base: str) -> str:
    """Return the entries of a lock that are not in another one."""
    known = set(_entries(base))
    return "".join(entry for entry in _entries(lock) if entry not in known)


def _entries(lock: str) -> list[str]:
    """Return the entries of a lock: each a package with its lines of hashes."""
    return re.findall(r"^\S.*\n(?:[ \t].*\n)*", lock, flags=re.MULTILINE)


def direct_dependencies() -> list[str]:
    """Return the names of what the project and its engine depend on themselves, without the engine."""
    names = []
    for place in LOCAL.values():
        project = tomllib.loads((PROJECT / place / "pyproject.toml").read_text())["project"]
        names += [re.match(r"[\w-]+", requirement)[0] for requirement in project["dependencies"]]
    return [name for name in dict.fromkeys(names) if name not in LOCAL]


def faults(lock: str) -> list[str]:
    """Return the lines of a lock that name a place instead of a version: an address, a folder, a file."""
    return [line for line in lock.splitlines() if line.startswith(("-e", ".")) or "file:" in line or "://" in line]


def conda_form(lock: str) -> str:
    """Return the direct dependencies, at the versions of `lock`, as a conda environment file."""
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock, flags=re.MULTILINE))
    lines = [f"  - {CONDA_NAMES.get(name, name)} ={pins[name]}" for name in direct_dependencies()]
    header = [
        "# Written by `make lock`: the direct pins of requirements.lock under their conda names.",
        "name: retrowalk",
    ]
    return "\n".join(
        [*header, "channels:", "  - conda-forge", "  - bioconda", "dependencies:", "  - python >=3.11", *lines, ""]
    )


def main() -> None:
    """Write the four files."""
    with tempfile.TemporaryDirectory() as folder:
        locks = resolve(Path(folder))
    wrong = [line for text in locks.values() for line in faults(text)]
    if wrong:
        sys.exit("a lock names a place, nothing was written:\n" + "\n".join(wrong))
    for name, text in locks.items():
        (ENVS / name).write_text(text)
    (ENVS / "analysis.yaml").write_text(conda_form(locks["requirements.lock"]))


if __name__ == "__main__":
    main()
