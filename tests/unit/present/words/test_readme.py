"""The tables of README files are those of the registers."""

import pytest

from retrowalk.analyses import REGISTER
from retrowalk.file_types import READABLE
from retrowalk.present.words import readme

START = "<!-- table of {}, written by make format -->"


@pytest.mark.parametrize(("place", "name"), [*zip(readme.READMES, ("analyses", "file_types"), strict=True)])
def test_a_readme_has_the_table_of_its_register(place, name):
    text = place.read_text(encoding="utf-8")
    assert text == readme.with_tables(text), "run make format"
    assert text.count(START.format(name)) == text.count("<!-- end -->") == 1


@pytest.mark.parametrize(("name", "words"), [("analyses", [*REGISTER]), ("file_types", READABLE)])
def test_a_table_is_renewed_from_the_register_and_the_rest_stays(name, words):
    text = readme.with_tables(f"before\n{START.format(name)}\n| old |\n<!-- end -->\nafter")
    assert text.startswith("before\n")
    assert text.endswith("\nafter")
    assert "old" not in text
    assert [word for word in words if word not in text] == []
