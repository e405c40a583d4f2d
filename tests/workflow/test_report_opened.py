"""The report of the four bundled cohorts in a browser: it opens, is small, fits a phone, and its store is whole."""

import base64
import json
import re
import zlib

from tests.workflow.conftest import BUNDLED

from retrowalk.plan.read import load_plan
from retrowalk.present.words.cited import PLAN_FILE, read_results
from retrowalk.present.words.facts import in_words


def test_the_report_of_four_cohorts_is_under_5_mb(finished):
    assert (finished[0] / "results" / "report.html").stat().st_size < 5_000_000


def test_it_opens_on_a_phone_without_an_error_or_a_request(finished, browser):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((finished[0] / "results" / "report.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert said == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [page.url]
    page.close()


def test_every_figure_is_on_the_page_with_its_files(finished):
    folder = finished[0] / "results"
    page = (folder / "report.html").read_text(encoding="utf-8")
    figures = re.findall(
        '<figure id="[^"]+" data-file="([^"]+)".*?<script type="text/plain">(.*?)</script>', page, re.DOTALL
    )
    shown = {name: zlib.decompress(base64.b64decode(pdf)) for name, pdf in figures}
    drawn = {
        f"{name}_{file.stem}": file.read_bytes()
        for name in BUNDLED
        for file in (folder / "cohorts" / name / "figures").glob("*.pdf")
    }
    drawn |= {f"synthesis_{file.stem}": file.read_bytes() for file in (folder / "synthesis" / "figures").glob("*.pdf")}
    assert shown == drawn


def test_each_number_of_the_report_is_the_cell_of_its_file(finished, monkeypatch):
    folder = finished[0] / "results"
    monkeypatch.chdir(finished[0])
    cohorts = load_plan().cohorts.values()
    page = (folder / "report.html").read_text(encoding="utf-8")
    packed = re.search('<script type="text/plain" id="store">(.*?)</script>', page)[1]
    known = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert len(known["numbers"]) > 1000
    tables = {path: read_results(folder / path) for path, _ in known["files"] if path != PLAN_FILE}
    for row, column, _ in known["numbers"]:
        file, line, _, cells, data = known["rows"][row]
        path, columns = known["files"][file]
        assert known["data"][data]
        if path != PLAN_FILE:
            shown, source = cells[columns.index(column)], tables[path].iloc[line - 2]
            if column in ("method", "reason", "caveats"):  # a number of a fact; the page has the fact in words
                assert shown == in_words(source.to_frame().T, cohorts)[column].iloc[0] != ""
            else:
                assert float(shown) == source[column]
