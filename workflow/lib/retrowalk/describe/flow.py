"""Who was there at each visit, who left and why."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrowalk.facts import fact
from retrowalk.plan.trial import Cohort


def flow_rows(participants: pd.DataFrame, measurements: pd.DataFrame, cohort: Cohort) -> Iterator[dict[str, Any]]:
    """Yield counts of participants by arm.

    Terms: `randomised` (or `enrolled`) at baseline; at every visit `with_data`, those with a value of any outcome, and
    `withdrawn`, those for whom it was the last visit, with the reasons in the caveats ("" where none was given).
    """
    for arm in cohort.arms:
        people = participants[participants["arm"] == arm.name]
        values = measurements[measurements["participant"].isin(people["participant"])]
        common = {
            "analysis": "flow",
            "arm": arm.name,
            "unit": "participants",
            "n": len(people),
            "method": fact("count"),
        }
        start = "randomised" if cohort.randomised else "enrolled"
        yield {**common, "visit": cohort.baseline.name, "term": start, "estimate": len(people)}
        for visit in cohort.visits:
            with_data = values.loc[values["visit"] == visit.name, "participant"].nunique()
            yield {**common, "visit": visit.name, "term": "with_data", "estimate": with_data}
            left = people[people["withdrawn_after"] == visit.name]
            if len(left):
                reasons = left["withdrawal_reason"].value_counts().sort_index()
                caveats = [fact("withdrawal_reasons", reasons=list(reasons.items()))]
                yield {**common, "visit": visit.name, "term": "withdrawn", "estimate": len(left), "caveats": caveats}
