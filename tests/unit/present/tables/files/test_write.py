"""Tables as files: CSV with every digit, HTML that shows text as text, and every file the same bytes."""

import csv
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from tests.unit.present.hostile import HOSTILE, LONG, everywhere

from retrowalk.files import read_csv
from retrowalk.present.tables.files.html import POLICY, as_html, as_page
from retrowalk.present.tables.files.write import write_table
from retrowalk.present.tables.table import Table


@pytest.fixture
def table() -> Table:
    frame = pd.DataFrame({"Outcome": ["Pain", "Visit 4"], "a <i> & b": ["-1.2 (-2.3 to 3.4)", "x"]})
    source = pd.DataFrame({"estimate": [0.1 + 0.2, 1 / 3]})
    return Table("small", "Small <table>", frame, ("Note with <b> & =1+1.",), source)


class Page(HTMLParser):
    """The elements of a page, in their order: name, attributes, own text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append([tag, dict(attributes), ""])
        if tag != "meta":
            self.open.append(self.elements[-1])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open:
            self.open[-1][2] += data

    def texts(self, *tags: str) -> list[str]:
        return [text for tag, _, text in self.elements if tag in tags]


def test_the_csv_holds_every_digit(table, tmp_path):
    write_table(table, tmp_path)
    assert (tmp_path / "small.csv").read_text() == "estimate\n0.30000000000000004\n0.3333333333333333\n"


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("a","b")', "@SUM(A1)", "--", "+x"])
def test_no_cell_of_the_csv_is_a_formula(text, tmp_path):
    write_table(Table("t", "T", pd.DataFrame({"a": ["b"]}), (), pd.DataFrame({"note": [text]})), tmp_path)
    with (tmp_path / "t.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["note"], ["'" + text]]


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable() or "\n" in text])
def test_the_csv_gives_each_text_back(text, tmp_path):
    write_table(everywhere(text), tmp_path)
    assert read_csv(tmp_path / "hostile.csv", text=("note",))["note"].tolist() == [text]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_text_as_text_wherever_it_stands(text):
    page = Page(as_page(everywhere(text)).replace("\u200e", "").replace("\u00a0", " "))
    shown = HOSTILE[text]
    assert page.texts("title", "strong") == [shown] * 2
    assert page.texts("th", "td", "div").count(shown) >= 5  # two headings, two cells, a note
    assert not {"script", "b", "i", "em", "p"} & {tag for tag, _, _ in page.elements}


def test_a_number_keeps_its_place_after_words_that_run_from_right_to_left():
    assert "הליכה לאחור\u200e 12 (3)<" in as_html(everywhere("הליכה לאחור 12 (3)"))


def test_html_has_plain_spaces_so_that_numbers_can_be_searched_for(table):
    assert "(−2.3 to 3.4)" in as_html(table)


def test_html_breaks_no_short_text_but_in_the_first_column():
    frame = pd.DataFrame({"Outcome": ["Pain"], "CI": ["-1.2 (-2.3 to 3.4)"], "Reason": ["a text that is long " * 3]})
    page = as_html(Table("t", "T", frame, (), frame))
    nowrap = re.findall(r"<td style=\"white-space: nowrap\"[^>]*>([^<]*)<", page)
    assert nowrap == ["−1.2 (−2.3 to 3.4)"]


def test_html_has_no_address_of_anything_else(table):
    page = as_page(table)
    for sign in ("http:", "https:", "url(", "@import", "<script", "src="):
        assert sign not in page


def test_html_is_a_whole_page_for_ears_and_for_a_phone(table):
    page = Page(as_page(table))
    found = {tag: attributes for tag, attributes, _ in page.elements}
    assert found["html"]["lang"] == "en"
    metas = [attributes for tag, attributes, _ in page.elements if tag == "meta"]
    assert metas[0] == {"charset": "utf-8"}
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in metas
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in metas
    assert page.texts("title") == ["Small <table>"]
    assert found["main"] == {"class": "box", "tabindex": "0"}
    (named,) = [
        attributes for _, attributes, _ in page.elements if attributes.get("id") == found["table"]["aria-labelledby"]
    ]
    assert "gt_title" in named["class"]
    heads = {text: attributes.get("scope") for tag, attributes, text in page.elements if tag == "th"}
    assert heads == {"Outcome": "col", "a <i> & b": "col", "Pain": "row", "Visit 4": "row"}


def test_only_a_wide_table_is_printed_on_its_side(table):
    wide = Table(
        "wide", "Wide", pd.DataFrame([["-12.3 (-14.5 to 6.7)"] * 7], columns=list("abcdefg")), (), table.source
    )
    assert [("@page { size: landscape; }" in as_page(each)) for each in (table, wide)] == [False, True]


def test_html_of_a_table_with_one_column():
    page = Page(as_page(Table("t", "T", pd.DataFrame({"Missing values": ["None."]}), (), pd.DataFrame())))
    assert [text for text in page.texts("th", "td") if text] == ["Missing values", "None."]


def test_two_headings_may_be_the_same(tmp_path):
    frame = pd.DataFrame([["a", "1", "2"]])
    frame.columns = ["Arm", "n", "n"]
    write_table(Table("t", "T", frame, (), pd.DataFrame()), tmp_path)
    page = Page((tmp_path / "t.html").read_text())
    assert [text for text in page.texts("th", "td") if text] == ["Arm", "n", "n", "a", "1", "2"]
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_same_table_is_the_same_bytes(table, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        for each in (table, everywhere(LONG), everywhere("مشي خلفي")):
            write_table(each, tmp_path / folder)
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert len(first) == 8
    assert first == second
