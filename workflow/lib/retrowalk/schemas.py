"""Read a YAML file of the plan and hold it against its closed schema: every fault a line that says where and what to do."""

import math
import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from retrowalk.analyses import REGISTER
from retrowalk.errors import PlanError

FOLDER = Path(__file__).resolve().parents[2] / "schemas"


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the content of a YAML file, with every key as text.

    Raises
    ------
    PlanError
        The file is not there, cannot be opened, is empty, is not UTF-8, is not YAML (a key given twice included) or has
        no keys at its top, of which Snakemake would say less.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if not path.is_file():
        raise PlanError(
            f"{path}: the file does not exist. Create it, or run from the folder that contains config/ and data/."
        )
    try:
        content = _content(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise PlanError(
            f"{path}: lists and mappings are nested more than 100 levels deep. Reduce the nesting."
        ) from None
    except MarkedYAMLError as fault:
        problem = " ".join(str(fault.problem or fault.context).split())
        # What is never closed goes on to the end of the file: the line where it opens is the one to look at.
        unclosed = "stream end" in problem or "end of stream" in problem
        mark = fault.context_mark if unclosed else fault.problem_mark or fault.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        advice = "Check the colons, quotation marks and indentation of this line and the one above."
        if "duplicate key" in problem:
            problem, advice = problem.split(" with value")[0], "Keep one of the two."
        raise PlanError(f"{path}{line}: this cannot be read as YAML ({problem}). {advice}") from None
    except (YAMLError, UnicodeDecodeError) as fault:
        problem = " ".join(str(fault).split())
        raise PlanError(f"{path}: this cannot be read as YAML ({problem}). Save it as UTF-8 text.") from None
    except OSError as fault:
        raise PlanError(f"{path}: the file cannot be opened ({fault.strerror}). Check the read permissions.") from None
    if content is None:
        raise PlanError(f"{path}: the file is empty. config/README.md explains every key.")
    if not isinstance(content, dict):
        raise PlanError(
            f"{path}: {_shown(content)} is not a mapping of keys to values. Write each key with a colon and its value."
        )
    if _size(content, {}) > MOST_NODES:
        raise PlanError(
            f"{path}: its anchors (& and *) expand to more than {MOST_NODES:,} values. Write the values out."
        )
    if _not_finite(content):
        raise PlanError(f"{path}: .nan and .inf are not allowed. Write a plain number or null.")
    return _with_text_keys(content)


@lru_cache(maxsize=16)
def _content(text: str) -> Any:
    """Return what YAML says, not to be changed: reading the same instruments for each cohort takes longest of all."""
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(text)


#: More values than any plan has; anchors of anchors unfold to billions.
MOST_NODES = 1_000_000


def _size(content: Any, known: dict[int, float]) -> float:
    """Return how many values a tree unfolds to, each anchor counted as often as it is used; one inside itself is endless."""
    if not isinstance(content, dict | list):
        return 1
    if id(content) not in known:
        known[id(content)] = math.inf
        parts = content.values() if isinstance(content, dict) else content
        known[id(content)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(content)]


def faults(content: Any, schema: str, path: Path) -> list[str]:
    """Return a line for each way in which `content` breaks the schema `<schema>.schema.yaml`."""
    errors = [leaf for error in _validator(schema).iter_errors(content) for leaf in _leaves(error)]
    errors.sort(key=lambda error: [str(part) for part in error.absolute_path])
    return [f"{path}{_place(error.absolute_path)}: {text}" for error in errors for text in _explain(error)]


@cache
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(read_schema(schema))


def read_schema(name: str) -> dict[str, Any]:
    """Return the schema `<name>.schema.yaml`; where it says `x-analyses` the names of the analyses are filled in.

    The value is an attribute of the rows of the register of analyses: allowed are the names of those that have it.
    """
    return _with_analyses(read_yaml(FOLDER / f"{name}.schema.yaml"))


def _with_analyses(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    filled = {key: _with_analyses(part) for key, part in schema.items()}
    attribute = filled.pop("x-analyses", None)
    if attribute:
        filled["enum"] = [entry.name for entry in REGISTER.values() if getattr(entry, attribute)]
    return filled


#: Signs that no text may hold: programs keep them for themselves.
NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"
#: Control characters, and those that have no width or turn the direction of writing.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff" + NONCHARACTERS + "]")


def on_one_line(text: str) -> str:
    """Return a text as a terminal may show it: line ends and tabs as blanks, characters that nobody sees as "?"."""
    return HIDDEN.sub("?", " ".join(re.split(r"[\n\r\t\x85\u2028\u2029]+", text)))


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return ' (did you mean "x"?)' for the allowed word that is most like `word`, or ''."""
    by_folded = {str(name).casefold().strip(): str(name) for name in allowed}
    close = get_close_matches(str(word).casefold().strip(), by_folded, n=1)
    return f' (did you mean "{by_folded[close[0]]}"?)' if close else ""


def listed(words: Iterable[Any], most: int = 12) -> str:
    """Return words as a list for a sentence: "a", "b", "c"."""
    words = [f'"{word}"' for word in words]
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def _place(path: Iterable[Any]) -> str:
    steps = [f"item {step + 1}" if isinstance(step, int) else f'"{step}"' for step in path]
    return "".join(f", {step}" for step in steps)


def _leaves(error: Any) -> list[Any]:
    """Return what is wrong inside a mapping or list that could have been a text instead, else the error itself."""
    if error.validator == "oneOf" and isinstance(error.instance, dict | list):
        kind = "object" if isinstance(error.instance, dict) else "array"
        alike = [leaf for leaf in error.context if error.validator_value[leaf.schema_path[0]].get("type") == kind]
        return [leaf for each in alike for leaf in _leaves(each)] or [error]
    return [error]


def _explain(error: Any) -> list[str]:
    value, rule = error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known = error.schema.get("properties", {})
            return [
                f'"{key}" is not an allowed key{nearest(key, known)}. Allowed: {listed(known, 30)}.'
                for key in value
                if key not in known
            ]
        case "required":
            # One error a key, which only its message names.
            return [f'the key "{key}" is missing. Add it.' for key in rule if error.message.startswith(f"'{key}' ")]
        case "dependentRequired":
            return [f'"{key}" also needs {listed(needs)}. Add it.' for key, needs in rule.items() if key in value]
        case "enum":
            return [f'"{value}" is not allowed{nearest(str(value), map(str, rule))}. Allowed: {listed(rule)}.']
        case "type":
            kinds = [rule] if isinstance(rule, str) else rule
            return [f"{_shown(value)} is not {' or '.join(_KINDS[kind] for kind in kinds)}.{_advice(value, kinds)}"]
        case "pattern" if "0-9a-f" in rule:
            return [f'"{value}" is not a SHA-256 checksum: write 64 characters, 0 to 9 and a to f.']
        case "pattern":
            return [
                f'"{value}" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".'
            ]
        case "anyOf":
            wide, long, tall = "one column per visit", "one row per visit", "one row per value"
            return [f'give "columns" ({wide}), "column" ({long}) or "in_file" ({tall}).']
        case "oneOf":
            kinds = [_branch(branch) for branch in rule]
            known = [branch["type"] for branch in rule if isinstance(branch.get("type"), str)]
            return [f"{_shown(value)} is neither {' nor '.join(kinds)}.{_advice(value, known[:1])}"]
        case "maxItems":
            return [f"at most {rule} may be given, but there are {len(value)}."]
        case "minLength":
            return ["the text is empty. Write the name of the column, or remove the key."]
        case "minItems" | "minProperties":
            return [f"at least {rule} must be given, but there {'is' if len(value) == 1 else 'are'} {len(value)}."]
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            words = {
                "minimum": "at least",
                "maximum": "at most",
                "exclusiveMinimum": "more than",
                "exclusiveMaximum": "less than",
            }
            return [f"{_shown(value)} is out of range. Allowed: {words[error.validator]} {rule}."]
    return [error.message]


_KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of keys to values",
    "null": "null",
}


def _branch(schema: dict[str, Any]) -> str:
    """Return in words what one of several forms of a value is."""
    if "properties" in schema:
        return f"a mapping with the keys {', '.join(schema['properties'])}"
    return " or ".join(
        _KINDS[kind] for kind in ([schema["type"]] if isinstance(schema["type"], str) else schema["type"])
    )


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping of keys to values"
    if isinstance(value, list):
        return "a list"
    return "an empty value" if value is None else f'"{str(value).lower() if isinstance(value, bool) else value}"'


def _advice(value: Any, kinds: list[str]) -> str:
    """Return what to do about a value that looks right and is of the wrong kind."""
    if kinds == ["string"] and not isinstance(value, dict | list | None):
        return " Put quotes around it."
    if kinds[0] in ("number", "integer") and isinstance(value, str):
        return " Write it as a plain number: a decimal point, no comma, no unit, no quotes."
    return ""


def _not_finite(content: Any) -> list[float]:
    """Return the numbers that are no numbers (.nan, .inf): they slip through every comparison of a schema."""
    if isinstance(content, float):
        return [] if math.isfinite(content) else [content]
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else []
    return [number for part in parts for number in _not_finite(part)]


def _with_text_keys(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _with_text_keys(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_with_text_keys(value) for value in content]
    return content
