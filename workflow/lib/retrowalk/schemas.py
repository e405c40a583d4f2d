"""Read a YAML file of the plan and hold it against its closed schema: every fault a line that says where and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from retrowalk.errors import PlanError

FOLDER = Path(__file__).resolve().parents[2] / "schemas"


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file, with every key as text.

    Raises
    ------
    PlanError
        The file is not there, is empty, is not UTF-8 or is not YAML (a key given twice included).
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if not path.is_file():
        raise PlanError(f"{path}: there is no such file. Make it, or run from the folder that holds config/ and data/.")
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        problem = " ".join(str(fault.problem or fault.context).split())
        advice = "Look at this line and the one above: colons, quotes and how far each line is set in."
        if "duplicate key" in problem:
            problem, advice = problem.split(" with value")[0], "Keep one of the two."
        raise PlanError(f"{path}{line}: this is not readable as YAML ({problem}). {advice}") from None
    except (YAMLError, UnicodeDecodeError) as fault:
        problem = " ".join(str(fault).split())
        raise PlanError(f"{path}: this is not readable as YAML ({problem}). Save it as UTF-8 text.") from None
    if content is None:
        raise PlanError(f"{path}: the file is empty.")
    return _with_text_keys(content)


def faults(content: Any, schema: str, path: Path) -> list[str]:
    """Return a line for each way in which `content` breaks the schema `<schema>.schema.yaml`."""
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(read_yaml(FOLDER / f"{schema}.schema.yaml"))
    errors = sorted(validator.iter_errors(content), key=lambda error: [str(part) for part in error.absolute_path])
    return [f"{path}{_place(error.absolute_path)}: {text}" for error in errors for text in _explain(error)]


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


def _explain(error: Any) -> list[str]:
    value, rule = error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            known = error.schema.get("properties", {})
            return [
                f'"{key}" is not a key here{nearest(key, known)}. Allowed: {listed(known, 30)}.'
                for key in value
                if key not in known
            ]
        case "required":
            return [f'the key "{key}" is missing. Add it.' for key in rule if key not in value and key in error.message]
        case "dependentRequired":
            return [f'"{key}" needs {listed(needs)} beside it. Add it.' for key, needs in rule.items() if key in value]
        case "enum":
            return [f'"{value}" is not allowed{nearest(str(value), map(str, rule))}. Allowed: {listed(rule)}.']
        case "type":
            kinds = [rule] if isinstance(rule, str) else rule
            return [f"{_shown(value)} is not {' or '.join(_KINDS[kind] for kind in kinds)}."]
        case "pattern":
            return [f'"{value}" is not a name: use small letters, digits and _, with a letter first, as in "week_4".']
        case "oneOf" if "column" in str(rule) and isinstance(value, dict) and "instrument" in value:
            return ['give "columns" (a column a visit) or "column" (one column, several rows a participant), not both.']
        case "oneOf":
            return ["this is neither the name of a column nor a mapping with the keys column, label, unit, levels."]
        case "minItems" | "minProperties":
            return [f"at least {rule} must be given, there {'is' if len(value) == 1 else 'are'} {len(value)}."]
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            words = {
                "minimum": "at least",
                "maximum": "at most",
                "exclusiveMinimum": "more than",
                "exclusiveMaximum": "less than",
            }
            return [f"{_shown(value)} is outside what is allowed: {words[error.validator]} {rule}."]
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


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping of keys to values"
    return "an empty value" if value is None else f'"{value}"'


def _with_text_keys(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _with_text_keys(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_with_text_keys(value) for value in content]
    return content
