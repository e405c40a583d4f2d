"""Weights of the coefficients: marginal means, contrasts of them, and the hypothesis of a term.

All are made of the reference grid (`Design.cells`): every combination of the factors' levels, covariates at their mean
over the analysed rows or at given values. A factor that is not asked for is averaged over with equal weights, as R's emmeans does.
"""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from visitwise.design import Design
from visitwise.errors import SpecificationError

Labels = dict[str, list[Any]]
#: Covariates by name, and the value of each.
At = Mapping[str, float]


def as_names(names: str | Sequence[str] | None) -> list[str]:
    """Return a name, several or none as a list."""
    if names is None or isinstance(names, str):
        return [] if names is None else [names]
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise SpecificationError(f"factors are named by text, not {names!r}")
    return list(names)


def mean_weights(design: Design, factors: list[str], by: list[str], at: At | None = None) -> tuple[Labels, np.ndarray]:
    """Return the weights of marginal means, (D or 1, c, p), sorted by `by` and then by `factors`, with their labels."""
    wanted = [*by, *factors]
    if not factors:
        raise SpecificationError("name a factor whose levels' means are wanted")
    _refuse_unknown(design, wanted)
    cells = _keep(design, _cells(design, at), wanted)
    levels = [design.factors[name] for name in wanted]
    labels = _labels(wanted, levels, np.indices([len(each) for each in levels]))
    return {name: labels[name] for name in [*factors, *by]}, cells.reshape(len(cells), -1, cells.shape[-1])


def contrast_weights(
    design: Design, factor: str, by: list[str], reference: Any, change_from: Any = None, at: At | None = None
) -> tuple[Labels, np.ndarray]:
    """Return the weights of each other level minus `reference`, at each level of `by`: labels and (D or 1, c, p).

    With `change_from`, a level of the one factor in `by`, the same difference there is taken off: what is left is the
    difference between the changes since then.
    """
    _refuse_no_contrast(design, factor, by)
    zero = _place(design, factor, reference)
    if len(design.factors[factor]) < 2:
        raise SpecificationError(f"{factor} has one level only, '{reference}': there is nothing to compare it with")
    cells = _keep(design, _cells(design, at), [*by, factor])
    others = [place for place in range(cells.shape[-2]) if place != zero]
    differences = cells[..., others, :] - cells[..., zero : zero + 1, :]
    levels = [design.factors[name] for name in by]
    if change_from is not None:
        if len(by) != 1:
            raise SpecificationError("a change needs one factor in `by`, the visit")
        start = _place(design, by[0], change_from)
        later = [place for place in range(len(levels[0])) if place != start]
        differences = differences[:, later] - differences[:, start : start + 1]
        levels = [[levels[0][place] for place in later]]
    pairs = [(place, zero) for place in others]
    return _pair_labels(design, factor, by, levels, pairs), differences.reshape(
        len(differences), -1, differences.shape[-1]
    )


def pair_weights(design: Design, factor: str, by: list[str], at: At | None = None) -> tuple[Labels, np.ndarray]:
    """Return the weights of each level minus each one before it, at each level of `by`: labels and (D or 1, c, p)."""
    _refuse_no_contrast(design, factor, by)
    count = len(design.factors[factor])
    if count < 2:
        raise SpecificationError(f"{factor} has one level only: there is no pair to compare")
    cells = _keep(design, _cells(design, at), [*by, factor])
    pairs = [(later, earlier) for earlier in range(count) for later in range(earlier + 1, count)]
    highs, lows = (list(places) for places in zip(*pairs, strict=True))
    differences = cells[..., highs, :] - cells[..., lows, :]
    levels = [design.factors[name] for name in by]
    return _pair_labels(design, factor, by, levels, pairs), differences.reshape(
        len(differences), -1, differences.shape[-1]
    )


def _pair_labels(
    design: Design, factor: str, by: list[str], levels: list[list[Any]], pairs: list[tuple[int, int]]
) -> Labels:
    """Return the labels of differences between pairs of levels at each combination of the levels of `by`."""
    codes = np.indices([*(len(each) for each in levels), len(pairs)])
    which = codes[-1].ravel()
    names = design.factors[factor]
    labels = {
        factor: [names[pairs[place][0]] for place in which],
        f"reference_{factor}": [names[pairs[place][1]] for place in which],
    }
    return labels | _labels(by, levels, codes[:-1])


