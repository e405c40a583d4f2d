"""The smallest worthwhile effect of an outcome: how figures say and shade it."""

from retrowalk.plan.trial import Outcome
from retrowalk.present.words import numbers

#: The band of differences that are too small to be worth the treatment.
BAND_LOOK = {"facecolor": "#E6E6E6", "edgecolor": "none"}
#: What the band means, before the value.
BAND_MEANS = "below the smallest worthwhile effect"


def worthwhile(outcome: Outcome, space: str = " ") -> str:
    """Return the smallest worthwhile effect that the plan gives, with its source: "9 mm (Smith 2015)".

    `space` stands before the unit: in a figure one at which no line ends.
    """
    value = numbers.with_unit(f"{outcome.smallest_worthwhile_effect:g}", outcome.unit).replace(" ", space, 1)
    return f"{value} ({outcome.source})"
