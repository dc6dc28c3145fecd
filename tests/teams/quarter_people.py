"""What people do in Teams: by buttons, by forms that are cards and turn their pages in place, and by words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remembrancer.wording import phrase
from tests.storm.people import OPEN, TRIES, People
from tests.teams.quarter import TeamsQuarter
from tests.teams.strict.delivery import Delivery
from tests.teams.strict.state import Json, Shown
from tests.teams.workplace import actions, inputs

WRONG = phrase("form_pages.error", error="")
SENT = phrase("teams.form_sent", title="").partition(": ")[2]
A_CARD = "application/vnd.microsoft.card.adaptive"
TURNS = 30
"""Presses on a form's pages, after which somebody gives it up."""


@dataclass
class Page:
    """A form's page as somebody sees it: in this message, and what its inputs hold by now."""

    post: str
    card: Json
    values: dict[str, str]

    @property
    def onward(self) -> Json:
        return self.action("form_next", "form_send")

    def action(self, *verbs: str) -> Json:
        return next(each for each in actions(self.card) if each.get("verb") in verbs)


class TeamsPeople(People):
    """`seen`: what was answered by forms (their messages). `kept` is what was typed on a page that was taken.

    `said` are the messages that Teams took from people.
    """

    quarter: TeamsQuarter

    def __init__(self, quarter: TeamsQuarter) -> None:
        super().__init__(quarter)
        self.pages: dict[str, Page] = {}
        self.seen: dict[str, str] = {}
        self.kept: set[str] = set()
        self.said: list[Delivery] = []

    def besides(self, who: str) -> None:
        self.quarter.is_back(who)
        self.said.append(self.quarter.writes(who, "my"))
        self.quarter.pass_time()

    def _say(self, who: str, text: str) -> bool:
        self.quarter.is_back(who)
        cards = [post for post in self._posts(who) if any(each.get("verb") == "answer" for each in _actions(post))]
        if cards:
            about = {"replyToId": cards[-1].id} if self.dice.random() < 0.7 else {}
            self.said.append(self.quarter.writes(who, text, **about))
            self.quarter.pass_time()
        return bool(cards)

    def _posts(self, who: str) -> list[Shown]:
        return self.quarter.teams.shown(self.quarter.chats[who])

    def _press(self, who: str, label: str) -> str | None:
        self.quarter.is_back(who)
        for _ in range(TRIES):
            post, action = self._button(who, label)
            if post is None:
                return None
            delivery = self._pressed(who, post.id, action, {})
            if delivery.acknowledged:
                self._look(who)
                return str(action["data"]["value"])
        return None

    def _button(self, who: str, label: str) -> tuple[Shown | None, Json]:
        for post in reversed(self._posts(who)):
            for action in _actions(post):
                if action.get("title") == label:
                    return post, action
        return None, {}

    def _pressed(self, who: str, post: str, action: Json, typed: Mapping[str, str]) -> Delivery:
        value = {"action": {**action, "data": action["data"] | typed}, "trigger": "manual"}
        told = self.quarter.by(who, "invoke", name="adaptiveCard/action", value=value, replyToId=post)
        delivery = self.quarter.deliver(told)
        self.quarter.pass_time()
        return delivery

    def _look(self, who: str) -> None:
        """At the newest form in the chat, as the chat has it."""
        self.pages.pop(who, None)
        self.seen.clear()
        for post in reversed(self._posts(who)):
            card = _card(post)
            if any(each.get("verb") == "form_cancel" for each in actions(card)):
                self.pages[who] = _page(post.id, card)
                return

    def _open(self, who: str, asks: str, labels: tuple[str, ...]) -> bool:
        for _ in range(TRIES):
            for label in (*labels, OPEN):
                self._press(who, label)
                if self._turned_to(who, asks):
                    return True
        return False

    def _turned_to(self, who: str, asks: str) -> bool:
        """A form that was put away shows the page that was last seen."""
        for _ in range(TURNS):
            page = self.pages.get(who)
            if page is None or f"in.{asks}" in page.values:
                return page is not None
            self._turn(who, page, page.action("form_back", "form_cancel"))
        return False

    def _fill_in(self, who: str, delivery: str, note: str) -> bool:
        """The words stand on a later page, where a choice may steer what is asked."""
        self.pages[who].values["in.delivery"] = delivery
        for _ in range(TURNS):
            page = self.pages.get(who)
            if page is None:
                return False
            if "in.progress_description" in page.values:
                page.values["in.progress_description"] = note
                return True
            self._turn(who, page, page.onward)
        return False

    def _send(self, who: str, note: str) -> bool:
        shown = self.pages.get(who)
        for _ in range(TURNS):
            page = self.pages.get(who)
            if page is None:
                return shown is None or SENT in self._seen(who, shown.post)
            if WRONG in str(page.card):
                self._mend(page, note)
            self._turn(who, page, page.onward)
        return False

    def _seen(self, who: str, form: str) -> str:
        """What stands in the place of a form that is closed."""
        return self.seen.get(form) or next(post.text for post in self._posts(who) if post.id == form)

    def _turn(self, who: str, page: Page, action: Json) -> None:
        """Press a button of the page, and see what takes its place."""
        typed = {key: value for key, value in page.values.items() if value}
        delivery = self._pressed(who, page.post, action, typed)
        answer = delivery.answer or {}
        if answer.get("type") != A_CARD:
            # It is not seen to have been taken: the same again, or what the chat shows by now.
            self._look(who)
            return
        self.kept |= set(typed.values()) & self.tried
        self.pages.pop(who)
        self.seen[page.post] = str(answer["value"])
        if any(each.get("verb") == "form_cancel" for each in actions(answer["value"])):
            self.pages[who] = _page(page.post, answer["value"])

    def _mend(self, page: Page, note: str) -> None:
        """Fill in what is missing."""
        for container in page.card["body"]:
            if WRONG in str(container):
                for key, element in inputs([container]).items():
                    page.values[key] = page.values[key] or self._anything(element, note)

    def _anything(self, element: Json, note: str) -> str:
        wanted: Any = {"Input.Text": note, "Input.Date": "2020-03-31"}.get(element["type"])
        choices = [each["value"] for each in element.get("choices", ())]
        return str(wanted or self.dice.choice(choices))


def _card(post: Shown) -> Json:
    [attachment] = post.activity["attachments"]
    card: Json = attachment["content"]
    return card


def _actions(post: Shown) -> list[Json]:
    return list(actions(_card(post)))


def _page(post: str, card: Json) -> Page:
    return Page(post, card, {key: str(each.get("value", "")) for key, each in inputs(card).items()})
