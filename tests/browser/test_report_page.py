"""The report as a reader meets it: in a browser, on a phone, on paper, by keyboard and by ear."""

import base64
import csv
import hashlib
import io
import json
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from tests.browser.conftest import HOSTILE, NAME, PHONE
from tests.conftest import HANGS

from retrowalk.present.words.cited import PLAN_FILE

#: A browser takes a minute in all; CI runs the slow tests too.
pytestmark = pytest.mark.slow

AXE = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"
RESULTS = f"#{NAME}-results"


def column(page, table: str, place: int) -> list[str]:
    """The texts of a column of a table, in the order shown, rows that are filtered out left out."""
    rows = page.locator(f"{table} tbody tr:not([hidden])")
    return [row.strip() for row in rows.locator(f":scope > :nth-child({place})").all_text_contents()]


def until(page, said: str) -> None:
    """Wait until a line of JavaScript is true; Playwright's own way evaluates a text, which the page's policy forbids."""
    for _ in range(10 * HANGS):
        if page.evaluate(said):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never true: {said}")


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent")


# --- it opens ---------------------------------------------------------------------------------------------------------


def test_it_opens_without_an_error_and_asks_for_nothing(opened):
    report = opened()
    report.page.evaluate(OPEN_ALL)
    report.page.wait_for_timeout(300)
    assert report.said == []
    assert [url for url in report.asked if not url.startswith(("data:", "blob:"))] == [report.page.url]
    assert report.page.evaluate("window.hostile === undefined && document.querySelectorAll('main b').length") == 0


def test_the_policy_stops_a_script_that_is_not_the_reports(opened):
    report = opened()
    report.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.x = 1'}))"
    )
    assert report.page.evaluate("window.x") is None
    assert any("Content Security Policy" in each for each in report.said)


def test_it_reads_whole_without_its_script(opened):
    page = opened(java_script_enabled=False).page
    assert page.locator("main button").count() == 0
    page.locator("nav a", has_text="All outcomes").first.wait_for(state="attached")
    assert page.locator(f"{RESULTS} tbody tr").count() == 8
    assert page.locator("figure img").first.is_visible()


def test_each_link_has_its_target(opened, results):
    page = opened().page
    for address in page.locator("a[href]").evaluate_all("links => links.map(each => each.getAttribute('href'))"):
        assert page.locator(f"[id='{address[1:]}']").count() == 1
    page.locator(".answer .n").first.click()
    assert (results / page.locator("dialog a").get_attribute("href")).is_file()


def test_labels_of_the_user_are_text(opened):
    page = opened().page
    shown = page.locator(".answer").text_content()
    assert HOSTILE.replace("\u202e", "") in shown
    assert "\u202e" not in page.locator("main").text_content()
    assert page.locator(".answer bdi").count() >= 1


# --- contents ---------------------------------------------------------------------------------------------------------


def test_the_contents_say_where_the_reader_is(opened):
    page = opened().page
    assert page.locator("nav [aria-current]").text_content() == "Summary"
    page.locator(f"nav a[href='#cohort-{NAME}-primary']").evaluate("link => link.click()")
    until(page, "document.querySelector('nav [aria-current]').textContent === 'Primary outcome'")
    assert page.locator(f"nav a[href='#cohort-{NAME}-missing']").is_visible()


