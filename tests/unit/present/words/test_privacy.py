"""Participants are named in no table and on no page, unless the plan says so."""

from tests.unit.present.conftest import COMPARISON, simulated
from tests.unit.present.tables.test_participants import with_thresholds

from retrowalk.ingest.problems import who
from retrowalk.model import analyse_cohort
from retrowalk.present.tables.cohort import cohort_tables
from retrowalk.present.words.privacy import without_ids


def test_the_words_of_a_fault_lose_the_participant_and_nothing_else():
    fault = f'{who("P 07")} has the same values as {who("P-8")} of "other"'
    assert without_ids(fault) == 'a participant has the same values as a participant of "other"'
    assert without_ids('the arm "P 07" has 3 participants') == 'the arm "P 07" has 3 participants'


def test_an_id_with_quotes_is_hidden_whole():
    named = who('P" has "1')
    assert without_ids(f"{named} has no pain at week 4") == "a participant has no pain at week 4"


def test_tables_name_participants_only_where_the_plan_says_so(cohort_of, described, analysis):
    cohort = with_thresholds(cohort_of(**COMPARISON))
    participants, measurements = simulated(cohort)
    results, _ = analyse_cohort(participants, measurements, cohort, analysis)

    def texts(**asked):
        tables = cohort_tables(described(cohort), results, cohort, analysis, **asked)
        return {cell for table in tables for cell in table.frame.to_numpy().ravel()}

    ids = set(participants["participant"])
    assert not ids & texts()
    assert ids & texts(show_ids=True)
