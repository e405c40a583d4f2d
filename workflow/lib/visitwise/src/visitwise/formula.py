"""What a formula says, read by formulaic (which is slow to import, hence inside the functions)."""

import ast
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from visitwise.errors import SpecificationError

FORM = "A formula has the form 'value ~ arm * visit' and names every term."


@lru_cache(maxsize=64)
def parse(formula: str) -> tuple[str, Any]:
    """Return the column of the response, and formulaic's right-hand side."""
    from formulaic import Formula
    from formulaic.errors import FormulaicError
    from formulaic.parser.types import Factor

    if "|" in re.sub("`[^`]*`", "", formula):
        raise SpecificationError(
            f"the formula {formula!r} has a bar. Random effects and the covariance of the visits are not written in the "
            'formula but given as `covariance`: covariance="random_intercept", or covariance="us"'
        )
    try:
        parsed = Formula(formula)
    except FormulaicError as fault:
        raise SpecificationError(f"the formula {formula!r} cannot be read: {first_line(fault)} {FORM}") from None
    if not hasattr(parsed, "lhs"):
        raise SpecificationError(f"the formula {formula!r} has no response. {FORM}")
    names = [factor for term in parsed.lhs for factor in term.factors]
    if len(names) != 1 or names[0].eval_method is not Factor.EvalMethod.LOOKUP:
        raise SpecificationError(f"the response of {formula!r} must be one column, already on the scale to analyse")
    return names[0].expr, parsed.rhs


def variables_of(factor: Any, columns: Iterable[Any]) -> set[str]:
    """Return the columns of the data that a factor is made of.

    A plain name is a column, there or not; of an expression, such as poly(age, 2) or Q("age at entry"), those names in
    it that are columns.
    """
    from formulaic.parser.types import Factor

    if factor.eval_method is Factor.EvalMethod.LOOKUP:
        return {factor.expr}
    if factor.eval_method is Factor.EvalMethod.LITERAL:
        return set()
    nodes = list(ast.walk(ast.parse(factor.expr, mode="eval")))
    words = {node.id for node in nodes if isinstance(node, ast.Name)}
    words |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return words & set(columns)


def first_line(fault: Exception) -> str:
    """Return the first sentence of formulaic's message, without the marks that colour a terminal."""
    plain = re.sub(r"\x1b\[[0-9;]*m|[⧛⧚]", "", str(fault)).strip().split("\n")[0]
    return re.sub(r"(?<=[a-z]\.) .*", "", plain)
