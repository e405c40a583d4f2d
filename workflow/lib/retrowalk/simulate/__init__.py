"""Simulated trials of a stated design: the bundled synthetic cohorts, calibration and planning.

Nothing made here is evidence: every participant's id starts with SYN. Everything follows from a seed.
"""

from retrowalk.simulate.bundled import make_bundled
from retrowalk.simulate.trial import Dropout, OutcomeDesign, TrialDesign, simulate_trial

__all__ = ["Dropout", "OutcomeDesign", "TrialDesign", "make_bundled", "simulate_trial"]
