import pandas as pd
import pytest

from retrowalk import estimates
from retrowalk.facts import fact
from retrowalk.present.words import cited
from retrowalk.vocabulary import ESTIMATE_KEY


@pytest.fixture
def row(tmp_path):
    table = estimates.tabulate(
        [
            {
                "cohort": "a",
                "outcome": "pain",
                "analysis": "ancova",
                "role": "primary",
                "arm": "backward",
                "reference_arm": "usual",
                "visit": "week_4",
                "term": "difference",
                "estimate": -1.8449,
                "ci_low": -2.9,
                "ci_high": -0.04,
                "p_value": 0.0004,
                "method": fact("ancova", covariates=[]),
            }
        ]
    )
    path = tmp_path / "results" / "cohorts" / "a" / "estimates.csv"
    path.parent.mkdir(parents=True)
    estimates.write(table, path)
    return next(cited.read_results(path).itertuples())


def test_a_number_knows_its_cell_and_reads_like_a_number(row):
    text = f"The difference was {cited.estimate_with_interval(row, 1)} cm ({cited.p_phrase(row)})."
    assert cited.plain(text) == "The difference was -1.8 (-2.9 to -0.0) cm (p < 0.001).".replace("-0.0)", "0.0)")
    found = [piece for piece in cited.pieces(text) if not isinstance(piece, str)]
    assert [(each.shown, each.column) for each in found] == [
        ("-1.8", "estimate"),
        ("-2.9", "ci_low"),
        ("0.0", "ci_high"),
        ("0.001", "p_value"),
    ]
    assert {each.file for each in found} == {"cohorts/a/estimates.csv"}
    assert {each.key for each in found} == {tuple(getattr(row, name) for name in ESTIMATE_KEY)}
    assert "".join(piece if isinstance(piece, str) else piece.shown for piece in cited.pieces(text)) == cited.plain(
        text
    )


def test_a_row_of_no_file_has_no_source(row):
    assert cited.number(row._replace(file=""), "estimate", 1) == "-1.8"
    nothing = pd.Series({"estimate": float("nan"), "ci_low": float("nan"), "ci_high": float("nan")})
    assert cited.estimate_with_interval(nothing, 1) == "-"


def test_a_number_of_the_plan_has_the_way_to_it():
    (found,) = cited.pieces(cited.planned("1.5", "cohorts", "a", "outcomes", 0, "smallest_worthwhile_effect"))
    assert (found.file, found.column) == ("plan.json", "")
    assert found.key == ("cohorts", "a", "outcomes", "0", "smallest_worthwhile_effect")


@pytest.mark.parametrize(
    "text", ["\ufdd0[1\ufdd1bold\ufdd2", '\ufdd0{"a": 1}\ufdd1bold\ufdd2', "\ufdd2bold\ufdd0", "bo\ufdd1ld"]
)
def test_signs_in_a_text_from_outside_are_dropped(text):
    assert "".join(cited.pieces(text)) == cited.plain(text) == "bold"


def test_a_source_may_hold_the_signs(row):
    text = cited.number(row._replace(term="count:\ufdd0\ufdd1"), "estimate", 1)
    assert next(cited.pieces(text)).key[-1] == "count:\ufdd0\ufdd1"
    assert cited.plain(text) == "-1.8"