def test_the_first_tab_goes_to_the_results(opened):
    page = opened().page
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the results"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_head_sorts_down_up_and_back(opened):
    page = opened().page
    heads = page.locator(f"{RESULTS} thead th")
    place = next(i for i, text in enumerate(heads.all_text_contents()) if text.startswith("Adjusted difference"))
    printed = column(page, RESULTS, place + 1)
    numbers = [float(text.partition(" ")[0]) for text in printed if text]
    assert numbers != sorted(numbers)
    button = heads.nth(place).locator("button")
    button.focus()
    for said, order in (("ascending", 1), ("descending", -1)):
        page.keyboard.press("Enter")
        assert heads.nth(place).get_attribute("aria-sort") == said
        shown = column(page, RESULTS, place + 1)
        assert [float(text.partition(" ")[0]) for text in shown[: len(numbers)]] == sorted(numbers)[::order]
        assert set(shown[len(numbers) :]) == {""}
    page.keyboard.press("Enter")
    assert heads.nth(place).get_attribute("aria-sort") is None
    assert column(page, RESULTS, place + 1) == printed


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["0.010", "<0.001", "-", "0.001", ">0.999"], ["<0.001", "0.001", "0.010", ">0.999", "-"]),
        (["10 (1 to 3)", "-9.5 (-11.0 to 2.0)", "not measured", "9"], None),
        (["Week 12", "Week 3", "", "Baseline"], ["Baseline", "Week 3", "Week 12", ""]),
    ],
)
def test_what_sorts_below_what(opened, texts, order):
    page = opened().page
    order = order or ["-9.5 (-11.0 to 2.0)", "9", "10 (1 to 3)", "not measured"]
    page.evaluate(
        """texts => {
          const body = document.querySelector("#summary-table tbody"), row = body.rows[0];
          const rows = texts.map(text => {
            const made = row.cloneNode(true);
            made.cells[6].textContent = text;
            return made;
          });
          body.replaceChildren(...rows);
          sortBy(body, 6, 1, rows);
        }""",
        texts,
    )
    assert column(page, "#summary-table", 7) == order


def test_a_filter_leaves_the_rows_that_hold_its_words_and_says_how_many(opened):
    page = opened().page
    page.evaluate(OPEN_ALL)
    table = f"#{NAME}-sensitivity-analyses"
    before = page.locator(f"{table} tbody tr").count()
    page.locator(table).get_by_label("Filter rows").fill("PAIN week 6 tipping")
    shown = page.locator(f"{table} tbody tr:not([hidden])")
    texts = shown.all_text_contents()
    assert 0 < len(texts) < before
    assert all("Pain" in text and "Week 6" in text and "ipping" in text for text in texts)
    assert page.locator(f"{table} .tools [role=status]").first.text_content() == f"{len(texts)} of {before} rows"
    page.locator(table).get_by_label("Filter rows").fill("")
    assert shown.count() == before


def test_a_short_table_has_no_filter(opened):
    page = opened().page
    assert page.locator(f"{RESULTS} input").count() == 0
    assert page.locator(f"{RESULTS} thead button").count() > 0


def test_a_table_is_copied_as_text_and_as_a_table(opened):
    report = opened()
    report.context.grant_permissions(["clipboard-read", "clipboard-write"])
    report.page.locator(RESULTS).get_by_role("button", name="Copy").click()
    report.page.get_by_text("Copied.").wait_for()
    text = report.page.evaluate("navigator.clipboard.readText()")
    head, *rows = (line.split("\t") for line in text.splitlines())
    assert head == report.page.locator(f"{RESULTS} thead th").all_text_contents()
    assert [row[0] for row in rows] == column(report.page, RESULTS, 1)


# --- downloads --------------------------------------------------------------------------------------------------------


#: Takes what the page's own `download` is given: Chromium lets no page save more than ten files without asking somebody.
TAKE = """() => {
  window.given = [];
  download = (name, type, content) => {
    const reader = new FileReader();
    reader.onload = () => given.push([name, reader.result.split(",")[1] ?? ""]);
    reader.readAsDataURL(new Blob([content], { type }));
  };
}"""


def saves(page):
    return page.locator(".tools button").filter(has_text=re.compile("PDF|PNG|CSV"))


def test_each_kind_of_download_is_saved_under_its_name(opened):
    report = opened()
    figure = report.page.locator(f"#figure-{NAME}-trajectory-pain")
    kinds = {
        "PDF": (".pdf", b"%PDF-"),
        "PNG": (".png", b"\x89PNG"),
        "Data (CSV)": ("_data.csv", b"cohort,provenance,outcome,"),
    }
    for button, (ending, start) in kinds.items():
        name, content = report.download(figure.get_by_role("button", name=button))
        assert name == f"{NAME}_trajectory_pain{ending}"
        assert content.startswith(start)
    assert report.said == []


