"""The manuscript: what stands where."""

from collections.abc import Iterator
from dataclasses import replace

from retrowalk.plan.settings import Analysis
from retrowalk.plan.trial import Cohort
from retrowalk.present.manuscript.checklist import NAME as CHECKLIST
from retrowalk.present.manuscript.checklist import Reported, checklist_table, for_authors
from retrowalk.present.manuscript.content import (
    Heading,
    Manuscript,
    Paragraph,
    Part,
    TablePart,
    numbered,
    reference_number,
    table_number,
)
from retrowalk.present.manuscript.legends import cohort_figures, set_figures
from retrowalk.present.manuscript.methods import methods_text
from retrowalk.present.manuscript.references import as_text
from retrowalk.present.manuscript.results import (
    outcome_paragraph,
    per_protocol_sentences,
    responder_sentences,
    sensitivity_sentences,
    starts,
    threshold_texts,
    withdrawals,
)
from retrowalk.present.manuscript.sources import fixed_words, texts_of_plan, with_sources
from retrowalk.present.record.results import CohortResults, Run
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.tables.study_sets import StudySet, study_sets
from retrowalk.present.tables.table import Table
from retrowalk.present.words.cited import Cited
from retrowalk.present.words.literature import limits_of_literature
from retrowalk.present.words.numbers import labelled
from retrowalk.present.words.phrases import caution, listing
from retrowalk.present.words.safety import safety_sentences
from retrowalk.present.words.sentences import citation_sentence, design_sentence, flow_sentences, pooled_sentences
from retrowalk.present.words.warnings import refused_sentences, warnings_sentence
from retrowalk.vocabulary import DOMAINS, SYNTHETIC, SYNTHETIC_NOTE

#: The tables that a paper prints, in its order; the others of a cohort stay files.
PRINTED = ("baseline", "results", "responders", "adverse_events", "adherence")
HOW_TO_USE = (
    "The workflow generated this text from the analysis plan and the results of the run. Copy what your paper needs. The tables "
    "are editable Word tables; each figure is available as a print-quality file in the folder of its cohort.",
    "Each number in the sentences has a row in numbers.csv with the file, row and column that it comes from and its unrounded "
    "value. If a number changes, regenerate the text; do not edit numbers by hand.",
    'The sentences report estimates and their uncertainty. Their interpretation, and the items under "To be completed by the '
    'authors", are left to you.',
)
ETHICS = "ethics committee approval and informed consent of the participants"


def manuscript(run: Run, analysis: Analysis) -> Manuscript:
    """Return the manuscript of a run, every number of its sentences with its source."""
    cohorts = [each.cohort for each in run.cohorts]
    mark = _mark(cohorts)
    names = [*(cohort.name for cohort in cohorts), *run.refused]
    everything = [*fixed_words(), *(text for name in names for text in texts_of_plan(run.plan, name))]
    parts = [
        Heading("How to use this text", 1),
        *(Paragraph(text) for text in refused_sentences(run.refused, "this text")),
        *_how_to_use(cohorts),
        Heading("Statistical methods", 1),
        *map(Paragraph, methods_text(run.cohorts, analysis, run.record, departs=run.departs, pooled=run.pools)),
    ]
    parts = [_sourced(part, everything) for part in parts]
    for each in run.cohorts:
        known = [*fixed_words(), *texts_of_plan(run.plan, each.cohort.name), *threshold_texts(each)]
        parts += [_sourced(part, known) for part in _cohort_parts(each, analysis)]
    for study_set in study_sets(run.effects, run.pooled, cohorts) if run.pools else ():
        parts += [_sourced(part, everything) for part in _set_parts(study_set, run, analysis)]
    parts += [_sourced(part, everything) for part in _end(Reported(cohorts, run.freeze), _uncited(run))]
    done = numbered(with_sources(_title(cohorts), everything), mark, parts)
    references = [
        Paragraph(f"{place}. {as_text(item)}", "reference") for place, item in enumerate(done.references, start=1)
    ]
    return Manuscript(done.title, done.mark, (*done.parts, Heading("References", 1), *references), done.references)


