"""Why a coefficient cannot be estimated."""

import pandas as pd

from visitwise.design import Design
from visitwise.errors import EmptyCellError, RankDeficientError


def explain_rank(design: Design, trial: int, column: int) -> RankDeficientError | EmptyCellError:
    """Return the error for a column of the design that is a combination of those before it."""
    name = design.columns[column]
    rows = design.frame[design.rows.trial[design.rows.participant] == trial]
    for term in design.spec.terms:
        variables = sorted(design.variables_of(term) & set(design.factors))
        if len(variables) < 1 or column not in design.spec.term_indices[term]:
            continue
        counts = rows.groupby(variables, observed=False).size()
        counts = (
            counts.reindex(
                pd.MultiIndex.from_product([design.factors[v] for v in variables], names=variables), fill_value=0
            )
            if len(variables) > 1
            else counts.reindex(design.factors[variables[0]], fill_value=0)
        )
        empty = counts.index[counts == 0]
        if len(empty):
            labels = empty[0] if len(variables) > 1 else (empty[0],)
            cell = ", ".join(f"{v} {label}" for v, label in zip(variables, labels, strict=True))
            return EmptyCellError.because("empty_cell", cell=cell, term=str(term))
    return RankDeficientError.because("not_told_apart", coefficient=name)