def test_every_download_is_what_it_says(opened, results):
    page = opened().page
    page.evaluate(TAKE)
    page.evaluate(OPEN_ALL)
    count = saves(page).count()
    saves(page).evaluate_all("buttons => buttons.forEach(each => each.click())")
    until(page, f"given.length === {count}")
    given = {name: base64.b64decode(content) for name, content in page.evaluate("given")}
    assert len(given) == count
    figures = {f"{NAME}_{file.stem}": file for file in (results / "cohorts" / NAME / "figures").glob("*.png")}
    figures |= {f"synthesis_{file.stem}": file for file in (results / "synthesis" / "figures").glob("*.png")}
    assert len(figures) >= 6
    for name, file in figures.items():
        assert given.pop(f"{name}.pdf") == file.with_suffix(".pdf").read_bytes()
        with Image.open(io.BytesIO(given.pop(f"{name}.png"))) as shown, Image.open(file) as drawn:
            assert shown.width / shown.height == pytest.approx(drawn.width / drawn.height, rel=0.01)
        assert f"{name}_data.csv" in given
    for name, content in given.items():
        assert name.endswith(".csv")
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        assert rows
        assert {"outcome", "estimate", "method", "caveats"} <= rows[0].keys()
        assert not {"participant", "file"} & rows[0].keys()


# --- where a number comes from ----------------------------------------------------------------------------------------


def cell(results: Path, page) -> str:
    """The cell that the open panel says a number comes from, as the file has it."""
    told = set(page.locator("dialog dt").all_text_contents())
    file = page.locator("dialog a").text_content()
    if file == PLAN_FILE:
        assert {"Unrounded value", "Shown as", "Description", "Calculated from"} <= told
        assert page.locator("dialog dt:text-is('Description') + dd").text_content() == "analysis, alpha"
        return str(json.loads((results / file).read_text())["analysis"]["alpha"])
    assert {
        "Unrounded value",
        "Description",
        "Column",
        "File",
        "Method",
        "n",
        "Data provenance",
        "Calculated from",
    } <= told
    line = int(re.search(r"line (\d+);", page.locator("dialog dl").text_content())[1])
    with (results / file).open(newline="", encoding="utf-8") as text:
        head, *rows = csv.reader(text)
    named = page.locator("dialog dt:text-is('Column') + dd").text_content()
    return rows[line - 2][head.index(named.replace(" ", "_"))]


def test_the_panel_shows_the_cell_of_the_file(opened, results):
    page = opened().page
    numbers = page.locator(".answer .n, #summary-table .n, #published li .n")
    assert numbers.count() > 20
    for place in range(numbers.count()):
        shown = numbers.nth(place).text_content().lstrip("<>")
        numbers.nth(place).click()
        told = page.locator("dialog .value").text_content()
        assert told == cell(results, page)
        if page.locator("dialog a").text_content() == PLAN_FILE:
            told = str(100 * (1 - float(told)))
        digits = len(shown.partition(".")[2])
        assert float(shown) == pytest.approx(
            abs(float(told)) if "-" not in shown else float(told), abs=0.5001 * 10**-digits
        )
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")


def test_the_panel_names_the_data_with_their_checksum_and_gives_the_row(opened, results):
    report = opened()
    report.page.locator(".answer .n").first.click()
    told = report.page.locator("dialog dl").text_content()
    data = f"data/{NAME}/{NAME}_synthetic_redcap.csv"
    assert data in told
    assert hashlib.sha256((results.parent / data).read_bytes()).hexdigest() in told
    _, content = report.download(report.page.get_by_role("button", name="Download this row"))
    (row,) = csv.DictReader(io.StringIO(content.decode()))
    assert row["estimate"] == report.page.locator("dialog .value").text_content()
    assert row["role"] == "primary"


def test_numbers_are_text_until_their_sources_are_asked_for(opened):
    page = opened().page
    assert page.locator(".n[role], .n[tabindex]").count() == 0
    show = page.get_by_role("button", name="Show sources")
    show.click()
    assert show.get_attribute("aria-pressed") == "true"
    answer = page.locator(".answer p").first
    assert answer.get_by_role("button").count() == answer.locator(".n").count() > 3
    assert answer.locator(".n[tabindex='0']").count() == 1
    answer.locator(".n").first.focus()
    page.keyboard.press("ArrowRight")
    second = answer.locator(".n").nth(1).text_content()
    assert focused(page) == second
    page.keyboard.press("End")
    assert focused(page) == answer.locator(".n").last.text_content()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert focused(page) == answer.locator(".n").last.text_content()
    show.click()
    assert page.locator(".n[role], .n[tabindex]").count() == 0


