"""The statistical methods of a manuscript: what the plan says, and what was run."""

from typing import Any

from retrowalk.estimates import rows_of
from retrowalk.plan.settings import Analysis
from retrowalk.present.figures.register import drawn_with
from retrowalk.present.manuscript.content import reference_number
from retrowalk.present.manuscript.references import OF_SOFTWARE, PHRASES
from retrowalk.present.record.results import CohortResults
from retrowalk.present.tables.missing import lacking
from retrowalk.present.tables.rows import main_comparisons
from retrowalk.present.words.cited import in_file, plain, planned
from retrowalk.present.words.facts import method
from retrowalk.present.words.methods import methods_paragraphs
from retrowalk.present.words.phrases import listing, sentence, sentence_case, series

PROVENANCE = "provenance.json"
#: Names of the programs of the run as their makers write them, in the order in which the text has them.
_PACKAGES = {
    "pandas": "pandas",
    "numpy": "NumPy",
    "scipy": "SciPy",
    "statsmodels": "statsmodels",
    "pingouin": "pingouin",
}
_DRAWING = {"seaborn": "seaborn", "matplotlib": "Matplotlib"}
NOT_FROZEN = (
    "The analysis plan was not frozen, so there is no record of whether it was written before the data were seen."
)
AS_FROZEN = (
    "The analysis followed the frozen plan (config/frozen/) [authors: give the date of freezing and state whether anyone had seen "
    "the outcome data before that date]."
)
DEPARTS = "The analysis deviated from the frozen plan. The deviations are listed in deviations.csv [authors: give the reasons]."


def methods_text(
    reported: list[CohortResults], analysis: Analysis, record: dict[str, Any], *, departs: bool, pooled: bool
) -> list[str]:
    """Return the paragraphs of the statistical methods, with the numbers of their references.

    Parameters
    ----------
    reported
        The cohorts with their results.
    analysis
        What the plan says of all of them.
    record
        provenance.json: the versions of the programs, and whether a plan was frozen.
    departs
        Whether the plan as it was run departs from the frozen one.
    pooled
        Whether any studies were pooled.
    """
    cohorts = [each.cohort for each in reported]
    frozen = record["plan"]["frozen_sha256"]
    kept = NOT_FROZEN if frozen is None else DEPARTS if departs else AS_FROZEN
    text = methods_paragraphs(cohorts, analysis, pooled=pooled)
    return _with_references(
        [*text, *_what_was_fitted(reported), _what_was_missing(reported), _software(analysis, record), kept]
    )


def _what_was_fitted(reported: list[CohortResults]) -> list[str]:
    """Say by which model the main comparison of each outcome was made, from the rows themselves."""
    sentences = []
    for each in reported:
        if not each.cohort.intervention_arms:
            continue
        outcomes: dict[str, list[str]] = {}
        words: dict[str, str] = {}
        main = main_comparisons(each.estimates, each.cohort)
        for row in rows_of(main):
            label = sentence_case(each.cohort.outcome(row.outcome).label)
            words.setdefault(row.method, method(row, each.cohort))
            names = outcomes.setdefault(row.method, [])
            if label not in names:
                names.append(label)
        parts = [
            f"{listing(names)} {'was' if len(names) == 1 else 'were'} analysed by {words[cell]}"
            if cell
            else f"{listing(names)} could not be compared"
            for cell, names in outcomes.items()
        ]
        of_cohort = f"in {each.cohort.name}, " if len(reported) > 1 else ""
        text = "; ".join(parts)
        first = each.cohort.outcome(main.iloc[0]["outcome"]).label  # as the plan has it: a label is never altered
        sentences.append(sentence(f"{of_cohort}{text}") if of_cohort else f"{first[:1]}{text[1:]}.")
    if not sentences:
        return []
    return ["The main comparisons were made with the following models. " + " ".join(sentences)]


def _what_was_missing(reported: list[CohortResults]) -> str:
    several, complete, parts, sentences = len(reported) > 1, [], [], []
    for each in reported:
        outcomes = [sentence_case(outcome.label) for outcome in lacking(each.descriptives, each.cohort)]
        if outcomes:
            parts.append(f"in {each.cohort.name} for {listing(outcomes)}" if several else f"for {listing(outcomes)}")
        else:
            complete.append(each.cohort.name)
    if parts:
        sentences.append(f"Planned values were missing {series(parts, ';')}.")
    if complete:
        sentences.append(f"No planned values were missing{f' in {listing(complete)}' if several else ''}.")
    return " ".join(
        [*sentences, "Numbers and reasons are given in the tables of missing data, which are separate files."]
    )


def _software(analysis: Analysis, record: dict[str, Any]) -> str:
    versions = record["software"]

    def named(names: dict[str, str]) -> str:
        return listing(
            [
                f"{label} {in_file(versions[name], PROVENANCE, 'software', name)} {reference_number(OF_SOFTWARE[name])}"
                for name, label in names.items()
                if name in versions
            ]
        )

    retrowalk = in_file(versions["retrowalk"], PROVENANCE, "software", "retrowalk")
    seed = planned(str(analysis.seed), "analysis", "seed")
    return (
        f"Analyses were performed with retrowalk {retrowalk}, a workflow in {named({'snakemake': 'Snakemake'})}, with {named(_PACKAGES)}; "
        f"figures were drawn with {named({name: _DRAWING[name] for name in drawn_with()})}. Mixed models were fitted with "
        f"visitwise, which is part of retrowalk. The random seed was {seed}. Checksums of the data files are in provenance.json."
    )


def _with_references(paragraphs: list[str]) -> list[str]:
    """Put the number of a reference behind the first words it stands behind; each reference once."""
    left = dict(PHRASES)
    done = []
    for text in paragraphs:
        for phrase in [phrase for phrase in left if phrase in plain(text)]:
            place = text.find(phrase)
            if place < 0:
                continue
            end = place + len(phrase)
            marks = "".join(f" {reference_number(name)}" for name in left.pop(phrase))
            text = f"{text[:end]}{marks}{text[end:]}"
        done.append(text)
    return done
