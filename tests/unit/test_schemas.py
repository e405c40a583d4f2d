"""The schemas are closed and explain every key; what breaks them is told in words."""

import re

import pytest

from retrowalk.errors import PlanError
from retrowalk.schemas import FOLDER, faults, listed, nearest, read_schema, read_yaml

SCHEMAS = [path.name.removesuffix(".schema.yaml") for path in sorted(FOLDER.glob("*.schema.yaml"))]


def content(name):
    return read_schema(name)


def subschemas(schema):
    """Yield every schema inside a schema, at any depth."""
    yield schema
    for key in ("properties", "$defs"):
        for inner in schema.get(key, {}).values():
            yield from subschemas(inner)
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(key), dict):
            yield from subschemas(schema[key])
    for inner in schema.get("oneOf", []):
        yield from subschemas(inner)


def keys(name):
    """Return every key that a schema names, at any depth, with its schema."""
    return [pair for inner in subschemas(content(name)) for pair in inner.get("properties", {}).items()]


def test_every_schema_of_the_plan_is_looked_at():
    assert SCHEMAS == ["cohort", "config", "instruments"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_has_a_description(name):
    found = keys(name)
    assert len(found) >= 9
    assert [key for key, schema in found if not schema.get("description", "").strip().endswith(".")] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_mapping_is_closed(name):
    mappings = [inner for inner in subschemas(content(name)) if inner.get("type") == "object"]
    for schema in mappings:
        names_are_free = isinstance(schema.get("additionalProperties"), dict)
        assert schema.get("additionalProperties") is False or names_are_free, schema
        # Free names beside fixed ones would let a misspelt key through.
        assert not (names_are_free and "properties" in schema), schema


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_key_that_must_be_given_exists(name):
    for schema in subschemas(content(name)):
        if "properties" in schema:
            assert set(schema.get("required", [])) <= set(schema["properties"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_explained_in_the_readme(name, root):
    readme = (root / "config/README.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`([^`\s]+)`", readme))
    assert [key for key, _ in keys(name) if key not in explained] == []


def test_a_domain_is_the_same_word_everywhere():
    from retrowalk.vocabulary import COMPARATORS, DOMAINS

    domains = [schema["enum"] for name in SCHEMAS for key, schema in keys(name) if key == "domain"]
    assert domains == [list(DOMAINS)] * 2
    assert dict(keys("cohort"))["comparator_type"]["enum"] == list(COMPARATORS)


def test_the_analyses_that_a_plan_may_name_are_those_of_the_register():
    from retrowalk.analyses import REGISTER

    left_out = dict(keys("cohort"))["leave_out"]["items"]["enum"]
    assert left_out == [name for name, entry in REGISTER.items() if entry.optional]
    assert {"per_protocol", "ancova", "wilcoxon"} <= set(left_out)
    assert not {"joint_test", "baseline", "pooled"} & set(left_out)
    estimators = [dict(keys(name))["primary_estimator"]["enum"] for name in ("cohort", "config")]
    assert estimators == [["ancova", "mmrm", "clda"]] * 2


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("Pain", ' (did you mean "pain"?)'),
        ("disabilty", ' (did you mean "disability"?)'),
        (" pain ", ' (did you mean "pain"?)'),
        ("xyz", ""),
        ("", ""),
    ],
)
def test_nearest(word, hint):
    assert nearest(word, ["pain", "disability"]) == hint


def test_listed_ends_where_the_reader_would_stop():
    assert listed(["a", 1]) == '"a", "1"'
    assert listed([]) == ""
    assert listed("abcd", most=2) == '"a", "b" and 2 more'
    assert listed("ab", most=2) == '"a", "b"'


def test_keys_are_text_at_every_depth(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("arms:\n  1: {name: a}\nlist:\n  - {2: b}\n", encoding="utf-8-sig")
    assert read_yaml(path) == {"arms": {"1": {"name": "a"}}, "list": [{"2": "b"}]}


def test_faults_come_with_their_place(tmp_path):
    lines = faults({"vas": {"label": "x", "important_change": [{"value": "9 mm"}]}}, "instruments", tmp_path)
    assert f'{tmp_path}, "vas": the key "domain" is missing. Add it.' in lines
    place = f'{tmp_path}, "vas", "important_change", item 1'
    assert f'{place}: the key "condition" is missing. Add it.' in lines
    number = "Write it as a plain number: a decimal point, no comma, no unit, no quotes."
    assert f'{place}, "value": "9 mm" is not a number. {number}' in lines


@pytest.mark.parametrize("text", ["alpha: .nan", "visits: [{week: .inf}]"])
def test_what_is_no_number_is_refused_before_any_schema(tmp_path, text):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(PlanError, match=r"\.nan and \.inf are not allowed"):
        read_yaml(path)