# --- figures ----------------------------------------------------------------------------------------------------------


def test_a_figure_is_enlarged_and_put_back_by_keyboard(opened):
    page = opened().page
    figure = page.locator(f"#figure-{NAME}-trajectory-pain")
    small = figure.locator("img").bounding_box()["width"]
    figure.get_by_role("button", name="Enlarge").focus()
    page.keyboard.press("Enter")
    large = page.locator("dialog[open] img")
    assert large.bounding_box()["width"] > small
    assert large.get_attribute("alt") == figure.locator("img").get_attribute("alt")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert focused(page).startswith("Enlarge of the figure")
    figure.locator("img").click()
    page.get_by_role("button", name="Close").click()
    page.wait_for_selector("dialog", state="detached")


# --- phone, colours, paper --------------------------------------------------------------------------------------------


def test_a_phone_does_not_scroll_sideways(opened):
    page = opened(PHONE).page
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(
        "[...document.querySelectorAll('main *')].every(e => e.closest('.wide, .hidden') || e.getBoundingClientRect().right <= 360)"
    )
    wide = page.locator(f"{RESULTS} .wide")
    assert wide.evaluate("box => box.scrollWidth > box.clientWidth && box.tabIndex === 0")
    assert wide.get_attribute("role") == "region"
    wide.focus()
    page.keyboard.press("ArrowRight")
    until(page, f"document.querySelector('{RESULTS} .wide').scrollLeft > 0")


def test_on_a_phone_the_contents_fold(opened):
    page = opened(PHONE).page
    link = page.locator("nav a[href='#methods']")
    page.evaluate(OPEN_ALL)
    page.reload()
    assert not link.is_visible()
    page.locator("nav summary").click()
    link.click()
    until(page, "!document.querySelector('nav details').open")
    top = page.locator("#methods h2").bounding_box()["y"]
    assert page.locator("nav").bounding_box()["height"] <= top < 300


def test_colours_follow_the_reader_and_the_switch(opened):
    page = opened(color_scheme="dark").page
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Light colours").click()
    assert page.evaluate(paper) == "rgb(255, 255, 255)" != dark
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate(paper) == dark
    page.emulate_media(media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


def test_on_paper_no_table_is_cut_and_all_is_open(opened, tmp_path):
    page = opened().page
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    sheets = PdfReader(tmp_path / "report.pdf").pages
    pages = [unicodedata.normalize("NFKC", re.sub(r"\s", "", sheet.extract_text())) for sheet in sheets]
    printed = "".join(pages)
    # Right-to-left words and what a line ends with come out of a PDF in another order: they are left out.
    cells = page.locator("tbody td, tbody th").all_text_contents()
    for text in set(cells):
        for word in re.findall(r"[A-Za-z]{4,}|\d+\.\d+", text):
            assert word in printed, text
    assert "Download" not in printed
    continued = [each for each in pages if "differencebetweenarms" in each]
    assert len(continued) > 3
    assert all("ArmVisit" in each for each in continued)
    assert page.locator("details:not([open])").count() > 0
    for sheet in sheets:
        found = []
        sheet.extract_text(visitor_text=lambda text, scale, place, *_, found=found: found.append((text, scale, place)))
        told = [(scale[0], scale[4] + scale[0] * place[4]) for text, scale, place in found if text.strip()]
        # Chromium makes everything smaller where something is wider than the page: at 96 dots an inch it does not.
        assert all(scale == pytest.approx(72 / 96, abs=1e-4) for scale, _ in told)
        assert all(left < float(sheet.mediabox.width) - 40 for _, left in told)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, colours):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: install npm and run `make test`")
    page = opened(color_scheme=colours).page
    page.evaluate(OPEN_ALL)
    page.get_by_role("button", name="Show sources").click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    page.locator(".answer .n").first.click()
    page.wait_for_selector("dialog[open]")
    found += page.evaluate("axe.run('dialog')")["violations"]
    bad = [(each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in ("serious", "critical")]
    assert bad == []