def _mark(cohorts: list[Cohort]) -> str:
    simulated = [cohort.name for cohort in cohorts if cohort.synthetic]
    if len(simulated) == len(cohorts):
        return SYNTHETIC_NOTE
    return f"{SYNTHETIC_NOTE}: {listing(simulated)}" if simulated else ""


def _title(cohorts: list[Cohort]) -> str:
    names = cohorts[0].publication.title if len(cohorts) == 1 else listing([cohort.name for cohort in cohorts])
    mark = _mark(cohorts)
    return f"{f'{mark}. ' if mark else ''}Methods and results for a manuscript: {names}"


def _sourced(part: Part, known: list[Cited]) -> Part:
    match part:
        case Heading():
            return Heading(with_sources(part.text, known), part.level)
        case Paragraph():
            return Paragraph(with_sources(part.text, known), part.kind)
        case TablePart():
            notes = tuple(with_sources(note, known) for note in part.table.notes)
            frame = part.table.frame.map(lambda cell: with_sources(cell, known))
            return TablePart(
                replace(part.table, frame=frame, notes=notes), part.file, with_sources(part.caption, known)
            )
    return part


def _how_to_use(cohorts: list[Cohort]) -> Iterator[Part]:
    simulated = [cohort.name for cohort in cohorts if cohort.synthetic]
    if simulated:
        yield Paragraph(
            f"{SYNTHETIC}: the participants{_of(simulated, cohorts)} are simulated. Statements about them illustrate the "
            "format of the text. They are not evidence and must not be reported as results."
        )
    yield from map(Paragraph, HOW_TO_USE)


def _of(names: list[str], cohorts: list[Cohort]) -> str:
    """Return " of a and b" of cohorts; the only cohort of a manuscript needs no name."""
    return f" of {listing(names)}" if len(cohorts) > 1 else ""


def _cohort_parts(reported: CohortResults, analysis: Analysis) -> Iterator[Part]:
    cohort = reported.cohort
    place = f"cohorts/{cohort.name}/tables"
    tables = {table.name: table for table in cohort_tables(reported.descriptives, reported.estimates, cohort, analysis)}
    yield Heading(_headed(cohort.publication.title, cohort.mark), 1)
    yield Paragraph(" ".join([citation_sentence(cohort), design_sentence(cohort), caution(cohort)]).strip())
    yield Heading(_headed("Participants", cohort.mark), 2)
    texts = [starts_flow(reported), withdrawals(reported)]
    if cohort.intervention_arms:
        texts.append(
            f"Baseline characteristics are given in {table_number(f'{place}/baseline')}; differences between arms at baseline were "
            "not tested."
        )
    yield Paragraph(" ".join(filter(None, texts)))
    if warned := warnings_sentence(reported.problems):
        yield Paragraph(starts(cohort, f"{warned[:1].lower()}{warned[1:]}"))
    for outcome in (cohort.primary_outcome, *(each for each in cohort.outcomes if not each.primary)):
        kind = "Primary outcome" if outcome.primary else "Outcome"
        yield Heading(_headed(f"{kind}: {labelled(outcome.label, outcome.unit)}", cohort.mark), 2)
        yield Paragraph(outcome_paragraph(reported, outcome, analysis))
    for heading, sentences in (
        ("Responders", responder_sentences(reported, analysis)),
        ("Per-protocol analysis", per_protocol_sentences(reported, analysis)),
        ("Sensitivity analyses", sensitivity_sentences(reported)),
        ("Adverse events and attendance", iter(safety_sentences(reported.descriptives, cohort))),
    ):
        text = " ".join(sentences)
        if text:
            yield Heading(_headed(heading, cohort.mark), 2)
            yield Paragraph(text)
    yield Heading(_headed("Tables", cohort.mark), 2)
    yield from (_table(tables[name], f"{place}/{name}") for name in PRINTED if name in tables)
    rest = [name for name in tables if name not in PRINTED]
    if rest:
        yield Paragraph(
            f"Further tables are available as files in {place}/: {listing([name.replace('_', ' ') for name in rest])}."
        )
    figures = list(cohort_figures(reported, analysis))
    if figures:
        yield Heading(_headed("Figures", cohort.mark), 2)
        yield from figures