def _labels(names: list[str], levels: list[list[Any]], codes: np.ndarray) -> Labels:
    return {
        name: [each[code] for code in places.ravel()] for name, each, places in zip(names, levels, codes, strict=True)
    }


def _cells(design: Design, at: At | None) -> np.ndarray:
    """Return the reference grid with some covariates at given values, the others at their mean."""
    if at is None:
        return design.cells
    if not isinstance(at, Mapping):
        raise SpecificationError(f"`at` must be a mapping of covariates to numbers, not {at!r}")
    settings = {name: mean[:, None] for name, mean in design.covariates.items()}
    for name, value in at.items():
        if name not in settings:
            allowed = ", ".join(settings) or "none"
            raise SpecificationError(f"'{name}' is not a covariate of the model. Its covariates are: {allowed}")
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real) or not np.isfinite(value):
            raise SpecificationError(f"the value of {name} must be a finite number, not {value!r}")
        settings[name] = np.full_like(settings[name], float(value))
    return design.cells_at(settings)[..., 0, :]


def term_weights(design: Design, term: str) -> np.ndarray:
    """Return the hypothesis of a term, (l, p): differences of marginal means from the first level are zero.

    A factor of the term enters by the differences of its levels from the first, a covariate by its slope at the mean,
    and factors outside the term are averaged over, as R's emmeans does in joint_tests. Without covariates in interactions it
    is what SAS and SPSS call type III (they take a covariate at zero, not at its mean). A term with an expression of
    a covariate, such as poly(age, 2), is tested by its own coefficients.
    """
    wanted = set(str(term).replace(" ", "").split(":"))
    named = {str(part).replace(" ", ""): part for part in design.spec.terms if str(part) != "1"}
    match = [part for name, part in named.items() if set(name.split(":")) == wanted]
    if not match:
        raise SpecificationError(f"'{term}' is not a term of the model. Its terms are {', '.join(design.terms)}")
    variables = design.variables_of(match[0])
    if design.is_expression(match[0]):
        return np.eye(len(design.columns))[design.spec.term_indices[match[0]]]
    slopes = [name for name in design.covariates if name in variables]
    steps = np.indices([2] * len(slopes)).reshape(len(slopes), 2 ** len(slopes)) - 0.5
    settings = {name: mean[:1, None] + np.zeros((1, steps.shape[1])) for name, mean in design.covariates.items()}
    settings |= {name: settings[name] + step for name, step in zip(slopes, steps, strict=True)}
    cells = design.cells_at(settings)[0]
    cells = np.tensordot(np.prod(2 * steps, axis=0), np.moveaxis(cells, -2, 0), axes=1)
    for axis, (name, levels) in enumerate(design.factors.items()):
        if name in variables:
            first = np.take(cells, [0], axis=axis)
            cells = np.take(cells, range(1, len(levels)), axis=axis) - first
        else:
            cells = cells.mean(axis=axis, keepdims=True)
    return cells.reshape(-1, cells.shape[-1])


def _keep(design: Design, cells: np.ndarray, wanted: list[str]) -> np.ndarray:
    """Average over every factor but `wanted`, whose axes come in that order: (D or 1, levels ..., p)."""
    names = list(design.factors)
    others = tuple(1 + place for place, name in enumerate(names) if name not in wanted)
    kept = [name for name in names if name in wanted]
    means = cells.mean(axis=others) if others else cells
    return np.moveaxis(means, [1 + kept.index(name) for name in wanted], range(1, len(wanted) + 1))


def _refuse_no_contrast(design: Design, factor: str, by: list[str]) -> None:
    if not isinstance(factor, str):
        raise SpecificationError(f"contrasts are of one factor, named by text, not {factor!r}")
    _refuse_unknown(design, [factor, *by])


def _refuse_unknown(design: Design, names: list[str]) -> None:
    for name in names:
        if name not in design.factors:
            allowed = ", ".join(design.factors) or "none"
            raise SpecificationError(f"'{name}' is not a factor of the model. Its factors are: {allowed}")
    if len(set(names)) < len(names):
        raise SpecificationError(f"a factor is named twice: {', '.join(names)}")


def _place(design: Design, factor: str, level: Any) -> int:
    if not any(level is each or (np.isscalar(level) and level == each) for each in design.factors[factor]):
        allowed = ", ".join(map(str, design.factors[factor]))
        raise SpecificationError(f"{factor} has no level '{level}'. Its levels are {allowed}")
    return design.factors[factor].index(level)
