"""Somebody at the playground's page, as a person is: reads, types, presses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.teams.playground.running import BOT, CHANNEL, GROUP, TEAM, Playground

PERSONAL, GENERAL = "Personal Chat", f"{TEAM} - General"
PLACES = {PERSONAL, GROUP, GENERAL, f"{TEAM} - {CHANNEL}"}
"""What the conversations are called at the side of the page."""

PATIENCE = 15_000
"""Milliseconds that anything may take to be shown."""

BOX = "[data-lexical-editor=true]"
CARD = ".ac-adaptiveCard"
POST = ".fui-Card"
IN_CHAT, IN_CHANNEL = f".fai-OutputCard, {CARD}", f"{POST} {CARD}, {POST} p"
"""What holds the bot's words. What a person wrote is in another."""

WORDS = """all => all.map(each => {
  const copy = each.cloneNode(true);
  for (const button of copy.querySelectorAll("button")) button.remove();
  for (const image of copy.querySelectorAll("img")) image.replaceWith(image.alt);
  return copy.textContent;
})"""
OUTERMOST = """all => all.filter(each => !each.closest("[contenteditable]")
  && !all.some(other => other !== each && other.contains(each))).map(each => each.innerText)"""
# What matches is looked at by the browser alone: it goes on while the test waits for the bot.
NOT_LOCAL = re.compile(r"^(?!(?:https?|wss?)://(?:127\.0\.0\.1|localhost)[:/])")


class Person:
    """At one conversation at a time, the personal chat at first; the first visit of each installs the bot there."""

    def __init__(self, page: Page, playground: Playground) -> None:
        self.page, self.playground = page, playground
        page.goto(playground.url)
        self.goes_to(PERSONAL)

    def goes_to(self, place: str) -> None:
        """One of PLACES."""
        self._is_channel = place.startswith(TEAM)
        self.page.get_by_role("treeitem", name=place).click()
        if self._is_channel:
            expect(self._post()).to_be_visible(timeout=PATIENCE)
        else:
            expect(self._post()).to_be_hidden(timeout=PATIENCE)
        expect(self._box()).to_be_editable(timeout=PATIENCE)

    def says(self, text: str) -> None:
        """In a chat. In a group chat the bot hears nothing that does not mention it."""
        self._box().fill(text)
        self._box().press("Enter")

    def mentions_in_chat(self, text: str) -> None:
        """The bot, and then this."""
        self._mentions(text)
        self._box().press("Enter")

    def mentions_in_channel(self, text: str) -> None:
        """The bot, and then this, in a post of its own."""
        self._mentions(text)
        self._post().click()

    def shown(self) -> str:
        """All that the bot has said in this conversation, newest last; in a channel each post with its thread."""
        if self._is_channel:
            said = [each.locator(f"{CARD}, p") for each in reversed(self.page.locator(POST).all())]
        else:
            said = [self.page.locator(IN_CHAT)]
        return "\n".join(text for each in said for text in each.evaluate_all(OUTERMOST))

    def is_told(self, text: str) -> None:
        """Waits until that is shown. Raises AssertionError with all that is shown where it is not, in time."""
        wanted = self.page.locator(self._words).filter(has_text=text).last
        try:
            expect(wanted).to_be_visible(timeout=PATIENCE)
        except AssertionError as error:
            raise AssertionError(f"{text!r} is not in what is shown:\n{self.shown()}") from error

    def is_told_times(self, text: str, count: int) -> None:
        """Waits until that is shown on so many cards."""
        expect(self.page.locator(CARD).filter(has_text=text)).to_have_count(count, timeout=PATIENCE)

    def cards(self) -> list[str]:
        """The words of each card in this conversation, pictures' among them and those of buttons not."""
        texts: list[str] = self.page.locator(CARD).evaluate_all(WORDS)
        return texts

    def last_card(self) -> Locator:
        """The newest: a channel has its newest post at the top."""
        cards = self.page.locator(CARD)
        return cards.first if self._is_channel else cards.last

    def presses(self, label: str, about: str = "") -> None:
        """A button of the last card; or the newest button that is `about` this, such as an item."""
        if about:
            self.page.get_by_title(f"{label} {about}").last.click()
        else:
            self.last_card().get_by_role("button", name=label, exact=True).click()

    def sees(self, label: str) -> bool:
        """Whether the last card has such a button."""
        return self.last_card().get_by_role("button", name=label, exact=True).is_visible()

    def fills(self, label: str, value: str | date) -> None:
        """A field of the last card. A choice is named by its title."""
        field = self.last_card().get_by_label(label, exact=True).first
        if isinstance(value, date):
            field.fill(f"{value.month}/{value.day}/{value.year}")
            field.press("Enter")
            field.press("Escape")  # its calendar hides what is below
        elif field.get_attribute("role") == "combobox":
            field.click()
            self.page.get_by_role("option", name=value, exact=True).click()
        else:
            field.fill(value)

    def ticks(self, choice: str) -> None:
        """A choice of the last card that is seen among the others."""
        self.last_card().locator("label", has_text=re.compile(f"^{re.escape(choice)}$")).first.check()

    def screenshot(self, path: Path) -> None:
        self.page.screenshot(path=path)

    @property
    def _words(self) -> str:
        return IN_CHANNEL if self._is_channel else IN_CHAT

    def _post(self) -> Locator:
        return self.page.get_by_role("button", name="Post", exact=True)

    def _box(self) -> Locator:
        """Where messages are written: a card may have text boxes of its own."""
        return self.page.locator(BOX).first

    def _mentions(self, text: str) -> None:
        self._box().click()
        self.page.keyboard.type(f"@{BOT['name'][:3]}")
        self.page.get_by_role("menuitem", name=BOT["name"]).click()
        self.page.keyboard.type(f" {text}")


@contextmanager
def on_this_machine(browser: Browser) -> Iterator[BrowserContext]:
    """Pages that reach nothing outside of it."""
    context = browser.new_context(locale="en-US", viewport={"width": 1300, "height": 1100})
    context.set_default_timeout(PATIENCE)
    context.route(NOT_LOCAL, lambda route: route.abort())
    yield context
    context.close()


@contextmanager
def person(browser: Browser, playground: Playground) -> Iterator[Person]:
    """With a browser of their own."""
    with on_this_machine(browser) as context:
        yield Person(context.new_page(), playground)
