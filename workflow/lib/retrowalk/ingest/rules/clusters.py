"""Therapists, centres and groups that the file names and the comparison of the arms knows nothing of."""

import re
from collections.abc import Iterator

from retrowalk.ingest.arrange import columns_used, people_columns_used
from retrowalk.ingest.problems import WARNING, Problem, cohort_file, fault
from retrowalk.ingest.raw import Raw
from retrowalk.plan.trial import Cohort

#: Words for those who treat and for where they do. Who only measures (assessor, rater) treats nobody.
CLUSTERS = {
    *(
        "therapist",
        "physiotherapist",
        "physio",
        "clinician",
        "practitioner",
        "acupuncturist",
        "osteopath",
        "chiropractor",
    ),
    *("physician", "doctor", "gp", "trainer", "instructor", "coach", "investigator", "therapeut", "physiotherapeut"),
    *("centre", "center", "site", "clinic", "ward", "practice", "hospital", "zentrum", "klinik", "praxis"),
}
#: Words that only together name those who were treated as one: the group of a session, the class that people attended.
TOGETHER = (
    {"group", "session"},
    {"group", "class"},
    {"exercise", "class"},
    {"class", "session"},
)
#: What may stand beside them. Any other word makes another thing of it: pain site, home practice, NYHA class.
BESIDE = {
    *("id", "no", "nr", "num", "number", "code", "name", "nam", "study", "trial", "treating", "treatment", "the", "of"),
    *("recruiting", "recruitment", "main", "lead", "responsible"),
}
#: Fewer participants than this for a cluster, on average, and there is hardly anything that they could share.
FEWEST_IN_CLUSTER = 2


def clusters(raw: Raw, cohort: Cohort) -> Iterator[Problem]:
    """Warn of columns that say by whom or where participants were treated and that nothing is adjusted for."""
    intake = cohort.intake
    tables = [(raw.people, intake.people_table)]
    tables += [] if raw.people is raw.cells else [(raw.cells, intake.table)]
    used = (columns_used(intake) | people_columns_used(intake)).keys() - _not_adjusted_for(cohort)
    for table, source in tables:
        for column in table:
            if column in used or not names_clusters(column):
                continue
            of = table.loc[(table[column] != "") & (table[raw.participant] != ""), [raw.participant, column]]
            of = of.drop_duplicates(raw.participant)[column]
            count = of.nunique()
            if count >= 2 and len(of) >= FEWEST_IN_CLUSTER * count:
                yield fault(
                    cohort,
                    "clustering",
                    f"{len(of)} participants belong to {count} clusters, which the comparison of the arms does not account for",
                    "Participants who share a therapist or a site may be alike; the intervals are then too narrow. Add the "
                    f'column to "covariates" and to "strata" or "adjust_for" in {cohort_file(cohort)}, or report this '
                    "as a limitation.",
                    table=source,
                    column=column,
                    severity=WARNING,
                )


def names_clusters(column: str) -> bool:
    """Whether the name of a column says that it holds therapists, centres or groups that were treated together."""
    words = {_bare(word) for word in re.findall(r"[A-Z]?[a-zäöü]+|[A-Z]+(?![a-zäöü])", column)}
    if any(pair <= words and words - pair <= BESIDE for pair in TOGETHER):
        return True
    return bool(words & CLUSTERS) and words <= CLUSTERS | BESIDE


def _bare(word: str) -> str:
    """Return a word in small letters, without what is written together with it: SITEID, therapists."""
    word = word.casefold()
    return next((stem for end in ("s", "id", "no", "nr", "name") if (stem := word.removesuffix(end)) in CLUSTERS), word)


def _not_adjusted_for(cohort: Cohort) -> set[str]:
    covariates = cohort.intake.covariates.items()
    return {covariate.column for name, covariate in covariates if name not in cohort.adjusted_for}
