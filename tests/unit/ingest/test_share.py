"""What is shared names nobody, follows no order of the file, and is a data package that keeps its own rules."""

import json
import re
from pathlib import Path

import pytest
from tests.unit.ingest.received import RECEIVED, added, make_project, measured, people, run, trial

from retrowalk.errors import DataError, PlanError
from retrowalk.files import read_csv
from retrowalk.ingest.share import export_cohort

FILES = ["datapackage.json", "measurements.csv", "participants.csv"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = make_project(tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def exported(name, folder="out"):
    paths = export_cohort(name, Path(folder))
    assert [path.name for path in paths] == FILES
    return {path.name: path.read_bytes() for path in paths}


def tables(folder="out"):
    return {
        name: read_csv(
            Path(folder) / f"{name}.csv",
            text=("cohort", "participant", "arm", "sex", "side", "withdrawn_after", "visit", "outcome"),
        )
        for name in ("participants", "measurements")
    }


@pytest.fixture
def shared_cohort(project):
    """The trial of old.xls, which has names of people, covariates and dates, exported to out/."""
    cohort, participants, measurements = added("trial", RECEIVED / "old.xls", "--condition", "low back pain")
    return cohort, participants, measurements, exported("trial")


def test_nobody_is_named_and_nothing_dated_in_any_byte(shared_cohort):
    *_, content = shared_cohort
    days = {f"{day:%Y-%m-%d}" for day in trial()["date"].dropna()}
    assert len(days) > 40
    for name, data in content.items():
        text = data.decode()
        assert not re.search(r"BW\d\d", text), name
        assert not [day for day in days if day in text], name
        # nor any other date, in any of the ways people write them
        assert not re.search(r"\b20\d\d-\d\d|\d\d?[./]\d\d?[./]\d{2,4}", text.replace("2.0/datapackage", "")), name
        # nor the file and its folder
        assert "old.xls" not in text, name


def test_every_participant_gets_one_new_number(shared_cohort):
    made = tables()
    numbers = [f"P{n:03d}" for n in range(1, 25)]
    assert made["participants"]["participant"].tolist() == numbers
    assert set(made["measurements"]["participant"]) == set(numbers)


def test_the_values_of_a_participant_stay_together(shared_cohort):
    made = tables()
    values = made["measurements"].set_index(["participant", "visit", "outcome"])["value"].to_dict()
    covariates = made["participants"].set_index("participant")
    found = set()
    for number, row in covariates.iterrows():
        own = tuple(sorted((key[2], key[1], value) for key, value in values.items() if key[0] == number))
        found.add((row["arm"], float(row["age"]), row["sex"], row["side"], own))
    weeks = {0: "baseline", 4: "week_4", 12: "week_12"}
    expected = set()
    for person in people().to_dict("records"):
        own = sorted(
            (name, weeks[week], value)
            for name in ("vas", "odi", "schober")
            for (who, week), value in measured(name).items()
            if who == person["id"]
        )
        expected.add((person["group"].lower(), float(person["age"]), person["sex"], person["side"], tuple(own)))
    assert found == expected


@pytest.mark.parametrize("order", ["reversed", "by age"])
def test_the_order_of_the_file_does_not_show(project, order):
    added("trial", RECEIVED / "plain_wide.csv")
    one, path = exported("trial", "one"), Path("data/trial/plain_wide.csv")
    header, *rows = path.read_text().splitlines()
    rows = rows[::-1] if order == "reversed" else sorted(rows, key=lambda row: row.split(",")[2])
    path.write_text("\n".join([header, *rows]) + "\n")
    assert exported("trial", "two") == one


def test_the_same_cohort_gives_the_same_bytes(shared_cohort):
    assert exported("trial", "again") == shared_cohort[-1]


def test_reasons_for_leaving_stay_at_home(project):
    added("trial", RECEIVED / "plain_wide.csv")
    path, data = Path("config/cohorts/trial.yaml"), Path("data/trial/plain_wide.csv")
    path.write_text(
        path.read_text().replace("adjust_for: []", "withdrawal: {after: last, reason: why}\nadjust_for: []")
    )
    header, *rows = data.read_text().splitlines()
    said = {"BW12": "baseline,moved to Leeds", "BW07": "week_4,felt worse", "BW20": "week_4,ill"}
    data.write_text("\n".join([f"{header},last,why", *(f"{row},{said.get(row[:4], ',')}" for row in rows)]) + "\n")
    content = exported("trial")
    assert not [name for name, text in content.items() if b"Leeds" in text or b"felt worse" in text]
    made = tables()["participants"]
    assert "withdrawal_reason" not in made
    assert made["withdrawn_after"].value_counts().to_dict() == {"": 21, "week_4": 2, "baseline": 1}


@pytest.fixture
def eventful(project):
    """The trial of plain_wide.csv with sessions attended and a table of adverse events whose words name people."""
    added("trial", RECEIVED / "plain_wide.csv")
    path, data = Path("config/cohorts/trial.yaml"), Path("data/trial/plain_wide.csv")
    header, *rows = data.read_text().splitlines()
    data.write_text("\n".join([f"{header},done", *(f"{row},{place % 9}" for place, row in enumerate(rows))]) + "\n")
    rows = ["id,what,week,sae,notes", "BW12,fall,3,1,seen by Dr Smith", "BW07,knee pain,2,0,told Mrs Jones"]
    Path("data/trial/events.csv").write_text("\n".join([*rows, "BW12,knee pain,,,"]) + "\n")
    said = "sessions: {attended: done, planned: 8}\nper_protocol: {attended_at_least: 75}\nevents:\n"
    said += (
        "  {file: data/trial/events.csv, kind: what, week: week, serious: {column: sae, yes: 1}, description: notes}\n"
    )
    path.write_text(path.read_text() + said)
    return path


def test_events_are_shared_without_descriptions_under_the_new_numbers(eventful):
    paths = export_cohort("trial", Path("out"))
    assert [path.name for path in paths] == ["datapackage.json", "events.csv", "measurements.csv", "participants.csv"]
    assert not [path for path in paths if re.search(rb"Smith|Jones|BW\d\d", path.read_bytes())]
    events = read_csv("out/events.csv", text=("cohort", "participant", "kind", "serious"))
    assert list(events) == ["cohort", "participant", "week", "kind", "serious"]
    assert sorted(events.groupby("participant")["kind"].apply(list)) == [["fall", "knee pain"], ["knee pain"]]
    assert sorted(zip(events["kind"], events["serious"], strict=True)) == [
        *(("fall", "yes"), ("knee pain", ""), ("knee pain", "no"))
    ]
    people = read_csv("out/participants.csv", text=("participant", "per_protocol"))
    # The sessions of whoever had an event came with them: BW12 and BW07 stand in the file at known places.
    raw = [line.split(",") for line in Path("data/trial/plain_wide.csv").read_text().splitlines()[1:]]
    sessions = {row[0]: float(row[-1]) for row in raw}
    who = events.loc[events["kind"] == "fall", "participant"].item()
    assert people.set_index("participant").loc[who, "sessions_attended"] == sessions["BW12"]
    assert list(people)[-3:] == ["per_protocol", "sessions_attended", "sessions_planned"]


def test_the_data_package_of_events_says_what_the_columns_are(eventful):
    export_cohort("trial", Path("out"))
    package = json.loads(Path("out/datapackage.json").read_text())
    resources = {resource["name"]: resource["schema"] for resource in package["resources"]}
    assert list(resources) == ["participants", "measurements", "events"]
    for name, schema in resources.items():
        header = Path(f"out/{name}.csv").read_text().splitlines()[0].split(",")
        assert [field["name"] for field in schema["fields"]] == header
        assert all(field["description"] for field in schema["fields"])
    (key,) = resources["events"]["foreignKeys"]
    assert key["reference"] == {"resource": "participants", "fields": ["participant"]}
    assert "Kinds of adverse events are as written" in package["description"]


def test_the_order_of_the_events_does_not_show(eventful):
    export_cohort("trial", Path("one"))
    path = Path("data/trial/events.csv")
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *rows[::-1]]) + "\n")
    export_cohort("trial", Path("two"))
    assert Path("one/events.csv").read_bytes() == Path("two/events.csv").read_bytes()


