"""A sound plan loads; every fault of it is one message that says where, what, what is allowed and what to do."""

import ast
import json
import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.trials import INSTRUMENTS, TRIAL, WEEK_8, WIDE

from retrowalk import describe, ingest, model, schemas, synthesise
from retrowalk.errors import PlanError
from retrowalk.plan import plain, read
from retrowalk.plan.intake import CovariateIntake, Dates, Events, Sessions, Source, Withdrawal, YesNo
from retrowalk.plan.plain import (
    FOR_ANALYSES,
    OF_AN_OUTCOME,
    OF_AN_OUTCOME_FOR_READERS,
    cohorts_from_params,
    for_analysis,
    for_ingest,
    from_params,
    to_params,
)
from retrowalk.plan.read import load_plan
from retrowalk.plan.settings import Analysis, Plan
from retrowalk.plan.trial import Arm, Cohort

REMOVED = object()
CONFIG = {
    "cohorts": ["trial"],
    "published": "data/published.csv",
    "primary_estimator": "ancova",
    "alpha": 0.05,
    "multiplicity": "holm",
    "seed": 1,
    "figures": {"width_mm": 140, "dpi": 200},
}
INSTRUMENTS = {
    "vas_pain": INSTRUMENTS["vas"]
    | {
        "label": "Visual analogue scale for pain",
        "other_units": {"cm": 0.1},
        "important_change": [
            {"condition": "knee osteoarthritis", "value": 19.9, "source": "Tubach 2005"},
            {"condition": "low back pain", "value": 15, "source": "Ostelo 2008"},
        ],
    },
    "timed_up_and_go": INSTRUMENTS["vas"]
    | {"label": "Timed Up and Go", "domain": "function", "unit": "s", "high": None, "resolution": 0.1},
}
#: One row a participant.
COHORT = WIDE | {
    "file": "data/trial.csv",
    "missing": ["n/a", -99],
    "arms": {"RW": {"name": "retro", "label": "Retro-walking"}, "CE": {"name": "exercise", "label": "Exercise"}},
    "control": "exercise",
    "visits": [*TRIAL["visits"], WEEK_8],
    "outcomes": {
        "pain": {
            "instrument": "vas_pain",
            "label": "Pain",
            "unit": "cm",
            "columns": {"baseline": "vas0", "week_4": "vas4", "week_8": "vas8"},
            "role": "primary",
            "primary_visit": "week_4",
            "smallest_worthwhile_effect": 1.5,
            "source": "patients asked",
        },
        "walking": {
            "instrument": "timed_up_and_go",
            "label": "Timed Up and Go",
            "columns": {"baseline": "tug0", "week_8": "tug8"},
        },
    },
    "covariates": {"age": {"column": "age", "unit": "years"}, "site": "clinic"},
    "strata": ["site"],
    "adjust_for": ["age"],
    "assumptions": ["Nothing is known of the clinic."],
}
LONG = {
    ("visit",): "week",
    ("outcomes", "pain", "columns"): REMOVED,
    ("outcomes", "pain", "column"): "vas",
    ("outcomes", "walking", "columns"): REMOVED,
    ("outcomes", "walking", "column"): "tug",
}
#: How the trial was conducted.
CONDUCT = {
    ("date",): {"baseline": "day"},
    ("randomised_on",): "drawn",
    ("allocation",): "minimised",
    ("sessions",): {"attended": "done", "planned": 12},
    ("per_protocol",): {"column": "kept", "yes": 1, "no": 2},
    ("events",): {
        "file": "data/events.csv",
        "skip_rows": [3],
        "kind": "what",
        "week": "week",
        "serious": {"column": "sae", "yes": 1},
        "description": "notes",
        "falls": ["fall", 7],
    },
}
FILES = {
    "config": ("config/config.yaml", CONFIG),
    "instruments": ("config/instruments.yaml", INSTRUMENTS),
    "cohort": ("config/cohorts/trial.yaml", COHORT),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a sound plan, as the current folder."""
    monkeypatch.chdir(tmp_path)
    for path, content in FILES.values():
        write(path, content)
    write("data/published.csv", "")
    write("data/trial.csv", "id")
    write("data/events.csv", "id")
    return tmp_path


def write(path, content):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # JSON is YAML, and keeps what is text and what is a number.
    Path(path).write_text(content if isinstance(content, str) else json.dumps(content))


def changed(content, changes):
    """Return a copy of `content` with other values at some places, each a tuple of keys."""
    content = deepcopy(content)
    for place, value in changes.items():
        within = content
        for step in place[:-1]:
            within = within[step]
        if value is REMOVED:
            del within[place[-1]]
        else:
            within[place[-1]] = value
    return content


def change(which, changes):
    path, content = FILES[which]
    write(path, changed(content, changes))


def fault():
    """Return the message with which the plan of the current folder is refused, "" where it is not."""
    try:
        load_plan()
    except PlanError as refused:
        return str(refused)
    return ""


def test_a_sound_plan_loads(folder):
    loaded = load_plan()
    assert list(loaded.cohorts) == ["trial"]
    assert loaded.published == ("data/published.csv",)
    assert (loaded.analysis.primary_estimator, loaded.analysis.alpha, loaded.analysis.seed) == ("ancova", 0.05, 1)
    cohort = loaded.cohorts["trial"]
    assert cohort.intake.arms == {"retro": "RW", "exercise": "CE"}
    assert (cohort.control_arm.label, [arm.name for arm in cohort.intervention_arms]) == ("Exercise", ["retro"])
    assert (cohort.baseline.name, [visit.name for visit in cohort.post_visits]) == ("baseline", ["week_4", "week_8"])
    assert cohort.intake.missing == ("n/a", "-99")
    assert cohort.adjusted_for == ("site", "age")
    assert cohort.primary_outcome.name == "pain"
    assert [outcome.primary_visit for outcome in cohort.outcomes] == ["week_4", "week_8"]
    assert [(covariate.name, covariate.label) for covariate in cohort.covariates] == [("age", "Age"), ("site", "Site")]
    assert cohort.intake.covariates == {"age": CovariateIntake("age"), "site": CovariateIntake("clinic")}
    assert [outcome.visits for outcome in cohort.outcomes] == [
        ("baseline", "week_4", "week_8"),
        ("baseline", "week_8"),
    ]
    assert cohort.population == "all_randomised"


def test_without_published_results(folder):
    change("config", {("published",): REMOVED})
    assert load_plan().published == ()


def test_a_long_file_is_sound_too(folder):
    change("cohort", LONG | {("visits", 1, "in_file"): 4})
    cohort = load_plan().cohorts["trial"]
    assert cohort.intake.visits == {"baseline": ("baseline",), "week_4": ("4",), "week_8": ("week_8",)}
    assert [outcome.column for outcome in cohort.intake.outcomes.values()] == ["vas", "tug"]


def test_a_column_of_the_baseline_beside_the_rows_of_a_long_file_leaves_every_visit_planned(folder):
    change("cohort", LONG | {("outcomes", "pain", "columns"): {"baseline": "vas0"}})
    pain, _ = load_plan().cohorts["trial"].outcomes
    assert pain.visits == ()


def test_config_that_snakemake_has_read_goes_before_the_file(folder):
    assert load_plan({**CONFIG, "seed": 7}).analysis.seed == 7


def test_standardised_differences_at_baseline_are_shown_on_request_alone(folder):
    assert load_plan().baseline_smd is False
    assert load_plan({**CONFIG, "baseline_smd": True}).baseline_smd is True


def test_limits_and_benchmarks_are_in_the_unit_of_the_file(folder):
    pain, walking = load_plan().cohorts["trial"].outcomes
    assert (pain.unit, pain.low, pain.high, pain.resolution) == ("cm", 0, 10, 0.1)
    assert (pain.important_change, pain.important_change_source) == (1.5, "Ostelo 2008")
    assert pain.smallest_worthwhile_effect == 1.5  # said in the cohort file, in its unit
    assert (walking.unit, walking.low, walking.high, walking.resolution) == ("s", 0, None, 0.1)
    assert (walking.important_change, walking.important_change_source) == (None, "")
    change("cohort", {("outcomes", "pain", "unit"): REMOVED})
    pain = load_plan().cohorts["trial"].primary_outcome
    assert (pain.unit, pain.low, pain.high, pain.resolution, pain.important_change) == ("mm", 0, 100, 1, 15)


@pytest.mark.parametrize(("better", "sign"), [("lower", -1), ("higher", 1), ("neither", 1)])
def test_sign_turns_a_difference_into_a_favour(folder, better, sign):
    change("instruments", {("vas_pain", "better"): better})
    assert load_plan().cohorts["trial"].primary_outcome.sign == sign


def test_the_mark_follows_provenance_alone(folder):
    cohort = load_plan().cohorts["trial"]
    assert (cohort.synthetic, cohort.mark) == (False, "")
    simulated = replace(cohort, provenance="synthetic")
    assert (simulated.synthetic, simulated.mark) == (True, "SYNTHETIC data, not evidence")
    with pytest.raises(AttributeError):
        simulated.synthetic = False
    change("cohort", {("synthetic",): False, ("provenance",): "synthetic"})
    assert '"synthetic" is not an allowed key' in fault()


def test_cohorts_survive_the_way_through_snakemake(folder):
    loaded = load_plan()
    cohort = loaded.cohorts["trial"]
    assert_survives(cohort)
    plain = json.loads(json.dumps([to_params(each) for each in loaded.cohorts.values()]))
    assert cohorts_from_params(plain) == loaded.cohorts
    assert from_params(Analysis, to_params(loaded.analysis)) == loaded.analysis


#: What readers alone are told, in words that occur nowhere else: {place in the cohort file: text}.
OF_VISITS = {
    ("visits", 0, "label"): "Aardvark",
    ("visits", 1, "label"): "Badger",
    ("visits", 2, "label"): "Capybara",
}
FOR_READERS = OF_VISITS | {
    ("covariates", "age", "label"): "Dugong",
    ("covariates", "site"): {"column": "clinic", "label": "Echidna"},
    ("title",): "Fossa",
    ("citation",): "Gibbon",
    ("assumptions",): ["Hyrax"],
    ("arms", "RW", "label"): "Ibex backward",
    ("arms", "CE", "label"): "Jerboa",
    ("outcomes", "pain", "label"): "Kinkajou",
    ("outcomes", "walking", "label"): "Lemur",
    ("outcomes", "pain", "responders"): [{"change": 2, "source": "Meerkat"}, {"percent": 30, "source": "Numbat"}],
    ("outcomes", "pain", "source"): "Ocelot",
}
ANIMALS = set(re.findall("[A-Z][a-z]+", json.dumps(list(FOR_READERS.values()))))


def told_of(params):
    return {animal for animal in ANIMALS if animal.casefold() in json.dumps(params).casefold()}


def in_other_words(value):
    return json.loads(re.sub("|".join(ANIMALS), "Quokka", json.dumps(value)))


def test_no_room_before_present_gets_what_readers_alone_are_told(folder):
    change("cohort", FOR_READERS)
    important = [{"condition": COHORT["condition"], "value": 17.25, "source": "Panda"}]
    error = [{"condition": COHORT["condition"], "value": 23.75, "source": "Quoll"}]
    change("instruments", {("vas_pain", "important_change"): important, ("vas_pain", "measurement_error"): error})
    cohort = load_plan().cohorts["trial"]
    whole = json.dumps(to_params(cohort))
    assert told_of(to_params(cohort)) == ANIMALS
    of_instruments = ("Panda", "1.725", "Quoll")
    assert all(text in whole for text in (*of_instruments, "2.375"))
    assert "2.375" in json.dumps(for_analysis(cohort))
    assert told_of(for_analysis(cohort)) == set()
    assert cohort.intake.withdrawal.after  # a column of last visits, which may say their labels
    assert told_of(for_ingest(cohort)) == told_of(list(OF_VISITS.values()))
    no_last_visits = replace(cohort, intake=replace(cohort.intake, withdrawal=Withdrawal()))
    assert told_of(for_ingest(no_last_visits)) == set()
    for params in (for_analysis(cohort), for_ingest(cohort)):
        assert not any(text in json.dumps(params) for text in of_instruments)
    for key in FOR_READERS.keys() - OF_VISITS.keys():
        change("cohort", FOR_READERS | {key: in_other_words(FOR_READERS[key])})
        other = load_plan().cohorts["trial"]
        assert other != cohort
        assert (for_analysis(other), for_ingest(other)) == (for_analysis(cohort), for_ingest(cohort))


def test_the_rooms_that_compute_ask_for_nothing_that_their_jobs_do_not_get():
    kept_back = {"label", *plain.FOR_READERS, *OF_AN_OUTCOME_FOR_READERS}
    modules = [path for room in (describe, model, synthesise) for path in Path(room.__file__).parent.rglob("*.py")]
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                assert node.attr not in kept_back, (path, node.lineno)
    assert len(modules) > 30


def test_a_room_gets_what_it_looks_at(folder):
    change("cohort", {("outcomes", "pain", "responders"): [{"change": 2, "source": "S"}]})
    cohort = load_plan().cohorts["trial"]
    (pain, walking), (threshold,) = cohort.outcomes, cohort.outcomes[0].responders
    assert (pain.important_change, pain.smallest_worthwhile_effect, pain.source) == (1.5, 1.5, "patients asked")
    unknown = {
        "important_change": None,
        "important_change_source": "",
        "smallest_worthwhile_effect": None,
        "source": "",
    }
    unknown |= {"label": "", "measurement_error_source": ""}
    analysed = replace(
        cohort,
        publication=None,
        arms=(Arm("retro", "", walks_backward=True), Arm("exercise", "", walks_backward=False)),
        visits=tuple(replace(visit, label="") for visit in cohort.visits),
        covariates=tuple(replace(covariate, label="") for covariate in cohort.covariates),
        outcomes=(
            replace(pain, instrument="", responders=(replace(threshold, source=""),), **unknown),
            replace(walking, instrument="", **unknown),
        ),
    )
    assert from_params(Cohort, for_analysis(cohort)) == analysed
    ingested = from_params(Cohort, for_ingest(cohort))
    assert (ingested.intake, ingested.visits) == (cohort.intake, cohort.visits)
    assert (ingested.arms, ingested.covariates) == (analysed.arms, analysed.covariates)
    (pain, _), (whole, _) = ingested.outcomes, cohort.outcomes
    assert (pain.low, pain.high, pain.unit, pain.better) == (whole.low, whole.high, whole.unit, whole.better)
    assert whole.responders
    assert pain.responders == ()


@pytest.mark.parametrize(
    ("label", "said", "backward"),
    [("Retro-walking", None, True), ("Uphill", None, False), ("Uphill", True, True), ("Retro-walking", False, False)],
)
def test_whether_an_arm_walked_backward_reaches_the_jobs_without_its_label(folder, label, said, backward):
    arm = {"name": "rw", "label": label} | ({} if said is None else {"walks_backward": said})
    change("cohort", {("arms", "RW"): arm})
    cohort = load_plan().cohorts["trial"]
    for params in (for_analysis(cohort), for_ingest(cohort)):
        assert from_params(Cohort, params).arm("rw").is_backward == cohort.arm("rw").is_backward == backward


def test_ingest_asks_for_nothing_that_its_jobs_do_not_get():
    kept_back = {"cohort": {"publication", *FOR_ANALYSES}, "outcome": {*OF_AN_OUTCOME}}
    # `examine`, `add` and `share` load the plan themselves.
    modules = [path for path in Path(ingest.__file__).parent.rglob("*.py") if path.stem not in ("share", "add")]
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                assert node.attr not in kept_back.get(ast.unparse(node.value), ()), (path, node.lineno)
    assert len(modules) > 20


def test_nothing_is_said_of_the_conduct_where_no_key_says_it(folder):
    cohort = load_plan().cohorts["trial"]
    intake = cohort.intake
    nothing = (intake.events, intake.sessions, intake.per_protocol, cohort.per_protocol_percent)
    assert nothing == (None, None, None, None)
    assert (intake.dates.randomised_on, cohort.allocation, cohort.adherence_columns) == ("", "random", ())
    assert intake.files == ("data/trial.csv",)


def test_how_the_trial_was_conducted(folder):
    change("cohort", CONDUCT)
    cohort = load_plan().cohorts["trial"]
    intake = cohort.intake
    assert (intake.dates, cohort.allocation) == (Dates({"baseline": "day"}, "", "drawn"), "minimised")
    assert intake.sessions == Sessions("done", planned=12.0)
    assert intake.per_protocol == YesNo("kept", "1", "2")
    assert cohort.per_protocol_percent is None
    table = Source("data/events.csv", skip_rows=(3,))
    assert intake.events == Events(table, "id", "what", "week", YesNo("sae", "1"), "notes", ("fall", "7"))
    assert intake.files == ("data/trial.csv", "data/events.csv")
    assert cohort.adherence_columns == ("per_protocol", "sessions_attended", "sessions_planned")
    assert_survives(cohort)


def test_sessions_and_protocol_in_their_other_form(folder):
    sessions = {"attended": "done", "planned": "due"}
    change("cohort", {("sessions",): sessions, ("per_protocol",): {"attended_at_least": 75}})
    cohort = load_plan().cohorts["trial"]
    assert cohort.intake.sessions == Sessions("done", "due")
    assert (cohort.intake.per_protocol, cohort.per_protocol_percent) == (None, 75)
    assert_survives(cohort)
    change("cohort", {("sessions",): sessions})
    assert load_plan().cohorts["trial"].adherence_columns == ("sessions_attended", "sessions_planned")


def assert_survives(cohort):
    params = to_params(cohort)
    assert from_params(Cohort, params) == cohort
    assert from_params(Cohort, json.loads(json.dumps(params))) == cohort


@pytest.mark.parametrize("name", ["per_protocol", "sessions_attended", "sessions_planned"])
def test_no_covariate_is_called_like_a_column_of_the_participants(folder, name):
    change("cohort", {("covariates", name): "x"})
    assert f'"covariates": the name "{name}" is already taken' in fault()


def test_the_plan_of_this_repository_loads(root, monkeypatch):
    monkeypatch.chdir(root)
    loaded = load_plan()
    assert isinstance(loaded, Plan)
    assert {file.stem for file in Path("config/cohorts").glob("*.yaml")} == set(loaded.cohorts)
    assert all(cohort.mark for cohort in loaded.cohorts.values())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        # misspelt, missing and wrong keys and values
        ({("seeed",): 1}, ['"seeed" is not an allowed key', 'did you mean "seed"?', "Allowed:"]),
        ({("figures", "widht"): 1}, [', "figures"', '"widht" is not an allowed key', 'did you mean "width"?']),
        ({("alpha",): REMOVED}, ['the key "alpha" is missing', "Add it"]),
        ({("alpha",): "0,05"}, ['"alpha"', '"0,05" is not a number', "a decimal point, no comma"]),
        ({("alpha",): 0.5}, ['"alpha"', '"0.5"', "less than 0.5"]),
        ({("alpha",): 0}, ['"alpha"', '"0"', "more than 0"]),
        ({("figures", "dpi"): 20}, ['"figures", "dpi"', '"20"', "at least 72"]),
        ({("figures", "dpi"): 150.5}, ['"figures", "dpi"', '"150.5" is not a whole number']),
        ({("figures", "width_mm"): 900}, ['"figures", "width_mm"', '"900"', "at most 300"]),
        ({("figures",): 140}, ['"figures"', '"140" is not a mapping']),
        ({("multiplicity",): "bonferroni"}, ['"multiplicity"', '"bonferroni" is not allowed', '"holm", "none"']),
        ({("primary_estimator",): "anova"}, ['"primary_estimator"', '"anova"', 'did you mean "ancova"?']),
        ({("cohorts",): "trial"}, ['"cohorts"', '"trial" is not a list']),
        ({("cohorts",): []}, ['"cohorts"', "at least 1 must be given, but there are 0"]),
        ({("cohorts",): ["My Trial"]}, ['"cohorts", item 1', '"My Trial" is not a valid name', "lowercase letters"]),
        ({("seed",): None}, ['"seed"', "an empty value is not a whole number"]),
        ({("seed",): True}, ['"seed"', '"true" is not a whole number']),
        ({("figures", "preset"): "elsevir"}, ['"figures", "preset"', '"elsevir" is not', 'did you mean "elsevier"?']),
        # what the presets and the fonts of the machine show
        (
            {("figures",): {"preset": "nature", "width": "singel"}},
            [
                '"figures", "width"',
                'preset "nature" has no width "singel" (did you mean "single"?)',
                '"single", "double"',
            ],
        ),
        ({("figures", "width"): "single"}, ['"width" and "width_mm" are both given', "Keep one"]),
        (
            {("figures", "font"): "DejaVu Sant"},
            ['"figures", "font"', '"DejaVu Sant" is not installed', 'did you mean "DejaVu Sans"?', "remove the key"],
        ),
        ({("figures", "font"): "cmr12"}, ['"cmr12" is not installed', 'did you mean "cmr10"?']),
        # what only the folder shows
        ({("cohorts",): ["trial", "trial"]}, ['"cohorts"', '"trial" is listed twice', "Keep one"]),
        ({("cohorts",): ["trail"]}, ['"cohorts"', "config/cohorts/trail.yaml", 'did you mean "trial"?', "Correct"]),
        ({("published",): "data/publishd.csv"}, ['"published"', "data/publishd.csv", "remove the key"]),
    ],
)
def test_faults_of_config(folder, changes, words):
    change("config", changes)
    assert_one_line(fault(), ["config/config.yaml", *words])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({("vas_pain", "beter"): "x"}, ['"vas_pain"', '"beter" is not an allowed key', 'did you mean "better"?']),
        ({("vas_pain", "better"): "low"}, ['"vas_pain", "better"', '"low"', 'did you mean "lower"?']),
        ({("vas_pain", "high"): REMOVED}, ['"vas_pain"', 'the key "high" is missing']),
        ({("vas_pain", "high"): "100 mm"}, ['"vas_pain", "high"', '"100 mm" is not a number or null', "no unit"]),
        ({("vas_pain", "resolution"): 0}, ['"vas_pain", "resolution"', "more than 0"]),
        ({("vas_pain", "other_units", "cm"): "x"}, ['"vas_pain", "other_units", "cm"', '"x" is not a number']),
        (
            {("vas_pain", "important_change", 1, "source"): REMOVED},
            ['"important_change", item 2', '"source" is missing'],
        ),
        ({("vas_pain", "label"): 7}, ['"vas_pain", "label"', '"7" is not text', "Put quotes around it"]),
        ({("VAS",): INSTRUMENTS["vas_pain"]}, ['"VAS" is not a valid name', "lowercase letters"]),
    ],
)
def test_faults_of_instruments(folder, changes, words):
    change("instruments", changes)
    assert_one_line(fault(), ["config/instruments.yaml", *words])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        # keys and values
        ({("condtion",): "x"}, ['"condtion" is not an allowed key', 'did you mean "condition"?']),
        ({("title",): REMOVED}, ['the key "title" is missing', "Add it"]),
        ({("arm",): REMOVED}, ['the key "arm" is missing']),
        ({("randomised",): "yes"}, ['"randomised"', '"yes" is not true or false']),
        ({("design",): "paralel"}, ['"design"', '"paralel"', 'did you mean "parallel"?', '"single_group"']),
        ({("participant",): None}, ['"participant"', "an empty value is not text"]),
        ({("participant",): 1}, ['"participant"', '"1" is not text', "Put quotes around it"]),
        ({("arms", "RW"): "retro"}, ['"arms", "RW"', '"retro" is not a mapping']),
        ({("arms", "RW", "name"): "Retro walking"}, ['"arms", "RW", "name"', '"Retro walking" is not a valid name']),
        ({("arms", "RW", "nam"): "retro"}, ['"arms", "RW"', '"nam" is not an allowed key', 'did you mean "name"?']),
        ({("visits",): []}, ['"visits"', "at least 2", "there are 0"]),
        ({("visits", 1, "week"): "4 weeks"}, ['"visits", item 2, "week"', '"4 weeks" is not a number']),
        ({("visits", 0, "week"): -1}, ['"visits", item 1, "week"', '"-1"', "at least 0"]),
        ({("outcomes",): ["pain"]}, ['"outcomes"', "a list is not a mapping"]),
        (
            {("outcomes", "pain", "rol"): "primary"},
            ['"outcomes", "pain"', '"rol" is not an allowed key', 'did you mean "role"?'],
        ),
        ({("outcomes", "pain", "instrument"): REMOVED}, ['"outcomes", "pain"', 'the key "instrument" is missing']),
        ({("outcomes", "pain", "source"): REMOVED}, ['"smallest_worthwhile_effect" also needs "source"']),
        (
            {("outcomes", "pain", "in_file"): "VAS"},
            ['"outcomes", "pain"', '"in_file" is for files with one row per value'],
        ),
        (
            {("outcomes", "pain", "columns"): REMOVED},
            ['"outcomes", "pain"', 'give "columns"', '"column" (one row per visit)', '"in_file"'],
        ),
        ({("covariates", "age", "colum"): "x"}, ['"covariates", "age"', '"colum" is not', 'did you mean "column"?']),
        ({("covariates", "age"): {"unit": "years"}}, ['"covariates", "age"', 'the key "column" is missing']),
        ({("covariates", "age"): 3}, ['"covariates", "age"', '"3" is neither text nor a mapping with the keys']),
        ({("covariates", "age"): {"column": "a", "levels": {1: 1}}}, ['"age", "levels", "1"', '"1" is not text']),
        ({("withdrawal",): {"reason": "why"}}, ['"withdrawal"', 'the key "after" is missing']),
        # the data file
        ({("file",): "data/trail.csv"}, ['"file"', "no file data/trail.csv", 'did you mean "trial.csv"?', "correct"]),
        (
            {("file",): "data"},
            ['"file"', "type that cannot be read", ".csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods, .sav", "Save it as"],
        ),
        (
            {("file",): "data/trial.pdf"},
            ['"file"', "data/trial.pdf", ".csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods, .sav", "Save it as"],
        ),
        ({("sheet",): "Data"}, ['"sheet"', "only a spreadsheet has sheets", "trial.csv", "Remove the key"]),
        # names
        ({("control",): "CE"}, ['"control"', '"CE" is not the name of an arm', '"retro", "exercise"']),
        ({("control",): "exercises"}, ['"control"', 'did you mean "exercise"?']),
        ({("arms", "CE", "name"): "retro", ("control",): "retro"}, ['"arms"', 'name "retro" is used twice']),
        ({("arms", "CE", "label"): "Retro-walking"}, ['"arms"', 'label "Retro-walking" is used twice']),
        ({("visits", 2, "label"): "Week 4"}, ['"visits"', 'label "Week 4" is used twice']),
        (
            {("visits", 1, "name"): "arm"} | LONG | {("outcomes", "pain", "primary_visit"): "arm"},
            ['"arm" is already taken'],
        ),
        ({("outcomes", "walking", "label"): "Pain"}, ['"outcomes"', 'label "Pain" is used twice']),
        ({("covariates", "week_4"): "x"}, ['"covariates"', '"week_4" is already taken', "Choose another"]),
        ({("covariates", "participant"): "x"}, ['"covariates"', '"participant" is already taken']),
        ({("covariates", "withdrawn_after"): "x"}, ['"covariates"', '"withdrawn_after" is already taken']),
        ({("covariates", "value"): "x"}, ['"covariates"', '"value" is already taken']),
        (
            {("visits", 0, "name"): "entry", ("covariates", "baseline"): "x"} | LONG,
            ['"covariates"', '"baseline" is already taken'],
        ),
        ({("covariates", "intercept"): "x"}, ['"covariates"', '"intercept" is already taken']),
        ({("covariates", "pain"): "vas0"}, ['"covariates"', '"pain" is already taken']),
        ({("adjust_for",): ["agee"]}, ['"adjust_for"', '"agee" is not one of the covariates', 'did you mean "age"?']),
        ({("strata",): ["clinic"]}, ['"strata"', '"clinic" is not one of', '"age", "site"', 'add it to "covariates"']),
        # visits, arms and design
        ({("visits", 1, "week"): 8}, ['"visits"', 'weeks "0", "8", "8" do not increase', "baseline first"]),
        ({("visits", 1, "week"): 9}, ['"visits"', 'weeks "0", "9", "8" do not increase']),
        ({("visits", 0, "week"): 1}, ['"visits"', "its week must be 0, not 1", "Count the weeks from baseline"]),
        ({("design",): "single_group", ("randomised",): False}, ['"arms"', "has one arm, but there are 2"]),
        ({("design",): "comparison"}, ['"randomised"', "comparison design is not randomised", "Set randomised: false"]),
        ({("arms", "RW"): REMOVED}, ['"arms"', "parallel design needs at least two arms", "Add the other"]),
        # outcomes
        ({("outcomes", "pain", "role"): REMOVED}, ['"outcomes"', '"role: primary", but 0 have it', "Choose one"]),
        ({("outcomes", "walking", "role"): "primary"}, ["2 have it", '"pain", "walking"', "Choose one"]),
        (
            {("outcomes", "pain", "instrument"): "vas"},
            ['"pain", "instrument"', '"vas" is not in config/instruments.yaml'],
        ),
        ({("outcomes", "pain", "instrument"): "vas_pian"}, ['did you mean "vas_pain"?', "add the instrument there"]),
        ({("outcomes", "pain", "unit"): "inch"}, ['"pain", "unit"', '"inch" is not a unit of vas_pain', '"mm", "cm"']),
        ({("outcomes", "pain", "primary_visit"): "wek_4"}, ['"primary_visit"', '"wek_4"', 'did you mean "week_4"?']),
        ({("outcomes", "pain", "primary_visit"): "baseline"}, ['"primary_visit"', "not a visit after baseline"]),
        ({("outcomes", "pain", "columns", "wek_4"): "x"}, ['"pain", "columns"', '"wek_4" is not a visit', '"week_4"?']),
        (
            {("outcomes", "walking", "columns", "week_8"): REMOVED},
            ['"columns"', 'no column is given for the visit "week_8"'],
        ),
        ({("visit",): "week", ("outcomes", "walking"): REMOVED}, ['"pain"', '("visit" is given)', 'give "column"']),
        (
            {key: LONG[key] for key in LONG if "pain" in key},
            ['"pain"', '("visit" is not given)', 'give "columns" instead of "column"'],
        ),
        # one column, two meanings
        (
            {("outcomes", "pain", "columns", "week_8"): "vas4"},
            [
                '"outcomes", "pain"',
                'column "vas4" is already used for "outcomes", "pain"',
                "Use a different column for each",
            ],
        ),
        ({("outcomes", "walking", "columns", "week_8"): "vas8"}, ['"walking"', 'already used for "outcomes", "pain"']),
        ({("outcomes", "walking", "columns", "week_8"): "group"}, ['"walking"', 'already used for "arm"']),
        ({("participant",): "group"}, ['"arm"', 'column "group" is already used for "participant"']),
        ({("covariates", "site"): "age"}, ['"covariates", "site"', 'already used for "covariates", "age"']),
        ({("withdrawal", "reason"): "last"}, ['"withdrawal", "reason"', 'already used for "withdrawal", "after"']),
        (LONG | {("visits", 1, "in_file"): "week_8"}, ['"visits"', 'in_file "week_8" is used twice']),
    ],
)
def test_faults_of_a_cohort_file(folder, changes, words):
    change("cohort", changes)
    assert_one_line(fault(), ["config/cohorts/trial.yaml", *words])


def assert_one_line(message, words):
    assert len(message.splitlines()) == 1, message
    assert [word for word in words if word not in message] == [], message


def test_a_covariate_may_be_an_outcome_at_baseline_under_another_name(folder):
    change("cohort", {("covariates", "pain_at_entry"): "vas0"})
    assert load_plan().cohorts["trial"].intake.covariates["pain_at_entry"].column == "vas0"


@pytest.mark.parametrize("which", FILES)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["the file is empty", "config/README.md"]),
        ("# nothing\n", ["the file is empty"]),
        ("a: 1\nb: [1,\nc: 2\n", [", line 2", "cannot be read as YAML", "colons, quotation marks"]),
        ("a: 1\nb: 'x\nc: 2\n", [", line 2", "cannot be read as YAML", "colons, quotation marks"]),
        ("a: 1\nb: Walking: a trial\n", [", line 2", "mapping values are not allowed here"]),
        ("a: 1\n\tb: 2\n", [", line 2", "'\\t'"]),
        ("a: 1\nb: 2\na: 3\n", [", line 3", 'duplicate key "a"', "Keep one of the two"]),
        ("a: 1\n---\nb: 2\n", [", line 2", "cannot be read as YAML"]),
        ("[1, 2]", ["a list is not a mapping"]),
        ("text", ['"text" is not a mapping']),
    ],
)
def test_files_that_are_not_what_they_should_be(folder, which, text, words):
    path, _ = FILES[which]
    write(path, text)
    assert_one_line(fault(), [path, *words])


@pytest.mark.parametrize("which", FILES)
def test_a_file_that_is_not_utf8(folder, which):
    path, _ = FILES[which]
    Path(path).write_bytes("title: Rückwärts".encode("latin-1"))
    assert_one_line(fault(), [path, "Save it as UTF-8 text"])


@pytest.mark.parametrize("which", FILES)
def test_a_file_that_may_not_be_opened(folder, which, monkeypatch):
    path, _ = FILES[which]
    read = Path.read_text

    def refuse(self, *args, **kwargs):
        if self == Path(path):
            raise PermissionError(13, "Permission denied")
        return read(self, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", refuse)
    assert_one_line(fault(), [path, "Permission denied", "Check the read permissions"])


@pytest.mark.parametrize("which", ["config", "instruments"])
def test_a_file_that_is_not_there(folder, which):
    path, _ = FILES[which]
    Path(path).unlink()
    assert_one_line(fault(), [path, "the file does not exist", "run from the folder that contains config/"])


@pytest.mark.parametrize("name", ["trial.yml", "trial.yaml.txt"])
def test_a_cohort_file_with_the_wrong_ending(folder, name):
    Path("config/cohorts/trial.yaml").rename(f"config/cohorts/{name}")
    assert_one_line(fault(), ["config/cohorts/trial.yaml", "its extension must be .yaml", f'"{name}"'])


def test_no_cohort_file_at_all(folder):
    Path("config/cohorts/trial.yaml").unlink()
    assert_one_line(fault(), ["config/cohorts/trial.yaml", "Files in that folder: none"])


def test_two_cohorts_with_one_file(folder):
    change("config", {("cohorts",): ["trial", "copy"]})
    write("config/cohorts/copy.yaml", changed(COHORT, {("file",): "./data/trial.csv"}))
    assert_one_line(fault(), ["copy.yaml", '"file"', 'also the file of cohort "trial"', "counted twice", "Remove one"])


@pytest.mark.parametrize(("sheets", "sound"), [(("A", "B"), True), (("A", "A"), False), ((None, "B"), False)])
def test_two_cohorts_on_sheets_of_one_workbook(folder, sheets, sound):
    write("data/both.xlsx", "")
    change("config", {("cohorts",): ["trial", "other"]})
    for name, sheet in zip(["trial", "other"], sheets, strict=True):
        sheet_key = {("sheet",): sheet} if sheet else {}
        write(f"config/cohorts/{name}.yaml", changed(COHORT, {("file",): "data/both.xlsx"} | sheet_key))
    if sound:
        assert len(load_plan().cohorts) == 2
    else:
        assert_one_line(fault(), ["other.yaml", "data/both.xlsx", 'cohort "trial"', 'give a "sheet" in both'])


def test_faults_of_config_and_instruments_are_told_at_once(folder):
    change("config", {("seeed",): 1, ("alpha",): 2})
    change("instruments", {("vas_pain", "better"): "up"})
    assert [line.split(":")[0] for line in fault().splitlines()] == [
        "config/config.yaml",
        'config/config.yaml, "alpha"',
        'config/instruments.yaml, "vas_pain", "better"',
    ]
    write("config/instruments.yaml", "a: [")
    assert len(fault().splitlines()) == 3


def test_faults_of_all_cohorts_are_told_at_once(folder):
    change("config", {("cohorts",): ["trial", "second", "third"], ("published",): "nowhere.csv"})
    change("cohort", {("control",): "x", ("adjust_for",): ["y"], ("file",): "z.csv"})
    write("config/cohorts/second.yaml", changed(COHORT, {("title",): REMOVED, ("arms",): {}}))
    lines = fault().splitlines()
    for words in ["nowhere.csv", "z.csv", '"control"', '"adjust_for"', 'second.yaml: the key "title"', "third.yaml"]:
        assert len([line for line in lines if words in line]) == 1, words
    assert len(lines) == 7


def test_each_missing_key_is_told_once(folder):
    change("cohort", {("arm",): REMOVED, ("arms",): REMOVED})
    assert [line.split(": ")[1] for line in fault().splitlines()] == [
        'the key "arm" is missing. Add it.',
        'the key "arms" is missing. Add it.',
    ]


def places(content, at=()):
    """Yield the place of every value at any depth."""
    steps = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, value in steps:
        yield (*at, step)
        yield from places(value, (*at, step))


@pytest.mark.parametrize("which", [*FILES, "conduct"])
def test_no_value_at_any_place_makes_an_exception_of_ours(folder, monkeypatch, which):
    contents = {Path(path): content for path, content in FILES.values()}
    whole = list(places(COHORT))
    if which == "conduct":
        which, contents[Path(FILES["cohort"][0])] = "cohort", changed(COHORT, CONDUCT)
    read_yaml = schemas.read_yaml
    changes = [REMOVED, None, "", "x", "trial", "data/trial.csv", -1, 0, 2.5, True, [], ["x"], [[]], {}, {"x": 1}]
    path = Path(FILES[which][0])
    known = contents[path] is not COHORT and path == Path(FILES["cohort"][0])
    for place in places(contents[path]):
        for value in changes if not (known and place in whole) else ():
            given = contents | {path: changed(contents[path], {place: value})}
            monkeypatch.setattr(read, "read_yaml", lambda path, given=given: given.get(path) or read_yaml(path))
            assert all(line.startswith("config/") for line in fault().splitlines()), (place, value)
