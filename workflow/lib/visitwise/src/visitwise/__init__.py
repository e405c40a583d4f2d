"""Mixed models for repeated measures that are right for small trials.

A specification, a fit, and views of it:

    model = MixedModel("value ~ baseline * visit + arm * visit", participant="participant", visit="visit", covariance="us")
    fit = model.fit(data, df="kenward-roger")
    fit.contrasts("arm", by="visit", reference="control")

The modules, in the order the data flow:

    specification the model that is asked for; model fits it
    formula, recipe     what a formula says; the columns of its design, read once for all tables alike
    levels, checks      the levels of a column, times of visits; what is refused before anything is fitted
    design        the formula and the table become a design matrix and a reference grid; rank says why one has no solution
    layout        rows become arrays padded to all visits
    structures    covariance matrices and their derivatives, as a table of powers
    criterion     the restricted likelihood, its score and its information
    starts, optimise    Newton's method from several points
    ladder        which structure, and why not another
    precision     Phi, W, P_k, Q_kl and Lambda of Kenward and Roger
    satterthwaite, kenward_roger    degrees of freedom and F tests
    means         weights of marginal means, contrasts and terms
    posterior     draws of coefficients and covariance
    adjust        correction of several comparisons
    solved, facts, fit, many, tables, summary    results
    clda          terms of the constrained longitudinal model
    reasons, errors    what can keep a model from being fitted, as codes and as exceptions
"""

from visitwise.clda import ConstrainedDesign, constrained
from visitwise.design import Design
from visitwise.errors import VisitwiseError
from visitwise.fit import MixedFit
from visitwise.ladder import Attempt
from visitwise.many import ManyFits, fit_many
from visitwise.model import MixedModel
from visitwise.posterior import Posterior
from visitwise.reasons import Reason
from visitwise.solved import DF
from visitwise.structures import LADDER, STRUCTURES

__all__ = [
    "DF",
    "LADDER",
    "STRUCTURES",
    "Attempt",
    "ConstrainedDesign",
    "Design",
    "ManyFits",
    "MixedFit",
    "MixedModel",
    "Posterior",
    "Reason",
    "VisitwiseError",
    "constrained",
    "fit_many",
]