def test_a_kind_that_holds_a_date_is_not_shared(eventful):
    path = Path("data/trial/events.csv")
    path.write_text(path.read_text().replace("fall", "fell on 3.4.2024"))
    with pytest.raises(DataError, match='column "what" of the adverse events contains dates'):
        export_cohort("trial", Path("out"))
    assert not Path("out").exists()


def test_a_cohort_without_events_shares_none(project):
    added("trial", RECEIVED / "plain_wide.csv")
    package = json.loads(exported("trial")["datapackage.json"])
    assert [resource["name"] for resource in package["resources"]] == ["participants", "measurements"]
    assert "adverse events are" not in package["description"].replace("descriptions of adverse events", "")


# --- the data package -------------------------------------------------------------------------------------------------


def broken(values, field):
    """Return the values of a column that its field does not allow; Frictionless reads an empty cell as missing."""
    held, rules = [value for value in values if value != ""], field.get("constraints", {})
    bad = [] if not rules.get("required") or len(held) == len(values) else [""]
    if rules.get("unique"):
        bad += [value for value in held if held.count(value) > 1]
    bad += [value for value in held if "enum" in rules and value not in rules["enum"]]
    if field["type"] == "number":
        bad += [value for value in held if not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value)]
    return bad


@pytest.mark.parametrize("file", ["old.xls", "spss.sav", "redcap"])
def test_the_tables_keep_the_rules_of_their_data_package(project, file):
    import csv

    files = (
        [RECEIVED / "redcap_records.csv", RECEIVED / "redcap_dictionary.csv"] if file == "redcap" else [RECEIVED / file]
    )
    added("my_trial", *files)
    package = json.loads(exported("my_trial")["datapackage.json"])
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    rows = {}
    for resource in package["resources"]:
        path = Path("out") / resource["path"]
        assert (resource["format"], resource["mediatype"], resource["encoding"]) == ("csv", "text/csv", "utf-8")
        with path.open(newline="", encoding="utf-8") as table:
            reader = csv.DictReader(table)
            rows[resource["name"]] = list(reader)
        schema = resource["schema"]
        assert [field["name"] for field in schema["fields"]] == reader.fieldnames
        assert schema["missingValues"] == [""]
        for field in schema["fields"]:
            assert field["description"].strip(), field
            assert field["type"] in ("string", "number")
            assert broken([row[field["name"]] for row in rows[resource["name"]]], field) == [], field
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows[resource["name"]]]
        assert len(keys) == len(set(keys)) > 0
        assert all(all(key) for key in keys)
    people_rows, values = rows["participants"], rows["measurements"]
    (foreign,) = package["resources"][1]["schema"]["foreignKeys"]
    assert foreign == {"fields": ["participant"], "reference": {"resource": "participants", "fields": ["participant"]}}
    assert {row["participant"] for row in values} <= {row["participant"] for row in people_rows}
    assert len(people_rows) == 24
    assert len(values) == 68 * {"old.xls": 3, "spss.sav": 5, "redcap": 3}[file]


