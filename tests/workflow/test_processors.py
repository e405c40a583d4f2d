"""The numbers hold on other processors: OpenBLAS has other instructions for each, which round in another order.

Every round also has its own order of the tests and its own hashes of texts.
"""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import HANGS

pytestmark = pytest.mark.slow

#: What OpenBLAS can be told to compute as: {name: (what the processor must be able to do, names that OpenBLAS reports)}.
PROCESSORS = {
    "Prescott": ({"pni"}, {"Prescott", "Katmai"}),
    "Nehalem": ({"sse4_2"}, {"Nehalem"}),
    "Haswell": ({"avx2", "fma"}, {"Haswell"}),
    "SkylakeX": ({"avx512f", "avx512bw", "avx512dq", "avx512vl"}, {"SkylakeX"}),
}
#: The engine is a distribution of its own, and all its tests are of numbers.
TESTS = (("tests", "numeric and not slow"), ("workflow/lib/visitwise/tests", "not slow"))
REPORT = "import json, numpy, scipy.linalg, threadpoolctl as t; print(json.dumps(t.threadpool_info()))"


def abilities() -> set[str]:
    """Return what the processor can do, by the names of Linux."""
    file = Path("/proc/cpuinfo")
    if not file.is_file():
        pytest.skip("only Linux says what the processor can do (/proc/cpuinfo)")
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("flags")]
    return set(lines[0].partition(":")[2].split()) if lines else set()


def reported(environment: dict[str, str]) -> set[str]:
    """Return what the linear algebra of a new process computes as."""
    run = subprocess.run(
        [sys.executable, "-c", REPORT], env=environment, capture_output=True, text=True, check=True, timeout=HANGS
    )
    return {library.get("architecture") for library in json.loads(run.stdout) if library["user_api"] == "blas"}


@pytest.mark.parametrize(("tests", "marks"), TESTS, ids=["workflow", "engine"])
@pytest.mark.parametrize("name", PROCESSORS)
def test_the_numbers_hold_as_another_processor_computes(root, name, tests, marks):
    needed, names = PROCESSORS[name]
    if lacking := needed - abilities():
        pytest.skip(f"this processor cannot compute as {name}: it has no {', '.join(sorted(lacking))}")
    seed = secrets.randbelow(2**32)
    # Nothing of the run of pytest that runs this test.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    if (usual := reported(environment)) and usual <= names:
        pytest.skip(f"this processor computes as {', '.join(sorted(usual))}: `make test` has shown it")
    environment |= {"OPENBLAS_CORETYPE": name, "PYTHONHASHSEED": str(seed)}
    if (architectures := reported(environment)) - names:
        pytest.skip(f"this linear algebra does not compute as {name} but as {', '.join(sorted(architectures - names))}")
    options = ["-q", "-p", "no:cacheprovider", f"--randomly-seed={seed}", "-m", marks]
    command = [sys.executable, "-m", "pytest", *options, tests]
    print(f"OPENBLAS_CORETYPE={name} PYTHONHASHSEED={seed} {' '.join(command)}")
    run = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=3 * HANGS
    )
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-1000:]
