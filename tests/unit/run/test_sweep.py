"""No old result stands beside a new fault."""

import os
import re

import pytest

from retrowalk.files import remove
from retrowalk.run.sweep import COHORT_OUTPUTS, JOINT_OUTPUTS, SEAL, sweep_dropped
from retrowalk.run.sweep import sweep as sweep_and_tell

FOLDERS = ("figures", "tables")


def sweep(results, cohorts):
    """Sweep, and return what is told."""
    told = []
    sweep_and_tell(results, cohorts, told.append)
    return told


@pytest.fixture
def results(tmp_path):
    """Everything that a run makes of two cohorts, and the logs."""
    for cohort in ("ansari", "dufek"):
        make(tmp_path / "cohorts" / cohort, COHORT_OUTPUTS)
    make(tmp_path, JOINT_OUTPUTS)
    make(tmp_path, ["logs/model_cohort/ansari.log"])
    return tmp_path


def make(folder, names):
    for name in names:
        path = folder / name
        if path.name in FOLDERS:
            path.mkdir(parents=True)
            path = path / "figure.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")


def there(folder, names):
    return [name for name in names if (folder / name).exists()]


def test_nothing_is_removed_where_nothing_is_missing(results):
    before = sorted(results.rglob("*"))
    sweep(results, ["ansari", "dufek"])
    assert sorted(results.rglob("*")) == before


@pytest.mark.parametrize("place", range(len(COHORT_OUTPUTS) - 2))
def test_what_a_cohort_has_after_a_gap_goes_and_the_joint_outputs_with_it(results, place):
    remove(results / "cohorts" / "ansari" / COHORT_OUTPUTS[place])
    sweep(results, ["ansari", "dufek"])
    assert there(results / "cohorts" / "ansari", COHORT_OUTPUTS) == COHORT_OUTPUTS[:place]
    assert there(results / "cohorts" / "dufek", COHORT_OUTPUTS) == COHORT_OUTPUTS
    assert there(results, JOINT_OUTPUTS) == []
    assert (results / "logs/model_cohort/ansari.log").exists()


@pytest.mark.parametrize("place", [0, 3, len(JOINT_OUTPUTS) - 1])
def test_what_is_joint_goes_after_its_own_gap(results, place):
    remove(results / JOINT_OUTPUTS[place])
    sweep(results, ["ansari", "dufek"])
    assert there(results, JOINT_OUTPUTS) == JOINT_OUTPUTS[:place]
    assert there(results / "cohorts" / "ansari", COHORT_OUTPUTS) == COHORT_OUTPUTS


def test_figures_that_are_missing_take_the_joint_outputs_and_no_tables(results):
    remove(results / "cohorts/ansari/figures")
    sweep(results, ["ansari", "dufek"])
    assert (results / "cohorts/ansari/tables").exists()
    assert there(results, JOINT_OUTPUTS) == []


def test_tables_that_are_missing_take_the_seal_alone(results):
    remove(results / "cohorts/ansari/tables")
    sweep(results, ["ansari", "dufek"])
    assert (results / "cohorts/ansari/figures").exists()
    assert there(results, JOINT_OUTPUTS) == [name for name in JOINT_OUTPUTS if name not in SEAL]


def test_tables_that_are_made_after_the_report_do_not_make_it_old(results):
    for path in results.rglob("*"):
        os.utime(path, (1e9, 1e9))
    os.utime(results / "cohorts/ansari/tables", (2e9, 2e9))
    sweep(results, ["ansari", "dufek"])
    assert there(results, JOINT_OUTPUTS) == JOINT_OUTPUTS


def test_a_cohort_that_was_never_made_takes_the_joint_outputs_with_it(results):
    sweep(results, ["ansari", "dufek", "new"])
    assert there(results, JOINT_OUTPUTS) == []
    assert there(results / "cohorts" / "ansari", COHORT_OUTPUTS) == COHORT_OUTPUTS


@pytest.mark.parametrize("clean", [sweep, sweep_dropped], ids=["sweep", "sweep_dropped"])
def test_the_results_of_a_dropped_cohort_go(results, clean):
    clean(results, ["dufek"])
    assert [path.name for path in (results / "cohorts").iterdir()] == ["dufek"]
    assert there(results / "cohorts" / "dufek", COHORT_OUTPUTS) == COHORT_OUTPUTS
    assert there(results, JOINT_OUTPUTS) == JOINT_OUTPUTS


