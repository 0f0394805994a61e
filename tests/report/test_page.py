"""The page of `unhedged report` in headless Chromium (tests/packages.txt): what people see and can do.

UNHEDGED_SCREENSHOTS=FOLDER keeps pictures of it in both schemes, at the width of a phone, and on paper.
"""
import os
import re
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
CHARTS = ["overview", "losses", "exceedance", "differences", "attribution", "recorded", "convergence"]
# What a chart draws at the least: paths of SVG that are filled or drawn, without its axes' words.
FEWEST_MARKS = {"overview": 8, "losses": 12, "exceedance": 6, "differences": 9, "attribution": 4,
                "recorded": 20, "convergence": 20}


@pytest.fixture(scope="module")
def result(quickstart, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "parts.h5"
    shutil.copy(quickstart, path)
    return path


@pytest.fixture(scope="module")
def page_file(unhedged, result):
    unhedged("report", result, check=0)
    return result.with_suffix(".html")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Seen:
    """A page that is open, and what it said and asked for."""

    def __init__(self, browser, file, width=1200, scheme="light"):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page = self.context.new_page()
        self.said, self.asked = [], []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("#convergence svg, #recorded svg, #losses svg")

    def keep(self, name):
        folder = os.environ.get("UNHEDGED_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.fixture
def open_page(browser, page_file):
    opened = []

    def open_one(width=1200, scheme="light", file=None):
        opened.append(Seen(browser, file or page_file, width, scheme))
        return opened[-1]

    yield open_one
    for seen in opened:
        seen.context.close()


def marks(page, chart):
    return page.evaluate(
        """id => [...document.querySelectorAll(`#${id} svg path`)].filter(mark => {
             const box = mark.getBBox();
             return box.width + box.height > 1 && (mark.getAttribute("d") || "").length > 5;
           }).length""", chart)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_every_chart_is_drawn_without_an_error_or_a_request(open_page, page_file, scheme, width):
    seen = open_page(width, scheme)
    for chart in CHARTS:
        assert seen.page.locator(f"#{chart} svg").count() == 1, chart
        assert marks(seen.page, chart) >= FEWEST_MARKS[chart], chart
        assert seen.page.locator(f"#{chart} .chart").get_attribute("aria-label")
    assert seen.said == [] and seen.asked == [page_file.as_uri()]
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"
    seen.keep(f"{scheme}-{width}")


def test_what_is_not_in_the_file_is_not_on_the_page(open_page, unhedged, root, tmp_path):
    unhedged("run", root / "configs/quickstart.yaml", "--paths", 300, "--quiet", "-o", tmp_path / "plain.h5",
             "--set", "output.attribution=none", check=0)
    unhedged("report", tmp_path / "plain.h5", "-o", tmp_path / "plain.html", check=0)
    seen = open_page(file=tmp_path / "plain.html")
    assert not seen.page.locator("#attribution-section").is_visible()
    assert seen.page.locator("#recorded-section").is_visible() and seen.said == []


TOLD = """id => [...document.querySelectorAll(`#${id} .chart > div`)]
  .filter(one => !one.querySelector("svg") && one.style.opacity !== "0" &&
                 getComputedStyle(one).visibility === "visible")
  .map(one => one.innerText).join("")"""


def hover(page, chart):
    """Moves the mouse over the chart until it tells something; what that is."""
    area = page.locator(f"#{chart} .chart")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    for across, down in [(0.5, 0.5), (0.3, 0.1), (0.5, 0.2), (0.3, 0.35), (0.65, 0.6), (0.2, 0.15)]:
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        for _ in range(5):  # a busy machine takes its time
            page.wait_for_timeout(200)
            told = page.evaluate(TOLD, chart)
            if told:
                return told
    return ""


@pytest.mark.parametrize("chart,words", [("overview", "ES 99"), ("losses", "ES 99"),
                                         ("exceedance", "of paths"), ("attribution", "USD"),
                                         ("recorded", "regime")])
def test_charts_tell_more_where_they_are_pointed_at(open_page, chart, words):
    assert words in hover(open_page().page, chart)


@pytest.mark.parametrize("chart,kind", [("differences", "circle"), ("convergence", "path")])
def test_small_marks_tell_more(open_page, chart, kind):
    """Their marks are small: the mouse goes to the last of them."""
    page = open_page().page
    page.locator(f"#{chart} .chart").scroll_into_view_if_needed()
    spots = page.evaluate(
        """([id, kind]) => [...document.querySelectorAll(`#${id} svg path, #${id} svg circle`)].map(one =>
             one.getBoundingClientRect())
             .filter(b => b.width > 4 && b.width < 16 && Math.abs(b.width - b.height) < 2)
             .map(b => [b.x + b.width / 2, b.y + b.height / 2])""", [chart, kind])
    assert spots
    for x, y in reversed(spots):
        page.mouse.move(x, y)
        page.wait_for_timeout(60)
        if "USD" in page.locator(f"#{chart} .chart").inner_text():
            return
    raise AssertionError("nothing is told")


def number(text):
    return float(text.replace("\u202f", "").replace("\u2212", "-"))


def test_tables_beneath_charts_hold_the_numbers_of_the_file(open_page, result):
    page = open_page().page
    for chart in CHARTS:
        summary = page.locator(f"#{chart} summary")
        summary.focus()
        page.keyboard.press("Enter")
        page.locator(f"#{chart} details table").first.wait_for(timeout=10_000)
    with h5py.File(result) as file:
        metric = [m.decode() for m in file["metric"][:]].index("es_99")
        es = file["summary"][:, :, metric, 0]
        parts = -file["attribution_tail"][1, 2, :, 0]
    cells = page.locator("#overview tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td .main')].map(cell => cell.textContent))")
    assert np.allclose([[number(text) for text in row] for row in cells], es.T, rtol=1e-5)
    shown = page.locator("#attribution tbody td .main").all_text_contents()
    assert np.allclose([number(text) for text in shown], [*parts, es[1, 2]], rtol=1e-5, atol=1e-6)
    spot = page.locator("#recorded table").first.locator("tbody tr").first.locator("td").nth(1).text_content()
    assert number(spot) == 7900


def test_what_is_chosen_is_shown(open_page):
    page = open_page().page
    assert page.locator("#scenario").input_value() == "1" and page.locator("#hedger").input_value() == "2"
    assert "crypto_crash_2020_03, fixed_vol" in page.locator("#recorded-title").inner_text()
    before = page.locator("#losses svg").inner_html()
    page.locator("#scenario").select_option("0")
    page.locator("#hedger").select_option("3")
    assert "calm, band" in page.locator("#recorded-title").inner_text()
    assert page.locator("#losses svg").inner_html() != before
    assert "calm" in page.locator("#losses-title").inner_text()
    box = page.locator("#overview .chart").bounding_box()
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"])
    assert page.locator("#scenario").input_value() == "1"
    page.get_by_role("button", name="Share of the unhedged loss").click()
    assert "%" in page.locator("#overview svg").inner_html()


def test_a_loss_that_is_made_early_is_shown_from_near(unhedged, browser, root, tmp_path):
    """Quotes that leap once and stay: most of the loss of the crash is made in its first step."""
    leap = "scenarios.crypto_crash_2020_03.regimes.crash.implied_vol.default.premium=0 %"
    words = ("--paths", "1000", "--quiet", "-o", tmp_path / "leap.h5", "--set", leap)
    unhedged("run", root / "configs/quickstart.yaml", *words, check=6)
    unhedged("report", tmp_path / "leap.h5", "--paths", "0", check=0)
    seen = Seen(browser, tmp_path / "leap.html")
    page = seen.page
    page.locator("#scenario").select_option(label="crypto_crash_2020_03")
    page.locator("#hedger").select_option(label="black_scholes")
    near, whole = "Show where the loss is made", "Show the whole horizon"
    assert page.locator("#near").inner_text() == whole
    drawn = page.locator("#recorded svg").inner_html()
    page.locator("#near").focus()
    page.keyboard.press("Enter")
    assert page.locator("#near").inner_text() == near
    page.wait_for_function("old => document.querySelector('#recorded svg').innerHTML !== old", arg=drawn)
    seen.context.close()


def test_everything_is_reached_by_the_keyboard_in_the_order_it_is_read(open_page):
    page = open_page().page
    reached, places = [], []
    for _ in range(60):
        page.keyboard.press("Tab")
        name, place = page.evaluate(
            """() => { const one = document.activeElement;
                 return [one.id || one.tagName, [...document.querySelectorAll("*")].indexOf(one)]; }""")
        if name == "BODY":
            break
        reached.append(name)
        places.append(place)
    assert places == sorted(places)
    assert {"A", "scheme", "scenario", "hedger", "asset", "numbers"} <= set(reached)
    assert reached.count("SUMMARY") >= len(CHARTS)
    outline = page.evaluate(
        """() => { const one = document.getElementById("scenario");
             one.focus();
             return getComputedStyle(one).outlineStyle; }""")
    assert outline == "solid"


CONTRAST = """() => {
  const light = text => {
    const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = text.match(/[0-9.]+/g).map(x => linear(x / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const probe = document.body.appendChild(document.createElement("i"));
  const of = name => { probe.style.color = `var(--${name})`; return light(getComputedStyle(probe).color); };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const on = name => ["ground", "raised"].map(ground => ratio(of(name), of(ground)));
  return ["ink", "soft", "accent"].flatMap(on);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_as_wcag_asks(open_page, scheme):
    assert min(open_page(scheme=scheme).page.evaluate(CONTRAST)) >= 4.5


def test_the_scheme_is_that_of_the_system_or_as_chosen(open_page):
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = open_page(scheme="dark").page
    assert dark.evaluate(ground) == "rgb(18, 23, 29)"
    dark.locator("#scheme").click()
    assert dark.locator("#scheme").inner_text() == "Colours: light"
    assert dark.evaluate(ground) == "rgb(255, 255, 255)"
    dark.reload()
    assert dark.evaluate(ground) == "rgb(255, 255, 255)"


def test_paper_is_a4_and_light(open_page):
    seen = open_page(scheme="dark")
    paper = seen.page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", paper)
    assert 3 <= len(boxes) <= 12
    assert all(abs(float(w) - 595) < 2 and abs(float(h) - 842) < 2 for w, h in boxes)
    assert seen.page.evaluate("document.documentElement.dataset.scheme") == "dark"  # and back
    if folder := os.environ.get("UNHEDGED_SCREENSHOTS"):
        (Path(folder) / "paper.pdf").write_bytes(paper)
    widths = seen.page.evaluate("""() => {
      window.dispatchEvent(new Event("beforeprint"));
      const out = [...document.querySelectorAll("figure svg")].map(one => one.getBoundingClientRect().width);
      const scheme = document.documentElement.dataset.scheme;
      window.dispatchEvent(new Event("afterprint"));
      return [scheme, Math.max(...out)]; }""")
    assert widths[0] == "light" and widths[1] <= 700


def test_small_multiples_are_of_one_size(open_page):
    """A label that reaches out of the chart must not squeeze its panel."""
    page = open_page().page
    widths = page.evaluate("""() => {
      const model = charts.get("recorded").chart.getModel();
      return [...Array(12).keys()].map(k => model.getComponent("grid", k).coordinateSystem.getRect().width);
    }""")
    assert len(widths) == 12 and max(widths) - min(widths) < 0.5


def test_names_with_tags_stay_names(open_page, unhedged, tmp_path):
    name = "<img src=x onerror=alert(1)>"
    text = f"""\
name: '{name}'
market: {{assets: {{A: {{spot: 100, implied_vol: 20 %, half_spread: 5 bp}}}}}}
portfolio: [{{instrument: call, asset: A, strike: 100, expiry: 30 d, quantity: -1}}]
scenarios:
  - {{name: s, description: '{name}', regimes: {{r: {{dynamics: {{A: {{model: gbm, volatility: 1 x}}}}}}}}}}
hedgers: {{h: {{model: black_scholes}}}}
simulation: {{horizon: 30 d, step: 1 d, paths: 2000}}
output: {{file: out.h5, worst_paths: 2}}
"""
    (tmp_path / "run.yaml").write_text(text)
    unhedged("run", "run.yaml", "--quiet", cwd=tmp_path, check=0)
    unhedged("report", "out.h5", cwd=tmp_path, check=0)
    seen = open_page(file=tmp_path / "out.html")
    assert seen.page.locator("img").count() == 0 and seen.page.locator("h1").inner_text() == name
    assert "ES 99" in hover(seen.page, "overview")
    assert seen.said == []
