"""Look the pinned libraries up in the public lists of known vulnerabilities (`make audit`).

pip-audit is installed in an environment of its own. It says "no known vulnerabilities" also of libraries that it could not look
up, so what it skipped is counted here.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ENVS = Path(__file__).resolve().parent
TOOL = "pip-audit>=2,<3"


def audit(python: Path, lock: Path) -> list[dict]:
    """Return what pip-audit says of each library of a lock, none where it said nothing."""
    command = [python, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--disable-pip"]
    done = subprocess.run([*command, "--require-hashes", "-r", lock], capture_output=True, text=True, check=False)
    return json.loads(done.stdout)["dependencies"] if done.stdout.startswith("{") else []


def report(lock: str, libraries: list[dict]) -> tuple[list[str], int]:
    """Return the lines to print and the exit code: 0 all are well, 1 a vulnerability is known, 2 something was not looked up."""
    found = [library for library in libraries if library.get("vulns")]
    unknown = [library["name"] for library in libraries if "skip_reason" in library]
    lines = [
        f"{lock}: {library['name']} {library['version']}: {', '.join(entry['id'] for entry in library['vulns'])}"
        for library in found
    ]
    if not libraries or len(unknown) == len(libraries):
        lines.append(f"{lock} was not checked: the lists of vulnerabilities could not be reached.")
    elif unknown:
        lines.append(f"{lock}: {len(unknown)} of {len(libraries)} libraries were not checked: {', '.join(unknown)}.")
    elif not found:
        lines.append(f"{lock}: no known vulnerabilities in {len(libraries)} libraries.")
    return lines, 1 if found else 2 if unknown or not libraries else 0


def main() -> None:
    """Check the locks."""
    code = 0
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "-q", "install", TOOL], check=True)
        for lock in ("requirements.lock", "test.lock", "slurm.lock"):
            lines, worse = report(f"envs/{lock}", audit(python, ENVS / lock))
            print("\n".join(lines))
            code = max(code, worse)
    sys.exit(code)


if __name__ == "__main__":
    main()
