"""The page as readers meet it: opened from disk, on paper, on a telephone, without script."""

from __future__ import annotations

import numpy as np
import pytest

WIDE, NARROW = 1400, 360


class Visit:
    """A page opened from disk in a window, with everything it asked for and complained about."""

    def __init__(self, browser, path, *, width=WIDE, script=True):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.asked, self.complaints, self.refused = [], [], {}
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", self._failed)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.route("http://**", lambda route: route.abort())
        self.page.route("https://**", lambda route: route.abort())
        self.page.goto(path.as_uri(), wait_until="load")

    def opening_ms(self):
        return self.page.evaluate(
            "() => { const [n] = performance.getEntriesByType('navigation'); return n.duration; }"
        )

    def _failed(self, request):
        self.refused[request.url] = request.failure

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


@pytest.mark.parametrize("name", ["pacte-mgp-fr", "tutoriel-en"])
def test_opens_fast_and_asks_for_nothing(browser, pages, name):
    assert pages[name].stat().st_size < 600_000
    fastest = np.inf  # of three visits: a busy machine delays one, a slow page all
    for _ in range(3):
        with Visit(browser, pages[name]) as visit:
            fastest = min(fastest, visit.opening_ms())
            assert visit.asked == [pages[name].as_uri()]
            assert visit.complaints == []
    assert 0 < fastest < 2000


def test_the_policy_refuses_a_planted_load(browser, pages, tmp_path):
    planted = (
        '<img src="https://example.org/i.png"><script src="https://example.org/s.js"></script>'
        '<link rel="stylesheet" href="https://example.org/c.css"><iframe src="other.html"></iframe>'
    )
    text = pages["tutoriel-fr"].read_text(encoding="utf-8")
    path = tmp_path / "planted.html"
    path.write_text(text.replace("<footer>", planted + "<footer>"), encoding="utf-8")
    with Visit(browser, path) as visit:
        # The browser lists what it refused: everything but the page itself, by the policy.
        assert len(visit.asked) >= 4
        assert visit.refused == dict.fromkeys(visit.asked[1:], "csp")


@pytest.mark.parametrize(("language", "width"), [("fr", WIDE), ("en", NARROW)])
def test_no_serious_accessibility_violation(browser, pages, axe, language, width):
    with Visit(browser, pages[f"tutoriel-{language}"], width=width) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        visit.page.evaluate(axe)
        found = visit.page.evaluate("axe.run()")
        assert len(found["passes"]) > 20
        serious = [
            (rule["id"], rule["nodes"][0]["html"][:200])
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
        ]
        assert serious == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_sticks_out_of_the_window(browser, pages, width):
    with Visit(browser, pages["pacte-mgp-fr"], width=width) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_layers_switch_without_script(browser, pages):
    with Visit(browser, pages["tutoriel-fr"], script=False) as visit:
        names = visit.page.locator("g.l-names")
        assert names.is_visible()
        visit.page.click("label[for=l-names]")
        assert not names.is_visible()
        assert not visit.page.locator(".legend .b-change").is_visible()
        visit.page.click("label[for=b-change]")
        assert visit.page.locator(".legend .b-change").is_visible()
        assert not visit.page.locator("input.find").first.is_visible()
        assert visit.page.locator("thead th").first.is_visible()


def test_tables_sort_by_value_and_can_be_searched(browser, pages):
    with Visit(browser, pages["pacte-mgp-fr"]) as visit:
        page = visit.page
        page.locator("#communes th button", has_text="Habitants").click()
        column = (
            "[...document.querySelectorAll('#communes tbody tr')].map(r => +r.cells[3].dataset.v)"
        )
        people = page.evaluate(column)
        assert people == sorted(people, reverse=True)
        page.locator("#communes th button", has_text="Habitants").click()
        assert page.evaluate(column) == people[::-1]
        assert page.locator("#communes [aria-sort=ascending]").count() == 1
        page.locator("#communes th button", has_text="Nom").click()
        names = page.locator("#communes tbody td:first-child").all_inner_texts()
        assert names[:2] == ["Ablon-sur-Seine", "Alfortville"]
        assert names.index("Épinay-sur-Seine") < names.index("Fontenay-aux-Roses")
        page.fill("#communes input.find", "epinay")
        shown = page.locator("#communes tbody tr:visible")
        assert [text.split("\t")[0] for text in shown.all_inner_texts()] == ["Épinay-sur-Seine"]


def test_a_link_opens_the_sheet(browser, pages):
    with Visit(browser, pages["pacte-mgp-fr"]) as visit:
        link = visit.page.locator("#communes td a").nth(3)
        link.click()
        sheet = visit.page.locator(f"details{link.get_attribute('href')}")
        assert sheet.get_attribute("open") is not None
        visit.page.goto(f"{pages['pacte-mgp-fr'].as_uri()}#hub-elu-concorde")
        assert visit.page.locator("#hub-elu-concorde").get_attribute("open") is not None


def test_in_print_tables_are_whole_and_controls_gone(browser, pages):
    with Visit(browser, pages["tutoriel-fr"]) as visit:
        visit.page.emulate_media(media="print")
        assert not visit.page.locator("nav").is_visible()
        assert not visit.page.locator("input.find").first.is_visible()
        assert not visit.page.locator(".switches").is_visible()
        cut = visit.page.evaluate(
            "[...document.querySelectorAll('.scroll')].filter(e => getComputedStyle(e).maxHeight"
            " !== 'none' || getComputedStyle(e).overflow !== 'visible').length"
        )
        assert cut == 0
        assert visit.page.pdf()[:5] == b"%PDF-"


@pytest.mark.parametrize("hostile", ["<script>", "=HYPERLINK("])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_hostile_names_do_nothing_and_fit(browser, hostile_pages, hostile, width):
    with Visit(browser, hostile_pages[hostile], width=width) as visit:
        assert visit.asked == [hostile_pages[hostile].as_uri()]
        assert visit.complaints == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
