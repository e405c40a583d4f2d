"""Locks, environments and what the rules say of them."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "test.lock", "slurm.lock")
RULE_FILES = sorted((ROOT / "workflow/rules").glob("*.smk"))
RULES = [
    pytest.param(path, body, id=name)
    for path in RULE_FILES
    for name, body in re.findall(
        r"^(?:rule|checkpoint) (\w+):\n(.*?)(?=^(?:rule|checkpoint) |\Z)",
        path.read_text(),
        flags=re.MULTILINE | re.DOTALL,
    )
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ENGINE = tomllib.loads((ROOT / "workflow/lib/visitwise/pyproject.toml").read_text())


def pins(lock):
    """Return {package: version} of a lock."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "envs" / lock).read_text(), flags=re.MULTILINE))


def module_of(name):
    """Return a module of envs/, which is in no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"envs/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def make_locks():
    return module_of("make_locks")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_folder(make_locks, lock):
    assert make_locks.faults((ROOT / "envs" / lock).read_text()) == []


@pytest.mark.parametrize(
    "line",
    ["-e ./workflow/lib/visitwise", "./workflow/lib/visitwise", "x @ file:///here", "x @ https://example.org/x.whl"],
)
def test_a_place_in_a_lock_is_found(make_locks, line):
    assert make_locks.faults(f"pandas==3.1.1\n{line}\n") == [line]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes(lock):
    requirements = (ROOT / "envs" / lock).read_text().replace("\\\n", " ").splitlines()
    assert len(requirements) >= 2
    for line in requirements:
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; [^;]*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", line), line


def requirement_names(requirements):
    return [re.match(r"[\w-]+", requirement)[0] for requirement in requirements]


def test_the_locks_hold_every_direct_dependency():
    direct = requirement_names([*PROJECT["project"]["dependencies"], *ENGINE["project"]["dependencies"]])
    assert set(direct) - {"visitwise"} <= set(pins("requirements.lock"))
    assert set(requirement_names(PROJECT["dependency-groups"]["test"])) <= set(pins("test.lock"))


def test_what_both_locks_pin_has_one_version():
    both = pins("requirements.lock"), pins("test.lock")
    shared = both[0].keys() & both[1].keys()
    assert {name: both[0][name] for name in shared} == {name: both[1][name] for name in shared}


def test_slurm_adds_its_plugin_and_nothing_that_is_there_without_it():
    added = pins("slurm.lock")
    assert set(requirement_names(PROJECT["dependency-groups"]["slurm"])) <= set(added)
    assert added.keys() & (pins("requirements.lock").keys() | pins("test.lock").keys()) == set()


def test_a_lock_beyond_another_one_has_the_entries_that_are_new_or_differ(make_locks):
    base = "a==1 \\\n    --hash=sha256:1\nb==1 \\\n    --hash=sha256:2\n"
    lock = "a==1 \\\n    --hash=sha256:1\nb==2 \\\n    --hash=sha256:3\nc==1 \\\n    --hash=sha256:4\n"
    assert make_locks.beyond(lock, base) == lock[lock.index("b==2") :]


def test_the_conda_environment_is_the_direct_pins(make_locks):
    lock = (ROOT / "envs/requirements.lock").read_text()
    assert (ROOT / "envs/analysis.yaml").read_text() == make_locks.conda_form(lock)


def test_the_conda_form_has_each_dependency_once_at_its_version(make_locks):
    text = make_locks.conda_form((ROOT / "envs/requirements.lock").read_text())
    listed = dict(re.findall(r"^  - ([\w.-]+) =([\w.]+)$", text, flags=re.MULTILINE))
    direct = requirement_names([*PROJECT["project"]["dependencies"], *ENGINE["project"]["dependencies"]])
    names = set(direct) - {"visitwise"}
    wanted = {make_locks.CONDA_NAMES.get(name, name): pins("requirements.lock")[name] for name in names}
    assert listed == wanted


def test_the_engine_is_installed_from_its_folder_and_not_from_the_lock():
    assert "visitwise" in PROJECT["project"]["dependencies"]
    assert "visitwise" not in pins("requirements.lock")
    assert PROJECT["tool"]["uv"]["sources"]["visitwise"]["path"] == "workflow/lib/visitwise"
    assert "ENGINE := workflow/lib/visitwise\n" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("folder", ["", "workflow/lib/visitwise"])
def test_every_direct_dependency_says_why_it_is_there(folder):
    text = (ROOT / folder / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    groups = project["dependency-groups"].values()
    requirements = [*project["project"]["dependencies"], *(each for group in groups for each in group)]
    lines = [line for requirement in requirements for line in text.splitlines() if f'    "{requirement}",' in line]
    assert len(lines) == len(requirements)
    assert [line for line in lines if not re.search(r'",\s+# \w+', line)] == []


def test_the_rules_are_seen():
    assert (
        len(RULES)
        == sum(len(re.findall("^    script:", path.read_text(), flags=re.MULTILINE)) for path in RULE_FILES)
        >= 9
    )


@pytest.mark.parametrize(("path", "body"), RULES)
def test_the_script_and_the_environment_of_a_rule_are_there(path, body):
    for key in ("script", "conda"):
        (named,) = re.findall(rf'^    {key}:\n        "(.+)",?$', body, flags=re.MULTILINE)
        assert (path.parent / named).is_file()


@pytest.mark.parametrize(("path", "body"), RULES)
def test_a_rule_has_a_log_and_knows_its_code(path, body):
    name = re.search(r'"../scripts/(\w+)\.py"', body)[1]
    (log,) = re.findall(r'^    log:\n        "(.+)",?$', body, flags=re.MULTILINE)
    assert log in (f"results/logs/{name}.log", f"results/logs/{name}/{{cohort}}.log")
    assert ("{cohort}" in log) == ('"results/cohorts/{cohort}/' in body)
    assert f'code=code_up_to("{path.stem}", "{name}")' in body


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_a_rule_file_opens_with_what_it_takes_and_gives(path):
    lines = path.read_text().splitlines()
    if path.stem != "common":
        assert lines[0].startswith(f"# {path.stem}: ")
        assert [line[:8] for line in lines[1:3]] == ["# Takes ", "# Gives "]


@pytest.fixture(scope="module")
def audit():
    return module_of("audit")


@pytest.mark.parametrize(
    ("libraries", "line", "code"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], "x.lock: no known vulnerabilities in 1 libraries.", 0),
        ([{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}], "x.lock: a 1: CVE-1", 1),
        ([{"name": "a", "skip_reason": "not found"}], "x.lock was not checked: the lists of vulnerabilities", 2),
        ([], "x.lock was not checked: the lists of vulnerabilities", 2),
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}],
            "x.lock: 1 of 2 libraries were not checked: b.",
            2,
        ),
    ],
)
def test_an_audit_that_looked_nothing_up_does_not_say_that_all_is_well(audit, libraries, line, code):
    lines, ended = audit.report("x.lock", libraries)
    assert lines[0].startswith(line)
    assert ended == code


def test_what_npm_brings_has_a_hash_and_no_address():
    text = (ROOT / "envs/axe/package-lock.json").read_text()
    assert "://" not in text
    assert '"integrity": "sha512-' in text
