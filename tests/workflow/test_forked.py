"""A forked run is the command's: what it says, how it ends and what it leaves are the same."""

import pytest
from tests.bad_input.good import make_project
from tests.workflow.conftest import run_command, run_workflow, snapshot

from snakemake_executor_plugin_warm import CAN_FORK

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="runs are forked on Linux alone")
PEOPLE = "results/cohorts/trial/participants.csv"


@pytest.mark.parametrize("arguments", [("-n", PEOPLE), (PEOPLE,)], ids=["what is to do", "a job that fails"])
def test_it_says_ends_and_leaves_the_same(root, tmp_path, arguments):
    said, left = [], []
    for run in (run_command, run_workflow):
        folder = make_project(tmp_path / run.__name__, "wide")
        data = folder / "data/trial/trial.csv"
        data.write_text(data.read_text().replace("P05,RW", "P05,R W"))
        done = run(root, folder, *arguments)
        said.append((done.code, sorted(done.said.splitlines())))
        left.append(snapshot(folder / "results"))
    assert said[0] == said[1]
    assert left[0] == left[1]
    assert said[0][0] == ("-n" not in arguments)
    assert bool(left[0]) == ("-n" not in arguments)
