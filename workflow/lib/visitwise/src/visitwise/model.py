"""The specification of a mixed model, and its fit."""

from dataclasses import dataclass

import pandas as pd

from visitwise.design import Design, prepare
from visitwise.errors import SpecificationError
from visitwise.fit import MixedFit, single_fit
from visitwise.levels import visit_times
from visitwise.precision import INFORMATION
from visitwise.solved import DF, SolvedTrials, solve_trials
from visitwise.specification import Specification
from visitwise.structures import STRUCTURES


@dataclass(frozen=True)
class MixedModel(Specification):
    """A Gaussian model for repeated measurements, fitted by restricted maximum likelihood (REML).

    The covariance of a participant's visits is modelled itself, as in a mixed model for repeated measures (MMRM).

    Parameters
    ----------
    formula
        The fixed effects, "response ~ terms", as in R. The visit enters as a category.
    participant, visit
        Columns that say whose value a row is, and at which visit. Rows need not be sorted, visits may be missed.
    covariance
        The structure of the covariance of a participant's visits (`STRUCTURES`): a name, which is fitted or raises, or a
        sequence of names (`LADDER`), of which the first that can be fitted is used. What was tried is in the result.
    group
        A column, constant within a participant, whose levels each have a covariance matrix of their own; for arms with
        unequal spread.
    times
        The time of each visit by its label, in any unit, for the structures in continuous time (`sp_pow`, `sp_powh`);
        not needed where the labels are numbers.

    Examples
    --------
    >>> model = MixedModel("value ~ baseline * visit + arm * visit", "participant", "visit", "us")  # doctest: +SKIP
    >>> fit = model.fit(data)  # doctest: +SKIP
    >>> fit.contrasts("arm", by="visit", reference="control")  # doctest: +SKIP
    """

    def prepare(self, data: pd.DataFrame, trial: str | None = None) -> Design:
        """Return the design of the model on a table: the part of `fit` that reads the formula.

        Parameters
        ----------
        data
            One row a participant and visit, with the columns of the formula. Rows without a value are left out.
        trial
            A column that says which of many trials a row belongs to (`fit_many`).
        """
        return prepare(data, self.formula, self.participant, self.visit, self.group, trial=trial, times=self.times)

    def fit(
        self,
        data: pd.DataFrame | Design,
        df: str = "kenward-roger",
        *,
        information: str = "observed",
        alpha: float = 0.05,
    ) -> MixedFit:
        """Fit the model.

        Parameters
        ----------
        data
            One row a participant and visit, or what `prepare` made of it.
        df
            Degrees of freedom of tests and intervals: "kenward-roger" (with its adjusted standard errors),
            "satterthwaite", "residual" (values minus coefficients) or "normal" (infinite).
        information
            Of the covariance parameters: "observed", with the second derivatives of the covariance matrix, as SAS; or
            "expected", for comparison with R's pbkrtest.
        alpha
            One minus the confidence level.

        Returns
        -------
        MixedFit

        Raises
        ------
        VisitwiseError
            By a subclass that names what is wrong (`visitwise.errors`): nothing is ever returned from a fit
            that did not converge.

        Notes
        -----
        The modules `criterion`, `precision` and `kenward_roger` state the formulas and their sources. Checked against R's mmrm, lme4 with lmerTest and pbkrtest, and SAS PROC MIXED (docs/checks.md).
        """
        design = data if isinstance(data, Design) else self.prepare(data)
        if len(design.trials) > 1:
            raise SpecificationError(
                f"the design holds {len(design.trials)} trials: `fit` fits one, `fit_many` all of them"
            )
        return single_fit(self, solve_checked(self, design, df, information, alpha), alpha)


def solve_checked(model: Specification, design: Design, df: str, information: str, alpha: float) -> SolvedTrials:
    """Return the fits of every trial of a design, after checking that it is the model's and that the options exist.

    Raises
    ------
    SpecificationError
        A design that another model prepared, or an unknown option.
    """
    for name in ("formula", "participant", "visit", "group"):
        if getattr(design, name) != getattr(model, name):
            made, wanted = getattr(design, name), getattr(model, name)
            raise SpecificationError(
                f"the design was prepared by another model: its {name} is {made!r}, not {wanted!r}"
            )
    for name, given, allowed in (("df", df, DF), ("information", information, INFORMATION)):
        if not isinstance(given, str) or given not in allowed:
            raise SpecificationError(f"{name} may be {', '.join(allowed)}, not {given!r}")
    timed = [name for name in model.ladder if STRUCTURES[name].correlation == "time"]
    if timed and design.times is None:
        raise SpecificationError(
            f"{timed[0]} needs the time of each visit, and the labels ({', '.join(map(str, design.visits))}) are not "
            "numbers: give times={visit: week, ...}"
        )
    if visit_times(design.visits, model.times) != design.times:
        raise SpecificationError("the design was prepared by another model: its times are not those of this one")
    if not isinstance(alpha, float) or not 0 < alpha < 1:
        raise SpecificationError(f"alpha is one minus the confidence level, between 0 and 1, not {alpha!r}")
    return solve_trials(design, model.ladder, df, information)
