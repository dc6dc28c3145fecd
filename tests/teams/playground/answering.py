"""What people do who are asked: each at their page, until they see that it was taken."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from tests.teams.playground.house import House
from tests.teams.playground.person import Person

Page = Sequence[Callable[[], None]]
"""What is filled in on one page of a form."""

STANDS: Page = ()
PROGRESS = "Progress: What has happened since the last update? (required)"
GO_LIVE = "Milestones: Go live"
NEW_END = "New end date: Is there a new end date?"
REASON = "Reason for the new end date: Why is the end date later? (required)"
DETAIL = "Issues in detail: What are the issues, in detail? (required)"
IMPACT = "Impact: What is their impact on delivery? (required)"
ACTIONS = "Mitigating actions or escalations: What mitigating actions or escalations are under way? (required)"
ON_TRACK, REMEDIAL = "● Yes, it is on track", "▲ It requires remedial action"


def is_thanked(who: Person, ref: str) -> None:
    who.is_told(f"✓ {ref} – thank you. Stored")


def says_no_change(who: Person, ref: str) -> None:
    who.presses("No change", about=ref)
    is_thanked(who, ref)


def answers_in_words(who: Person, ref: str, words: str) -> None:
    """What was understood is read back, and confirmed."""
    who.says(words)
    who.is_told("Nothing is sent until you confirm")
    who.presses("Send this answer")
    is_thanked(who, ref)


def fills_in(house: House, who: Person, pages: Sequence[Page] = (), first: int = 1) -> None:
    """The form from its `first` page on, and sends it; the pages after the given ones stand as they are."""
    for number in count(first):
        who.is_told(f"Page {number} of")
        # A page is shown twice, as the answer to a press and as the message that changed: the second empties it.
        house.rest()
        for fills in pages[number - first : number - first + 1]:
            for fill in fills:
                fill()
        if who.sees("Send"):
            who.presses("Send")
            return
        who.presses("Next")


def is_sent(who: Person, ref: str) -> None:
    who.is_told("sent. The next message says what came of it")
    is_thanked(who, ref)


def in_trouble(who: Person, progress: str, *issues: str) -> Sequence[Page]:
    """An answer that is not on track, page by page."""
    first = (partial(who.ticks, REMEDIAL),)
    second = (partial(who.fills, PROGRESS, progress),)
    third = [partial(who.ticks, issue) for issue in issues]
    fourth = (
        partial(who.fills, DETAIL, f"{progress}, and what follows from it"),
        partial(who.fills, IMPACT, "Some months"),
        partial(who.fills, ACTIONS, "A revised plan"),
    )
    return (first, second, third, fourth)
