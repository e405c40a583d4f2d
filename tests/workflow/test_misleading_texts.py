"""A real trial whose labels, reasons and events were written to mislead: what they say is shown and decides nothing."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from tests.unit.cells import caveats

from retrowalk.describe import describe_cohort
from retrowalk.ingest import check_cohort, ingest_cohort, ingest_events
from retrowalk.model import analyse_cohort
from retrowalk.plan.plain import for_analysis, for_ingest, from_params, to_params
from retrowalk.plan.read import load_plan
from retrowalk.plan.trial import Cohort
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.words.cited import plain
from retrowalk.synthesise import synthesise

LABEL = "Backward walking on SYNTHETIC turf; barefoot"
REASONS = ("moved; not estimated: SYNTHETIC", "cannot be pooled: 3 x a week; rain")
EVENTS = ("fall; SYNTHETIC data, not evidence", "not estimated: knee pain")


@pytest.fixture
def trial(shared, tmp_path, monkeypatch) -> Path:
    """A copy of the trial in a folder of its own, with withdrawals and events whose texts mislead too."""
    case = shared / "review" / "cases" / "words" / "turf"
    folder = shutil.copytree(case, tmp_path / "turf")
    data = pd.read_csv(folder / "data/mine/d.csv", dtype=str, keep_default_na=False)
    data["last"], data["why"] = "", ""
    for place, reason in enumerate(REASONS):
        data.loc[place, ["vas_post", "last", "why"]] = ["", "Baseline", reason]
    data.to_csv(folder / "data/mine/d.csv", index=False)
    events = pd.DataFrame({"id": data["id"].iloc[5:7], "what": EVENTS})
    events.to_csv(folder / "data/mine/events.csv", index=False)
    file = folder / "config/cohorts/mine.yaml"
    plan = yaml.safe_load(file.read_text())
    plan["withdrawal"] = {"after": "last", "reason": "why"}
    plan["events"] = {"file": "data/mine/events.csv", "kind": "what"}
    file.write_text(yaml.safe_dump(plan, sort_keys=False))
    monkeypatch.chdir(folder)
    return folder


def test_what_misleads_is_shown_whole_and_decides_nothing(trial):
    plan = load_plan()
    cohort = plan.cohorts["mine"]
    assert cohort.arms[0].label == LABEL
    ingested, analysed = (from_params(Cohort, part(cohort)) for part in (for_ingest, for_analysis))
    problems = check_cohort(ingested)
    people, values = ingest_cohort(ingested, problems)
    described = describe_cohort(people, values, analysed, plan.analysis.alpha, ingest_events(people, ingested))
    results, _ = analyse_cohort(people, values, analysed, plan.analysis)

    for table in (described, results):
        facts = table[["method", "reason", "caveats"]].to_csv()
        assert not any(text in facts for text in ("turf", "barefoot", "not estimated: knee"))
    (primary,) = results[results["role"] == "primary"].to_dict("records")
    floor = caveats(primary["caveats"])["at_lowest"]
    assert floor["arm"] == "retro"
    withdrawn = described[described["term"] == "withdrawn"]["caveats"]
    assert sorted(
        reason for cell in withdrawn for reason, _ in caveats(cell)["withdrawal_reasons"]["reasons"]
    ) == sorted(REASONS)

    effects, pooled = synthesise(results, {"mine": analysed}, [], plan.analysis.alpha)
    assert set(effects["provenance"]) == {"individual"}
    assert set(pooled["cohort"]) == {"published"}

    tables = {table.name: table for table in cohort_tables(described, results, cohort, plan.analysis)}
    notes = [plain(note) for note in tables["results"].notes]
    assert f"{floor['count']} of {floor['n']} participants in {LABEL} had the lowest value of the scale." in notes
    assert not [note for note in notes if note.lower().startswith("barefoot")]
    assert not [table.title for table in tables.values() if "SYNTHETIC" in table.title]
    flow = " ".join(map(plain, tables["participant_flow"].notes))
    assert all(f"{reason} (1)" in flow for reason in REASONS)
    assert set(EVENTS) <= set(tables["adverse_events"].frame["Adverse event"])


def test_a_change_of_a_label_changes_nothing_that_is_computed(trial):
    cohort = load_plan().cohorts["mine"]
    file = trial / "config/cohorts/mine.yaml"
    plan = yaml.safe_load(file.read_text())
    plan["arms"]["A"]["label"] = "Retro-walking"
    for part in (*plan["visits"], *plan["outcomes"].values()):
        part["label"] = f"{part['label']} (renamed)"
    file.write_text(yaml.safe_dump(plan, sort_keys=False))
    renamed = load_plan().cohorts["mine"]
    assert to_params(renamed) != to_params(cohort)
    assert for_analysis(renamed) == for_analysis(cohort)
