"""Which way is better, in words."""

from retrowalk.plan.trial import Cohort, Outcome


def is_better(outcome: Outcome) -> str:
    """Return "lower is better", "higher is better", or "" where neither is known to be."""
    return "" if outcome.better == "neither" else f"{outcome.better} is better"


def for_whom(cohort: Cohort, label: str) -> str:
    """Return what a difference on one side of zero says for an arm; without randomisation nothing is favoured."""
    return f"{'favours' if cohort.randomised else 'better in'} {label}"


def compared(cohort: Cohort) -> str:
    """Return the label of the one arm that is compared with the control, or the words for any of several."""
    arms = cohort.intervention_arms
    return arms[0].label if len(arms) == 1 else "the arm compared"


def sides(cohort: Cohort) -> tuple[str, str]:
    """Return what the two sides of zero say, where values to the right favour the arm compared."""
    return for_whom(cohort, cohort.control_arm.label), for_whom(cohort, compared(cohort))
