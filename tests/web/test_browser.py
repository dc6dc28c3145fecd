"""The pages in a real browser: a newcomer's way by keyboard alone, accessibility, and narrow screens."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.xdist_group("browser")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NARROW = (320, 390)
PATIENCE = 120_000
"""Milliseconds: a page that runs the demonstration two weeks on does two weeks' work before it answers."""
expect.set_options(timeout=PATIENCE)


@contextmanager
def tab(browser: Browser, address: str) -> Iterator[Page]:
    """A new tab that fails a test for whatever the page complains of."""
    context = browser.new_context(base_url=address, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with tab(browser, address) as opened:
        yield opened


def check(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA, and nothing wider than a phone."""
    page.wait_for_load_state()  # of a page that is only there the style may not be
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    size = page.viewport_size
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    if size:
        page.set_viewport_size(size)


def tab_to(page: Page, name: str, role: str = "") -> None:
    """Press Tab until what has this name (and role) has the focus, as somebody without a mouse does."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["name"].startswith(name) and role in ("", focused["role"]):
            return
    raise AssertionError(f"the Tab key does not reach {name!r}")


FOCUSED = """() => {
  const at = document.activeElement;
  const name = at.labels && at.labels.length ? at.labels[0].innerText : at.innerText || "";
  return {name: name.trim(), role: at.type || at.tagName.toLowerCase()};
}"""


def activate(page: Page, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    tab_to(page, name, "textarea")
    page.keyboard.type(text)


def be(page: Page, name: str) -> None:
    page.goto("/")
    activate(page, name)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_newcomer_goes_the_whole_way_by_keyboard_alone(browser: Browser, beginning: str) -> None:
    with tab(browser, beginning) as page:
        page.goto("/")
        check(page)
        activate(page, "Next thing that happens")
        expect(page.get_by_role("heading", name="Moved to Friday 30 August 2019, 09:00")).to_be_visible()
        check(page)
        _answer_by_form(page)
        _answer_in_words(page)
        _send_back(page)
        _read_the_digest(page)


def _answer_by_form(page: Page) -> None:
    be(page, "Ruth Fairbrass")
    check(page)
    activate(page, "Answer")
    check(page)
    tab_to(page, "● Yes, it is on track", "radio")
    with page.expect_response("**/forms/*"):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("What is their impact on delivery?")).to_be_visible()
    expect(page.get_by_label("It requires remedial action")).to_be_focused()
    check(page)
    activate(page, "Send")
    expect(page).to_have_title(
        "Error: 52 – Review of Voluntary and Community Sector Grants across the Council – Remembrancer"
    )
    expect(page.get_by_role("alert")).to_contain_text("Not sent yet")
    check(page)
    _put_right(page)
    expect(page.get_by_text("thank you. Stored: ▲ It requires remedial action")).to_be_visible()
    check(page)


def _put_right(page: Page) -> None:
    """From the summary's link to the first field, and through the rest."""
    tab_to(page, "Progress: an answer is needed.")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What has happened since the last update?")).to_be_focused()
    page.keyboard.type("Two partners have left the board.")
    tab_to(page, "Capacity", "checkbox")
    with page.expect_response("**/forms/*"):
        page.keyboard.press("Space")
    write(page, "What are the issues, in detail?", "There is nobody to do the work.")
    write(page, "What is their impact on delivery?", "Three months late.")
    write(page, "What mitigating actions", "none")
    activate(page, "Send")


def _answer_in_words(page: Page) -> None:
    be(page, "Tom Ashdown")
    activate(page, "Reply in your own words")
    expect(page.get_by_text("Replying to the message of Friday 30 August 2019, 09:00")).to_be_visible()
    expect(page.get_by_label("Write to Remembrancer as Tom Ashdown")).to_be_focused()
    check(page)
    page.keyboard.type("on track, go live now 31 March 2020. The first hub has opened.")
    activate(page, "Send")
    expect(page.get_by_text("This is what was understood:")).to_be_visible()
    expect(page.get_by_text("In reply to an earlier message")).to_be_visible()
    activate(page, "Send this answer")
    expect(page.get_by_text("46 – thank you. Stored: ● Yes, it is on track")).to_be_visible()


def _send_back(page: Page) -> None:
    be(page, "Joanna Pell")
    write(page, "Write to Remembrancer", "see 52")
    activate(page, "Send")
    expect(page.get_by_text("Two partners have left the board.")).to_be_visible()
    check(page)
    activate(page, "Send back")
    check(page)
    activate(page, "Send back")
    expect(page.get_by_role("alert")).to_contain_text("Say what should be looked at again.")
    check(page)
    write(page, "What should be looked at again?", "Which partners left?")
    activate(page, "Send back")
    expect(page.get_by_text("52 is sent back to its lead")).to_be_visible()
    be(page, "Ruth Fairbrass")
    expect(page.get_by_text("Sent back: Which partners left?").first).to_be_visible()


def _read_the_digest(page: Page) -> None:
    page.goto("/channels/asch_cabinet_committee")
    check(page)
    tab_to(page, "Run to a date")
    page.keyboard.press("Enter")
    tab_to(page, "Date and time", "datetime-local")
    page.locator(":focus").fill("2019-09-13T17:00")  # what the keys mean here depends on the machine's language
    check(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Moved to Friday 13 September 2019, 17:00")).to_be_visible()
    digest = page.get_by_role("listitem").filter(has_text="The window closed")
    expect(digest.get_by_role("heading", name="Strategic Delivery Plan: Quarter 2 2019/20")).to_be_visible()
    expect(digest.get_by_role("row", name="● Yes, it is on track 14 82%")).to_be_visible()
    check(page)


@pytest.mark.parametrize("path", ["/outbox", "/people/6", "/channels/strategic_corporate_board", "/?unreadable"])
def test_every_other_page_is_accessible_and_fits_a_phone(page: Page, path: str) -> None:
    page.goto(path)
    check(page)
    page.emulate_media(color_scheme="dark")
    check(page)


@pytest.mark.parametrize(
    ("command", "button"), [("my", "Remind me later"), ("my", "Ask someone else"), ("answer 53", ""), ("help", "")]
)
def test_every_form_of_a_lead_is_accessible_and_fits_a_phone(page: Page, command: str, button: str) -> None:
    page.goto("/people/15")
    page.get_by_label("Write to Remembrancer").fill(command)
    page.get_by_role("button", name="Send", exact=True).click()
    if button:
        page.get_by_role("button", name=button).last.click()
    if command == "help":
        expect(page.get_by_text("what is wanted from you now")).to_be_visible()
    else:
        expect(page.locator("form#form")).to_be_visible()
    check(page)
    page.emulate_media(color_scheme="dark")
    check(page)


def test_without_scripts_a_button_asks_the_changed_questions(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/people/9")
    page.get_by_label("Write to Remembrancer").fill("answer 47")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_label("It requires remedial action").check()
    page.get_by_role("button", name="Update the questions").first.click()
    expect(page.get_by_label("What is their impact on delivery?")).to_be_visible()
    context.close()


def test_the_focus_is_always_seen(page: Page) -> None:
    page.goto("/")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"
