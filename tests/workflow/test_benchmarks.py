"""Every benchmark runs, on a small size: what it prints has its shape, whatever the times are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import HANGS, ROOT

pytestmark = pytest.mark.slow

#: {benchmark: (arguments, what the whole output looks like)}; the calibration writes a page and is apart.
SMALL = {
    "visitwise/calibration": (
        ["--trials", "20", "--cells", "10x2"],
        r"## Type I error\n\n(\|.*\|\n){3}\n## Coverage\n\n(\|.*\|\n){3}\n",
    ),
    "visitwise/formula": (["--small"], r"(\|.*\|\n){3}"),
    "visitwise/mixed": (
        ["--small"],
        r"# Mixed models: .*\n\n## Side by side: (.*\n)+## Do the answers agree\?(.*\n)+## Large: (.*\n)+## Larger: (.*\n)+"
        r"## Many, .*\n\n(\|.*\|\n){3}\nload at the end .*\n",
    ),
    "figures": (
        ["--small"],
        r"png, pdf, svg, tiff of each figure .*\n(\w+, \d+ figures, .* \d+\.\d\d .*\n){2}ratio +\d.*\n",
    ),
    "ingest": (
        ["--participants", "500"],
        r"500 participants, 0 MB\npandas\.read_csv +2,500 rows .* times\ncheck and ingest +2,500 rows .* times\n",
    ),
    "model_room": (
        ["--small"],
        r"60 people, 2 outcomes, 4 visits: \d{3} rows .*\nretrowalk.* \d.*\nstatsmodels.* \d.*\nratio +\d.*\n",
    ),
    "permutation": (
        ["--people", "10", "--arrangements", "100"],
        r"10 people, 100 arrangements .*\nretrowalk.* \d.*\nloop.* \d.*\nratio +\d+\n",
    ),
    "workflow": (
        ["--small"],
        r"workflow, cold.* s\none plain process.* s\nratio +\d.*\nnothing to do.*\none data file.*\n\n.*1\d jobs.*\n(\w+ +\d x .*\n){8,}",
    ),
}


SCALE = ["--cohorts", "--planned", "1", "2", "--people", "20", "--output", "scale.md"]
CALIBRATION = ["--trials", "20", "--mixedlm-trials", "3", "--cells", "5x2", "--output", "calibration.md"]
FOLDERS = {"": ROOT / "benchmarks", "visitwise": ROOT / "workflow" / "lib" / "visitwise" / "benchmarks"}
#: What the engine's benchmarks share.
HELPERS = {"visitwise/small_trials"}
HEADING = re.compile(r"^#+ .*", re.MULTILINE)


def run_benchmark(name: str, arguments: list[str], folder: Path) -> subprocess.CompletedProcess:
    """Run a benchmark in a folder; it must end well."""
    place, _, stem = name.rpartition("/")
    command = [sys.executable, FOLDERS[place] / f"{stem}.py", *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=HANGS)
    assert run.returncode == 0, run.stderr[-3000:]
    return run


def test_every_benchmark_is_here():
    found = {f"{place}/{path.stem}".lstrip("/") for place, folder in FOLDERS.items() for path in folder.glob("*.py")}
    assert {*SMALL, "calibration", "scale"} == found - HELPERS


@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_runs(tmp_path, name):
    arguments, shape = SMALL[name]
    shown = run_benchmark(name, arguments, tmp_path).stdout
    assert re.fullmatch(shape, shown), shown


def test_the_calibration_runs_and_its_page_is_whole(tmp_path):
    shown = run_benchmark("calibration", CALIBRATION, tmp_path).stderr
    assert re.fullmatch(r"1 of 2: Cell.*\n2 of 2: Cell.*\n2 cells in .* minutes\n\n", shown), shown
    pages = [tmp_path / "calibration.md", ROOT / "docs" / "calibration.md"]
    small, full = (HEADING.findall(page.read_text(encoding="utf-8")) for page in pages)
    assert small == full


def test_the_benchmark_of_scale_runs_and_its_tables_are_whole(tmp_path):
    run_benchmark("scale", SCALE, tmp_path)
    page = (tmp_path / "scale.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d.*\|$", page, flags=re.MULTILINE)
    assert [int(cell) for row in rows for cell in row.split("|")[1:2]] == [1, 2, 20]
    assert all(re.fullmatch(r"(\| [\d.,]+ )+\|", row) for row in rows), page
