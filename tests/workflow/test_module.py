"""The workflow as part of another one, deployed with snakedeploy, in a report of Snakemake's, and without its package."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv

import pytest
from tests.bad_input.good import make_project
from tests.conftest import HANGS
from tests.workflow.conftest import BUNDLED

pytestmark = pytest.mark.slow

OUTER = """
configfile: "config/config.yaml"

module retrowalk:
    snakefile: "{snakefile}"
    config: config

use rule * from retrowalk as retrowalk_*

rule count_participants:
    default_target: True
    input: "results/cohorts/trial/participants.csv"
    output: "counted.txt"
    shell: "wc -l < {{input}} > {{output}}"
"""

SNAKEDEPLOY = "from snakedeploy.client import main; main()"


def run(folder, *arguments, python=sys.executable):
    command = [python, "-m", "snakemake", "--cores", "2", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HANGS, check=False)


def test_another_workflow_uses_it_as_a_module(root, tmp_path):
    folder = make_project(tmp_path / "outer", "wide")
    (folder / "Snakefile").write_text(OUTER.format(snakefile=root / "Snakefile"))
    done = run(folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "counted.txt").read_text().strip() == "13"
    # What it makes of the results is the other workflow's affair.
    (folder / "results/cohorts/trial/participants.csv").write_text("edited\n")
    run(folder, "-n")
    assert not (folder / "edited").exists()


def test_without_the_package_one_message_says_how_to_get_it(root, tmp_path):
    folder = make_project(tmp_path / "bare", "wide")
    # An environment that has everything of this one but what is installed by path: the package itself.
    venv.create(tmp_path / "venv")
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    bare = ["--profile", "none", "--workflow-profile", "none", "--cores", "1"]
    done = subprocess.run(
        [tmp_path / "venv" / "bin" / "python", "-m", "snakemake", "-s", root / "Snakefile", "-d", folder, *bare],
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert done.returncode == 1
    assert 'has no package "retrowalk": type `make`' in done.stderr
    assert "Traceback" not in done.stderr


def test_snakedeploy_deploys_it(root, tmp_path):
    """The standardised usage of the workflow catalog: a Snakefile that uses ours as a module, with a copy of our plan to change."""
    source = tmp_path / "source" / "retrowalk"
    for name in ("config", "profiles", "workflow", "envs"):
        shutil.copytree(root / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Snakefile", "LICENSE"):
        shutil.copy(root / name, source)
    deployed = tmp_path / "deployed"
    subprocess.run(
        [sys.executable, "-c", SNAKEDEPLOY, "deploy-workflow", source, deployed, "--branch", "main"],
        capture_output=True,
        timeout=HANGS,
        check=True,
    )
    # Of a repository on this computer it names the Snakefile by its place in the repository, where none is deployed.
    snakefile = deployed / "workflow" / "Snakefile"
    declared = snakefile.read_text()
    assert declared.count('"Snakefile"') == 1
    snakefile.write_text(declared.replace('"Snakefile"', f'"{source / "Snakefile"}"'))
    shutil.rmtree(deployed / "config")
    make_project(deployed, "wide")
    done = run(deployed, "--keep-going", "results/cohorts/trial/estimates.csv", "results/overlaps.csv")
    assert done.returncode == 0, done.stderr
    assert (deployed / "results/cohorts/trial/estimates.csv").is_file()
    assert (deployed / "LICENSE").is_file()


def test_snakemakes_own_report_has_every_figure_and_table_in_its_category(root, project):
    done = run(project, "-s", root / "Snakefile", "--report", "snakemake.html")
    assert done.returncode == 0, done.stderr
    page = (project / "snakemake.html").read_text(encoding="utf-8")
    (categories,) = re.findall(r"var categories = (\{.*\})", page)
    shown = {each for category in json.loads(categories).values() for listed in category.values() for each in listed}
    made = [path for kind in ("figures/*.png", "tables/*.html") for path in project.glob(f"results/**/{kind}")]
    made += [project / "results" / name for name in ("report.html", "manuscript.docx")]
    assert shown == {path.relative_to(project).as_posix() for path in made}
    assert json.loads(categories).keys() == {"All cohorts", "Pooled results", *BUNDLED}
