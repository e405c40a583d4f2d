"""How far the mixed models are from R's values, by quantity: what test_reference.py judges.

`python -m visitwise_tests.differences`, run in the folder above, prints the tables of docs/checks.md.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from visitwise import MixedFit, MixedModel, constrained

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
#: Columns of R's tables of estimates with limits.
LIMITS = ["estimate", "se", "df", "lower", "upper"]
#: Largest difference allowed: of the criterion absolute, of the rest relative.
TOLERANCES = {
    "criterion": 1e-6,
    "covariance": 1e-5,
    "estimate": 1e-5,
    "se": 1e-5,
    "df": 1e-4,
    "lower": 1e-5,
    "upper": 1e-5,
    "p": 1e-4,
}


def trial(name: str) -> pd.DataFrame:
    """Return a simulated trial, one row a participant and visit."""
    return pd.read_csv(REFERENCE / "trials" / f"{name}.csv")


def compare(ours: pd.DataFrame, theirs: pd.DataFrame, on: list[str]) -> dict[str, float]:
    """Return the largest difference of each number that both tables have; every row must have its partner."""
    renamed = {"ci_low": "lower", "ci_high": "upper", "p_value": "p"}
    both = theirs.merge(ours.rename(columns=renamed), on=on, suffixes=("_r", ""), validate="one_to_one")
    assert len(both) == len(theirs) == len(ours)
    differences = {}
    for name in ("estimate", "se", "df", "p", "lower", "upper"):
        if f"{name}_r" in both and both[f"{name}_r"].notna().all():
            differences[name] = float(abs(both[name] / both[f"{name}_r"] - 1).max())
    return differences


def criterion(fit: MixedFit, rows: pd.DataFrame) -> dict[str, float]:
    """Return the difference of -2 restricted log-likelihood."""
    (value,) = rows.loc[rows["term"] == "minus2_restricted_loglik", "estimate"]
    return {"criterion": abs(fit.criterion - value)}


def r_names(terms: pd.Series) -> pd.Series:
    """Return our names of coefficients as R writes them."""
    return terms.str.replace(r"\[T\.([^\]]+)\]", r"\1", regex=True).replace({"Intercept": "(Intercept)"})


@cache
def mmrm() -> pd.DataFrame:
    """Return the differences from R's mmrm: one row a trial, structure, method and quantity."""
    reference = pd.read_csv(REFERENCE / "mmrm.csv")
    methods = {"Satterthwaite": "satterthwaite", "Kenward-Roger-Linear": "kenward-roger"}
    found = []
    for (name, structure), rows in reference.groupby(["trial", "covariance"], sort=False):
        data = trial(name)
        data = data[data["visit"] != "V0"]
        for method, df in methods.items():
            theirs = rows[rows["method"] == method]
            fit = MixedModel("value ~ baseline * visit + arm * visit", covariance=structure).fit(data, df)
            found.append((name, structure, method, "criterion", criterion(fit, theirs)))
            ours = fit.coefficients.assign(term=r_names(fit.coefficients["term"]))
            of = {kind: theirs[theirs["kind"] == kind] for kind in theirs["kind"].unique()}
            terms = of["coefficient"].assign(term=[_ordered(term, ours["term"]) for term in of["coefficient"]["term"]])
            found.append(
                (name, structure, method, "coefficient", compare(ours, terms.drop(columns=["arm", "visit"]), ["term"]))
            )
            means = fit.marginal_means("arm", by="visit").astype({"visit": str})
            found.append(
                (name, structure, method, "marginal mean", compare(means, of["marginal_mean"], ["arm", "visit"]))
            )
            contrasts = fit.contrasts("arm", by="visit", reference="control").astype({"visit": str})
            theirs = of["contrast"].assign(arm=of["contrast"]["arm"].str.split(" - ").str[0])
            found.append((name, structure, method, "contrast", compare(contrasts, theirs, ["arm", "visit"])))
            if "covariance" in of:
                values = of["covariance"].set_index("term")["estimate"]
                apart = max(
                    abs(fit.covariance.loc[a, b] - values[f"{a}:{b}"]) / values.abs().max()
                    for a in fit.covariance.index
                    for b in fit.covariance.columns
                )
                found.append((name, structure, method, "covariance", {"covariance": apart}))
    return _table(found)


