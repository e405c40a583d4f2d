"""The arms in a figure: their order and their looks."""

from typing import Any

from retrowalk.plan.trial import Arm, Cohort
from retrowalk.present.figures.style import CONTROL_LOOK, arm_look


def arms_in_order(cohort: Cohort) -> list[Arm]:
    """Return the control arm, then the others in the order of the plan."""
    return [cohort.control_arm, *cohort.intervention_arms]


def looks(cohort: Cohort) -> dict[str, dict[str, Any]]:
    """Return colour, marker and line of each arm by its name; a single group does not look like a control."""
    of_arm = {cohort.control: CONTROL_LOOK if cohort.intervention_arms else arm_look(0)}
    return of_arm | {arm.name: arm_look(place) for place, arm in enumerate(cohort.intervention_arms)}
