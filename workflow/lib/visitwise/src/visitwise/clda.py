"""The constrained longitudinal model: baseline is a response, and the arms share its mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from visitwise.checks import refuse_missing, refuse_unknown
from visitwise.errors import SpecificationError
from visitwise.levels import in_order
from visitwise.means import as_names


@dataclass(frozen=True)
class ConstrainedDesign:
    """What a constrained longitudinal model is fitted with.

    Attributes
    ----------
    data : DataFrame
        The table with a column for each term.
    formula : str
        For `MixedModel`.
    terms : DataFrame
        One row a difference between an arm and the control at a visit after baseline: term (the coefficient's name), arm,
        reference_arm, visit.
    """

    data: pd.DataFrame
    formula: str
    terms: pd.DataFrame


def constrained(
    data: pd.DataFrame,
    *,
    value: str = "value",
    arm: str = "arm",
    visit: str = "visit",
    control: Any,
    baseline: Any,
    covariates: str | Sequence[str] = (),
) -> ConstrainedDesign:
    """Return the terms of a constrained longitudinal model (cLDA).

    Parameters
    ----------
    data
        One row a participant and visit, baseline included.
    value, arm, visit
        Names of columns.
    control, baseline
        The arm to compare with, and the visit whose mean the arms share.
    covariates
        Columns that enter with an effect of their own at each visit.

    Returns
    -------
    ConstrainedDesign

    Raises
    ------
    SpecificationError
        A control or a baseline that is not in the data, or a column there that a term would be called.

    Notes
    -----
    E(value) = mean of the visit + difference of the arm at that visit, the latter after baseline only (Liang and Zeger
    2000, Sankhya B 62:134; Lu 2010, Stat Med 29:2481). It is right where the arms were made by randomisation, and keeps
    participants who lack their baseline or every later visit. Checked against R's mmrm (tests/reference/clda.csv).
    """
    refuse_unknown(data, [value, arm, visit, *as_names(covariates)], "constrained")
    measured = data[data[value].notna()]
    refuse_missing({name: in_order(measured[name]) for name in (arm, visit)}, measured, arm, visit)
    for name, level in ((arm, control), (visit, baseline)):
        if level not in set(measured[name]):
            raise SpecificationError(f"no value of {value} is of {name} '{level}'")
    arms = [level for level in pd.unique(measured[arm]) if level != control]
    visits = [level for level in pd.unique(measured[visit]) if level != baseline]
    rows = [(f"x_{a}_{v}", a, control, v) for a in arms for v in visits]
    terms = pd.DataFrame(rows, columns=["term", arm, f"reference_{arm}", visit])
    unsafe = terms["term"].isin(data.columns) | terms["term"].str.contains("`") | terms["term"].duplicated()
    if unsafe.any():
        name = terms.loc[unsafe, "term"].iloc[0]
        raise SpecificationError(
            f"two columns would be called '{name}', or it has a backtick: rename an arm or a visit"
        )
    columns = {name: ((data[arm] == a) & (data[visit] == v)).to_numpy(dtype=float) for name, a, _, v in rows}
    parts = [
        f"`{visit}`",
        *(f"`{visit}`*`{name}`" for name in as_names(covariates)),
        *(f"`{name}`" for name in columns),
    ]
    return ConstrainedDesign(data.assign(**columns), f"`{value}` ~ {' + '.join(parts)}", terms)