def test_the_data_package_explains_arms_visits_and_outcomes(shared_cohort):
    package = json.loads(shared_cohort[-1]["datapackage.json"])
    fields = {field["name"]: field for resource in package["resources"] for field in resource["schema"]["fields"]}
    assert (
        fields["visit"]["description"]
        == "Visit. baseline: Baseline, week 0; week_4: Week 4, week 4; week_12: Week 12, week 12"
    )
    assert fields["visit"]["constraints"]["enum"] == ["baseline", "week_4", "week_12"]
    assert "vas: Visual analogue scale for pain" in fields["outcome"]["description"]
    assert "mm, lower is better" in fields["outcome"]["description"]
    assert fields["age"] == {"name": "age", "type": "number", "description": "Age, in years."}
    assert sorted(fields["sex"]["constraints"]["enum"]) == ["female", "male"]
    assert fields["withdrawn_after"]["constraints"]["enum"] == ["baseline", "week_4"]


def test_a_synthetic_cohort_says_so(project):
    package = json.loads(exported("ansari2020")["datapackage.json"])
    assert package["title"].endswith("(SYNTHETIC data, not evidence)")
    assert "SYNTHETIC data, not evidence." in package["description"]
    assert package["name"] == "ansari2020"


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_folder_that_holds_something_is_not_touched(project):
    Path("out").mkdir()
    Path("out/mine.txt").write_text("mine")
    with pytest.raises(DataError, match="out: the folder is not empty and is not overwritten"):
        export_cohort("ansari2020", Path("out"))
    assert [path.name for path in Path("out").iterdir()] == ["mine.txt"]
    with pytest.raises(DataError, match="the folder is not empty"):
        export_cohort("ansari2020", Path("out/mine.txt"))


def test_an_empty_folder_is_filled(project):
    Path("out").mkdir()
    exported("ansari2020")


def test_a_cohort_that_is_not_there_is_told_with_the_nearest(project):
    with pytest.raises(PlanError, match=r'There is no cohort "ansari2002" \(did you mean "ansari2020"\?\)'):
        export_cohort("ansari2002", Path("out"))


def test_data_with_faults_are_not_shared(project):
    path = Path("data/ansari2020/ansari2020_synthetic.csv")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[-1]]))
    words = run("export", "ansari2020")
    assert "is already in row 31" in words
    assert not Path("export").exists()