def starts_flow(reported: CohortResults) -> str:
    """Return the sentences on participants; of simulated people they say so."""
    text = flow_sentences(reported.descriptives, reported.cohort)
    return starts(reported.cohort, text[:1].lower() + text[1:])


def _headed(text: str, mark: str) -> str:
    return f"{SYNTHETIC}. {text}" if mark else text


def _table(table: Table, file: str) -> TablePart:
    return TablePart(table, file, f"{table_number(file)}. {table.title}")


def _set_parts(study_set: StudySet, run: Run, analysis: Analysis) -> Iterator[Part]:
    yield Heading(_headed(f"Pooled results: {study_set.title}", study_set.mark), 1)
    sentences = pooled_sentences(study_set.pooled, DOMAINS, analysis.alpha)
    simulated = f"In the {SYNTHETIC} data: " if study_set.mark else ""
    yield Paragraph(
        "Hedges g by domain and comparator; positive values favour backward walking."
        if sentences
        else "No domain has two or more studies with the same type of comparator, so no results were pooled."
    )
    if not study_set.mark and (limits := limits_of_literature(study_set.effects)):
        yield Paragraph(limits)
    yield from (Paragraph(f"{simulated}{text}") for text in sentences)
    place = "synthesis/tables"
    yield from (
        _table(table, f"{place}/{table.name}")
        for table in study_set.tables(analysis.alpha)
        if table.name == f"{study_set.name}_pooled"
    )
    yield from set_figures(study_set, run.synthesis_figures, analysis)


def _uncited(run: Run) -> list[str]:
    """Return what the list of references lacks: the published trials that were pooled, and the sources named in the plan."""
    found = run.effects[(run.effects["analysis"] == "published") & run.effects["estimate"].notna()]
    names = list(dict.fromkeys(found["cohort"]))
    of_the_plan = "references for minimal important changes, thresholds and smallest worthwhile effects, whose sources are named in the text"
    if names and run.pools:
        return [f"references for the published trials that were pooled ({listing(names)})", of_the_plan]
    return [of_the_plan]


def _end(reported: Reported, uncited: list[str]) -> Iterator[Part]:
    table = checklist_table(reported)
    if table is not None:
        yield Heading("Reporting checklist", 1)
        yield Paragraph(
            f"The table lists the items of CONSORT 2025 {reference_number('hopewell2025')} and where this text or the report addresses "
            "them. The other items are left to the authors."
        )
        yield _table(table, CHECKLIST)
    yield Heading("Data sharing", 1)
    yield from map(Paragraph, _data_sharing(reported.cohorts))
    yield Heading("To be completed by the authors", 1)
    yield from (Paragraph(text, "item") for text in [ETHICS, *for_authors(reported), *uncited])


def _data_sharing(cohorts: list[Cohort]) -> Iterator[str]:
    real = [cohort.name for cohort in cohorts if not cohort.synthetic]
    simulated = [cohort.name for cohort in cohorts if cohort.synthetic]
    if real:
        yield (
            f"De-identified individual participant data{_of(real, cohorts)}, with a description of every column, [are available at "
            "ADDRESS under LICENCE / are available from the authors on request / cannot be shared because REASON]. (make export "
            "writes the files for sharing. Choose one of the three options and complete it.)"
        )
    if simulated:
        yield f"The data{_of(simulated, cohorts)} are simulated ({SYNTHETIC}): there are no participant data to share."
    yield (
        "The analysis code is the workflow retrowalk. The plan as run, the software versions and the checksums of the data are in "
        "plan.json and provenance.json, which accompany the data. [Give the address of the code.]"
    )
