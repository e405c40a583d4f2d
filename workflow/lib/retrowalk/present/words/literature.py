"""What a reader must know of pooled results of published trials."""

import pandas as pd

from retrowalk import facts

NOT_SYSTEMATIC = (
    "This is not a systematic review. Published results were taken from abstracts. The literature was not searched systematically, "
    "and risk of bias was not assessed."
)
NOT_SIGNIFICANT = (
    "Results reported only as not significant could not be pooled, so the pooled effects may be too favourable."
)


def limits_of_literature(effects: pd.DataFrame) -> str:
    """Say what limits the pooled effects of a set of studies; "" where none of its results is from an article.

    Parameters
    ----------
    effects
        Estimate records of effect sizes, those without numbers with their reasons.
    """
    published = effects[effects["analysis"] == "published"]
    if published.empty:
        return ""
    reasons = {facts.read(cell).code for cell in published["reason"] if cell}
    return f"{NOT_SYSTEMATIC} {NOT_SIGNIFICANT}" if "not_significant" in reasons else NOT_SYSTEMATIC
