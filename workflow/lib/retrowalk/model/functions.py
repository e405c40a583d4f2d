"""The functions that the register of analyses names, found when they are called for."""

from collections.abc import Callable
from importlib import import_module

from retrowalk.analyses import REGISTER, Entry
from retrowalk.model.context import Context, Row


def functions_of(context: Context) -> list[Callable[[Context], list[Row]]]:
    """Return the functions of the analyses that an outcome's cohort has, in the order of the register, each once."""
    planned = [entry for entry in REGISTER.values() if entry.room == "model" and _is_done(entry, context)]
    return [_function(code) for code in dict.fromkeys(entry.code for entry in planned)]


def main_comparison(context: Context) -> list[Row]:
    """Return the rows of the primary estimator."""
    return _function(REGISTER[context.primary_estimator].code)(context)


def _is_done(entry: Entry, context: Context) -> bool:
    # What is not optional comes with another analysis, and the answer cannot be left out.
    wanted = entry.optional and context.does(entry.name)
    is_possible = entry.is_for(context.cohort) and entry.has_needs(context.outcome)
    return is_possible and (wanted or entry.name == context.primary_estimator)


def _function(code: str) -> Callable[[Context], list[Row]]:
    module, name = code.split(".")
    return getattr(import_module(f"retrowalk.model.{module}"), name)
