"""A fit as text."""

import pandas as pd

from visitwise.facts import FitFacts
from visitwise.solved import DF
from visitwise.structures import STRUCTURES


def summary_text(facts: FitFacts, coefficients: pd.DataFrame, covariance: pd.DataFrame) -> str:
    """Return the summary of a fit, rounded for reading.

    Parameters
    ----------
    facts
        What was fitted to what.
    coefficients, covariance
        The tables of `MixedFit`.
    """
    model = facts.model
    each = f", one matrix for each {model.group}" if model.group else ""
    lines = [
        "Mixed model for repeated measures, fitted by REML",
        "",
        f"Formula:      {model.formula}",
        f"Covariance:   {STRUCTURES[facts.structure].words} of {model.visit} within {model.participant}{each}",
        f"Data:         {facts.n_observations} values of {facts.n_participants} participants"
        + (f" ({facts.left_out} rows without a value left out)" if facts.left_out else ""),
        f"Tests:        {'t, ' if facts.df != 'normal' else ''}{DF[facts.df]}"
        + (" degrees of freedom" if facts.df != "normal" else ""),
        f"Convergence:  in {facts.iterations} evaluations of the criterion",
    ]
    lines += [f"Not fitted:   {STRUCTURES[a.structure].words}: {a.reason}" for a in facts.tried if not a.fitted]
    lines += [f"Caveat:       {caveat}" for caveat in facts.caveats]
    lines += ["", f"-2 restricted log-likelihood {facts.criterion:.3f}   AIC {facts.aic:.3f}   BIC {facts.bic:.3f}"]
    lines += ["", "Coefficients", _rounded(facts, coefficients).to_string(index=False)]
    lines += ["", "Covariance of a participant's visits", covariance.map("{:.4g}".format).to_string()]
    return "\n".join(lines)


def _rounded(facts: FitFacts, coefficients: pd.DataFrame) -> pd.DataFrame:
    level = f"{100 * (1 - facts.alpha):g} %"
    return pd.DataFrame(
        {
            "": coefficients["term"],
            "estimate": coefficients["estimate"].map("{:.4f}".format),
            "SE": coefficients["se"].map("{:.4f}".format),
            "df": coefficients["df"].map("{:.1f}".format),
            "z" if facts.df == "normal" else "t": coefficients["statistic"].map("{:.3f}".format),
            "p": coefficients["p_value"].map(lambda p: "<0.001" if p < 0.001 else f"{p:.3f}"),
            f"{level} low": coefficients["ci_low"].map("{:.4f}".format),
            "high": coefficients["ci_high"].map("{:.4f}".format),
        }
    )