def clda() -> pd.DataFrame:
    """Return the differences from R's mmrm of the constrained longitudinal model."""
    reference = pd.read_csv(REFERENCE / "clda.csv")
    methods = {"Satterthwaite": "satterthwaite", "Kenward-Roger-Linear": "kenward-roger"}
    found = []
    for (name, structure, method), rows in reference.groupby(["trial", "covariance", "method"], sort=False):
        terms = constrained(trial(name), control="control", baseline="V0")
        fit = MixedModel(terms.formula, covariance=structure).fit(terms.data, methods[method])
        found.append((name, structure, method, "criterion", criterion(fit, rows)))
        ours = fit.coefficients.assign(term=r_names(fit.coefficients["term"]))
        theirs = rows[rows["term"] != "minus2_restricted_loglik"]
        found.append((name, structure, method, "coefficient", compare(ours, theirs, ["term"])))
    return _table(found)


def random_intercept() -> pd.DataFrame:
    """Return the differences from R's lme4 with lmerTest and pbkrtest (which uses the expected information)."""
    reference = pd.read_csv(REFERENCE / "random_intercept.csv")
    methods = {"Satterthwaite": ("satterthwaite", "observed"), "Kenward-Roger": ("kenward-roger", "expected")}
    found = []
    for (name, method), rows in reference[reference["method"].isin(methods)].groupby(["trial", "method"], sort=False):
        df, information = methods[method]
        model = MixedModel("value ~ arm * visit", covariance="random_intercept")
        fit = model.fit(trial(name), df, information=information)
        found.append((name, "random_intercept", method, "criterion", criterion(fit, rows)))
        ours = fit.coefficients.assign(term=r_names(fit.coefficients["term"]))
        theirs = rows[rows["kind"] == "coefficient"]
        found.append((name, "random_intercept", method, "coefficient", compare(ours, theirs, ["term"])))
        contrasts = fit.contrasts("arm", by="visit", reference="control")
        contrasts["term"] = contrasts["arm"] + " - control " + contrasts["visit"].astype(str)
        theirs = rows[rows["kind"] == "contrast"]
        found.append((name, "random_intercept", method, "contrast", compare(contrasts, theirs, ["term"])))
        between, within = (rows.loc[rows["term"] == term, "estimate"].iloc[0] for term in ("participant", "Residual"))
        matrix = fit.covariance.to_numpy()
        apart = {"covariance": max(abs(matrix[0, 1] / between - 1), abs(matrix[0, 0] / (between + within) - 1))}
        found.append((name, "random_intercept", method, "covariance", apart))
    return _table(found)


@cache
def continuous_time() -> pd.DataFrame:
    """Return the differences from R's nlme (corCAR1) of the covariances in continuous time."""
    reference = pd.read_csv(REFERENCE / "sp_pow.csv")
    data = pd.read_csv(REFERENCE / "weeks.csv")
    data = data[data["visit"] != "V0"]
    weeks = dict(zip(data["visit"], data["week"], strict=True))
    found = []
    for structure, rows in reference.groupby("covariance", sort=False):
        model = MixedModel("value ~ baseline * visit + arm * visit", covariance=structure, times=weeks)
        fit = model.fit(data, "satterthwaite")
        of = dict(list(rows.groupby("kind")))
        about = ("weeks", structure, "gls")
        found.append((*about, "criterion", criterion(fit, rows)))
        ours = fit.coefficients.assign(term=r_names(fit.coefficients["term"]))
        theirs = of["coefficient"].assign(term=[_ordered(term, ours["term"]) for term in of["coefficient"]["term"]])
        found.append((*about, "coefficient", compare(_numbers(ours), _numbers(theirs), ["term"])))
        contrasts = fit.contrasts("arm", by="visit", reference="control").astype({"visit": str})
        keys = ["arm", "visit"]
        found.append((*about, "contrast", compare(_numbers(contrasts, keys), _numbers(of["contrast"], keys), keys)))
        theirs = of["covariance"].set_index(["term", "visit"])["estimate"]
        sd = np.sqrt(np.diag(fit.covariance)) / theirs["sd"].to_numpy()
        correlation = fit.covariance_parameters["estimate"].iloc[-1] / theirs["correlation"].iloc[0]
        apart = float(max(abs(sd - 1).max(), abs(correlation - 1)))
        found.append((*about, "covariance", {"covariance": apart}))
    return _table(found)


