"""What people do in the quarter, on any platform: as they would there, and again where the screen shows a failure."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from tests.storm.quarter import Quarter

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


class People(ABC):
    """`given` is in the order of time; `tried` has the notes of whoever did not see that it was taken, too."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter, self.dice = quarter, quarter.dice
        self.given: list[Given] = []
        self.tried: set[str] = set()
        self.waiting: dict[str, str] = {}

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
                made.append((self.dice.choice(moments), who, "besides"))
        return sorted(made)

    def does(self, who: str, kind: str) -> None:
        """Some answer to nothing."""
        if kind != "never":
            getattr(self, kind)(who)

    @abstractmethod
    def besides(self, who: str) -> None:
        """What can be done besides, and changes nothing."""

    def no_change(self, who: str) -> None:
        value = self._press(who, "No change")
        if value is not None:
            self.given.append(Given(who, return_id=int(value)))

    def answer(self, who: str) -> None:
        note = self._note()
        if not self._open(who, "delivery", ANSWER):
            return
        stands = self.dice.choice(("on_track", "on_track", "remedial_action", "unlikely"))
        if self._fill_in(who, stands, note) and self._send(who, note):
            self.given.append(Given(who, note))

    def words(self, who: str) -> None:
        note = self._note()
        if self._say(who, f"on track, {note}"):
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

    def _note(self) -> str:
        """Words that mean nothing, and are nobody else's."""
        note = "Contracts signed " + "".join(self.dice.choices("bcdfghjkm", k=12))
        self.tried.add(note)
        return note

    @abstractmethod
    def _press(self, who: str, label: str) -> str | None:
        """The button's value, once it was taken; None where there is no such button, or it fails again and again."""

    @abstractmethod
    def _open(self, who: str, asks: str, labels: tuple[str, ...]) -> bool:
        """Until the form is open that asks this."""

    @abstractmethod
    def _fill_in(self, who: str, delivery: str, note: str) -> bool:
        """Choose how delivery stands, and write this, in the form that is open; whether it is open still."""

    @abstractmethod
    def _send(self, who: str, note: str) -> bool:
        """Page by page, until it is taken; at once where no form is open."""

    @abstractmethod
    def _say(self, who: str, text: str) -> bool:
        """Write to the bot, whoever was asked for something; whether they were."""
