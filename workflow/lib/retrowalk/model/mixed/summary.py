"""A fit as text."""

from typing import TYPE_CHECKING

import pandas as pd

from retrowalk.model.mixed.fits import DF
from retrowalk.model.mixed.structures import STRUCTURES

if TYPE_CHECKING:
    from retrowalk.model.mixed.fit import MixedFit


def of_fit(fit: "MixedFit") -> str:
    """Return the summary of a fit, rounded for reading."""
    model = fit.model
    each = f", one matrix for each {model.group}" if model.group else ""
    lines = [
        "Mixed model for repeated measures, fitted by REML",
        "",
        f"Formula:      {model.formula}",
        f"Covariance:   {STRUCTURES[fit.structure].words} of {model.visit} within {model.participant}{each}",
        f"Data:         {fit.n_observations} values of {fit.n_participants} participants"
        + (f" ({fit.left_out} rows without a value left out)" if fit.left_out else ""),
        f"Tests:        {'t, ' if fit.df != 'normal' else ''}{DF[fit.df]}"
        + (" degrees of freedom" if fit.df != "normal" else ""),
        f"Convergence:  in {fit.iterations} evaluations of the criterion",
    ]
    lines += [f"Not fitted:   {STRUCTURES[a.structure].words}: {a.reason}" for a in fit.tried if not a.fitted]
    lines += [f"Caveat:       {caveat}" for caveat in fit.caveats]
    lines += ["", f"-2 restricted log-likelihood {fit.criterion:.3f}   AIC {fit.aic:.3f}   BIC {fit.bic:.3f}"]
    lines += ["", "Coefficients", _text(_shown(fit))]
    lines += ["", "Covariance of a participant's visits", _text(fit.covariance.map("{:.4g}".format), index=True)]
    return "\n".join(lines)


def _shown(fit: "MixedFit") -> pd.DataFrame:
    table = fit.coefficients
    level = f"{100 * (1 - fit.alpha):g} %"
    return pd.DataFrame(
        {
            "": table["term"],
            "estimate": table["estimate"].map("{:.4f}".format),
            "SE": table["se"].map("{:.4f}".format),
            "df": table["df"].map("{:.1f}".format),
            "z" if fit.df == "normal" else "t": table["statistic"].map("{:.3f}".format),
            "p": table["p_value"].map(lambda p: "<0.001" if p < 0.001 else f"{p:.3f}"),
            f"{level} low": table["ci_low"].map("{:.4f}".format),
            "high": table["ci_high"].map("{:.4f}".format),
        }
    )


def _text(table: pd.DataFrame, *, index: bool = False) -> str:
    return table.to_string(index=index)