@cache
def emmeans() -> pd.DataFrame:
    """Return the differences from R's emmeans: means and pairs at covariate values, corrections, interval levels."""
    reference = pd.read_csv(REFERENCE / "emmeans.csv")
    data = trial("wob_3arm")
    model = MixedModel("value ~ baseline * arm + arm * visit", covariance="random_intercept")
    fit = model.fit(data[data["visit"] != "V0"], "satterthwaite")
    about, found = ("wob_3arm", "random_intercept"), []
    for baseline, rows in reference[reference["kind"] != "coefficient"].groupby("baseline", dropna=False):
        at = None if np.isnan(baseline) else {"baseline": baseline}
        means = fit.marginal_means("arm", by="visit", at=at).astype({"visit": str})
        theirs = rows[rows["kind"] == "mean"][["arm", "visit", *LIMITS]]
        found.append((*about, "emmeans", "marginal mean", compare(means, theirs, ["arm", "visit"])))
        for adjust, pairs in rows[rows["kind"] == "pair"].groupby("adjust"):
            ours = fit.pairwise("arm", by="visit", adjust=adjust, at=at).astype({"visit": str})
            ours["p_value"] = ours.get("p_adjusted", ours["p_value"])
            keys = ["arm", "reference_arm", "visit"]
            found.append((*about, adjust, "pair", compare(ours, pairs[[*keys, *LIMITS, "p"]], keys)))
    for level, rows in reference[reference["kind"] == "coefficient"].groupby("level"):
        ours = fit.confint(level=level)
        ours["term"] = r_names(ours["term"])
        theirs = rows.assign(term=[_ordered(term, ours["term"]) for term in rows["arm"]])
        theirs = theirs[["term", "estimate", "lower", "upper"]]
        found.append((*about, f"level {level}", "coefficient", compare(ours, theirs, ["term"])))
    return _table(found)


def _numbers(table: pd.DataFrame, keys: Sequence[str] = ("term",)) -> pd.DataFrame:
    return table[[*keys, "estimate", "se"]]


def _ordered(term: str, known: pd.Series) -> str:
    """Return a term with its parts in the order in which our name has them."""
    turned = ":".join(reversed(term.split(":")))
    return turned if turned in set(known) else term


def _table(found: list[tuple]) -> pd.DataFrame:
    rows = [(*labels, number, value) for *labels, differences in found for number, value in differences.items()]
    return pd.DataFrame(rows, columns=["trial", "covariance", "method", "quantity", "number", "difference"])


def largest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the largest difference of each quantity, a column a number."""
    return table.pivot_table("difference", "quantity", "number", aggfunc="max", sort=False)


def rounded_up(value: float) -> str:
    """Return a difference with one digit, never smaller than it is."""
    if np.isnan(value):
        return ""
    exponent = int(np.floor(np.log10(value)))
    return f"{np.ceil(value / 10.0**exponent) * 10.0**exponent:.0e}"


if __name__ == "__main__":
    tables = {
        "mmrm.csv": mmrm(),
        "clda.csv": clda(),
        "random_intercept.csv": random_intercept(),
        "sp_pow.csv": continuous_time(),
        "emmeans.csv": emmeans(),
    }
    for title, table in tables.items():
        shown = largest(table).map(rounded_up)
        print(f"\n{title}\n\n| | {' | '.join(shown.columns)} |\n|{'---|' * (len(shown.columns) + 1)}")
        for quantity, row in shown.iterrows():
            print(f"| {quantity} | {' | '.join(row)} |")