@pytest.mark.parametrize("clean", [sweep, sweep_dropped], ids=["sweep", "sweep_dropped"])
def test_there_may_be_no_results_yet(tmp_path, clean):
    clean(tmp_path / "results", ["ansari"])
    assert list(tmp_path.iterdir()) == []


def test_the_sweep_knows_every_output_of_the_rules(root):
    rules = "".join(path.read_text() for path in sorted((root / "workflow/rules").glob("*.smk")))
    blocks = re.findall(r"^    output:\n((?:^        .*\n)+)", rules, flags=re.MULTILINE)
    outputs = [path for block in blocks for path in re.findall(r'"results/(.+?)"', block)]
    assert len(blocks) == len(re.findall("^(?:rule|checkpoint) ", rules, flags=re.MULTILINE))
    of_a_cohort = [path.removeprefix("cohorts/{cohort}/") for path in outputs if "{cohort}" in path]
    assert sorted(of_a_cohort) == sorted(COHORT_OUTPUTS)
    assert sorted(path for path in outputs if "{cohort}" not in path) == sorted(JOINT_OUTPUTS)


def test_the_sweep_has_the_outputs_in_the_order_they_are_made(root):
    """A rule's outputs stand after those of every rule that it takes from."""
    rules = "".join(path.read_text() for path in sorted((root / "workflow/rules").glob("*.smk")))
    bodies = dict(re.findall(r"^(?:rule|checkpoint) (\w+):\n(.*?)(?=^\S|\Z)", rules, flags=re.MULTILINE | re.DOTALL))
    order = [f"cohorts/{{cohort}}/{name}" for name in COHORT_OUTPUTS] + JOINT_OUTPUTS
    made = {
        name: [order.index(path) for path in re.findall(r'"results/(?!logs/)(.+?)"', body)]
        for name, body in bodies.items()
    }
    for name, body in bodies.items():
        for earlier in re.findall(r"rules\.(\w+)\.output", body):
            assert max(made[earlier]) < min(made[name]), (earlier, name)


def test_a_report_from_before_a_cohorts_results_goes_with_all_that_is_joint(results):
    """A run that was ended from outside leaves no gap."""
    estimates = results / "cohorts" / "dufek" / "estimates.csv"
    later = estimates.stat().st_mtime + 10
    os.utime(estimates, (later, later))
    sweep(results, ["ansari", "dufek"])
    assert there(results, JOINT_OUTPUTS) == []
    assert there(results / "cohorts" / "dufek", COHORT_OUTPUTS) == COHORT_OUTPUTS


def refuse(results, *names):
    """Leave of cohorts what is left of those with errors in their data; the joint outputs are of the others."""
    for name in names:
        remove(results / "cohorts" / name)
        make(results / "cohorts" / name, ["problems.csv"])
    (results / "cohorts.csv").write_text(f"cohort,errors\nansari,{2 * ('ansari' in names)}\ndufek,0\n")
    for name in JOINT_OUTPUTS[1:]:
        if (results / name).is_file():
            os.utime(results / name)


def test_what_was_made_without_a_cohort_stays_and_says_so(results):
    refuse(results, "ansari")
    (told,) = sweep(results, ["ansari", "dufek"])
    assert there(results, JOINT_OUTPUTS) == JOINT_OUTPUTS
    assert there(results / "cohorts" / "ansari", COHORT_OUTPUTS) == ["problems.csv"]
    assert told == f"{results}/report.html was made without ansari, because of the errors in the data."


def test_what_was_made_with_a_cohort_that_is_now_refused_goes(results):
    refuse(results, "ansari")
    os.utime(results / "report.html", (1, 1))
    assert sweep(results, ["ansari", "dufek"]) == []
    assert there(results, JOINT_OUTPUTS) == []


def test_a_cohort_that_failed_otherwise_is_not_one_that_was_left_out(results):
    refuse(results, "ansari")
    remove(results / "cohorts" / "dufek" / "estimates.csv")
    assert sweep(results, ["ansari", "dufek"]) == []
    assert there(results, JOINT_OUTPUTS) == []
