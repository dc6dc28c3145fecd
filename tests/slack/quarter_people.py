"""What people do in the quarter: as they would in Slack, and again where the screen shows a failure."""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.slack.quarter import Quarter
from tests.slack.strict.inputs import CannotError
from tests.slack.strict.state import Json

ANSWER = ("Answer", "Answer on behalf", "Change answer")
OPEN, CONFIRM = "Open the form", "Send this answer"
TRIES = 6
DOES = {"never": 5, "no_change": 4, "answer": 6, "words": 4, "snooze": 2, "delegate": 2}
"""What somebody does, and how likely that is."""


@dataclass
class Given:
    """What somebody has given, as they saw it: `note` is theirs alone; of 'No change', the return."""

    who: str
    note: str = ""
    return_id: int = 0


@dataclass
class People:
    """`given` is in the order of time; `tried` has the notes of whoever did not see that it was taken, too."""

    quarter: Quarter
    given: list[Given] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    waiting: dict[str, str] = field(default_factory=dict)

    @property
    def dice(self) -> random.Random:
        return self.quarter.dice

    def plans(self, moments: list[int]) -> list[tuple[int, str, str]]:
        """(one of these moments, who, what), in order."""
        made = []
        for who in self.quarter.users:
            kind = self.dice.choices(list(DOES), list(DOES.values()))[0]
            at = self.dice.choice(moments)
            made.append((at, who, kind))
            if kind in ("snooze", "delegate", "answer") and self.dice.random() < 0.3:
                made.append((self.dice.choice([one for one in moments if one >= at]), who, "answer"))
            if self.dice.random() < 0.3:
                made.append((self.dice.choice(moments), who, "home"))
        return sorted(made)

    def does(self, who: str, kind: str) -> None:
        getattr(self, kind)(who)

    def never(self, _who: str) -> None:
        """Some answer to nothing."""

    def home(self, who: str) -> None:
        self.quarter.slack.open_home(self._user(who))

    def no_change(self, who: str) -> None:
        action = self._press(who, "No change")
        if action is not None:
            self.given.append(Given(who, return_id=int(action["value"])))

    def answer(self, who: str) -> None:
        note = self._note()
        if not self._open(who, "delivery", ANSWER):
            return
        delivery = self.dice.choice(("on_track", "on_track", "remedial_action", "unlikely"))
        self.quarter.slack.choose(self._user(who), "delivery", delivery)
        self.quarter.rest()
        self.quarter.slack.fill(self._user(who), {"progress_description": note})
        if self._send(who, note):
            self.given.append(Given(who, note))

    def words(self, who: str) -> None:
        note, user = self._note(), self._user(who)
        cards = [one for one in self.quarter.slack.messages(user) if '"answer"' in str(one.blocks).replace("'", '"')]
        if cards:
            about = cards[-1].ts if self.dice.random() < 0.7 else None
            self.quarter.slack.say(user, f"on track, {note}", thread_ts=about)
            self.waiting[who] = note

    def snooze(self, who: str) -> None:
        if self._open(who, "when", ("Remind me later",)):
            self._send(who, "")

    def delegate(self, who: str) -> None:
        if self._open(who, "person", ("Ask someone else",)):
            self._send(who, "")

    def confirm(self) -> None:
        """Whoever has written sees by now what was understood, and confirms it."""
        for who, note in list(self.waiting.items()):
            if self._press(who, CONFIRM) is not None:
                del self.waiting[who]
                # Where somebody else was first, their answer is shown before this is taken.
                if self._send(who, note):
                    self.given.append(Given(who, note))

    def _user(self, who: str) -> str:
        return self.quarter.users[who]

    def _note(self) -> str:
        """Words that mean nothing, and are nobody else's."""
        note = "Contracts signed " + "".join(self.dice.choices("bcdfghjkm", k=12))
        self.tried.add(note)
        return note

    def _press(self, who: str, label: str) -> Json | None:
        """The action, once it was taken; None where there is no such button, or it fails again and again."""
        for _ in range(TRIES):
            try:
                delivery = self.quarter.slack.press(self._user(who), label=label)
            except CannotError:
                return None
            self.quarter.rest()
            if delivery.acknowledged:
                action: Json = delivery.payload["actions"][0]
                return action
        return None

    def _open(self, who: str, asks: str, labels: tuple[str, ...]) -> bool:
        """Until the form is open that asks this."""
        slack, user = self.quarter.slack, self._user(who)
        for _ in range(TRIES):
            for label in (*labels, OPEN):
                self._press(who, label)
                view = slack.view_of(user)
                if view is not None and asks in {block["block_id"] for block in view["blocks"]}:
                    return True
                if view is not None:
                    slack.close(user)
        return False

    def _send(self, who: str, note: str) -> bool:
        """Page by page, until it is taken."""
        slack, user = self.quarter.slack, self._user(who)
        for _ in range(20):
            view = slack.view_of(user)
            if view is None:
                return True
            errors = slack.submit(user)
            self.quarter.rest()
            for block in view["blocks"]:
                if block.get("block_id") in errors:
                    self._mend(user, block, note)
        return False

    def _mend(self, user: str, block: Json, note: str) -> None:
        """Fill in what is missing."""
        view, element = self.quarter.slack.view_of(user), block["element"]
        held: Any = view["state"]["values"].get(block["block_id"], {}) if view else {}
        if any(one.get(key) for one in held.values() for key in one if key != "type"):
            return
        wanted: Any = {"plain_text_input": note, "datepicker": "2020-03-31"}.get(element["type"])
        options = [option["value"] for option in element.get("options", ())]
        if element["type"] == "checkboxes":
            wanted = [self.dice.choice(options)]
        self.quarter.slack.fill(user, {block["block_id"]: wanted or self.dice.choice(options)})
