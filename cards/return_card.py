"""The card that carries a person's prompts: what is asked or told about each item, and the buttons that still work."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from remembrancer.cards.return_view import ReturnView, in_order
from remembrancer.models import Person, ReturnState, WindowState
from remembrancer.models.message import Button, Part
from remembrancer.reports.answer_text import option_in_words
from remembrancer.rules.people.recipients import Because
from remembrancer.rules.programmes.answers import may_say_no_change
from remembrancer.wording import render, say

OWNING = (Because.LEADS, Because.DELEGATED, Because.STANDS_IN)
"""Why somebody is asked who may say that it is not theirs."""


def parts(person: Person, views: Sequence[ReturnView]) -> Iterator[Part]:
    """The parts of a person's card: a head for each window and tone, and each return below its head."""
    asked = in_order(views)
    for _, of_window in groupby(asked, key=lambda a: (a.window.id, a.asks, a.tone)):
        group = list(of_window)
        yield Part(text=_head(person, group))
        for each in group:
            yield _item_part(person, each)
    open_ones = [a for a in asked if a.asks and not a.is_over and a.window.state != WindowState.LOCKED]
    unanswered = [a for a in open_ones if a.is_wanted]
    if unanswered:
        first = unanswered[0]
        text = render("messages/prompt_foot.md", boards=first.boards, ref=first.item.ref, many=len(asked) > 1)
        yield Part(text=text, buttons=tuple(_foot_buttons(open_ones)))


def _foot_buttons(asked: Sequence[ReturnView]) -> Iterator[Button]:
    """What can be asked of all of them at once; their value names the returns."""
    value = ",".join(str(each.ret.id) for each in asked)
    about = ", ".join(each.item.ref for each in asked)
    for name in ("history", "readers"):
        yield Button(action=name, value=value, label=say(f"buttons.{name}"), about=about)


def _head(person: Person, group: Sequence[ReturnView]) -> str:
    first = group[0]
    return render(
        "messages/prompt_head.md",
        person=person,
        programme=first.programme,
        window=first.window,
        tone=first.tone,
        count=len(group),
        wanted=sum(a.is_wanted_here for a in group),
        given=sum(a.is_given and not a.is_over for a in group),
        over=all(a.is_over for a in group),
        is_late=first.is_late,
        revised=first.prompt.revision > 1,
        was=first.closed_before,
    )


def _item_part(person: Person, asked: ReturnView) -> Part:
    status, version = asked.programme.status, asked.version
    sees = asked.because != Because.NOBODY_ELSE
    text = render(
        "messages/prompt_item.md",
        person=person,
        asked=asked,
        over=render("messages/asked_no_more.md", asked=asked) if asked.is_over else "",
        because=asked.because,
        last=option_in_words(status, asked.last[status.key]) if asked.last.get(status.key) and sees else "",
        now=option_in_words(status, version.answers.get(status.key, "")) if version and sees else "",
        sees=sees,
    )
    return Part(text=text, buttons=tuple(_buttons(asked, person)))


def _buttons(asked: ReturnView, person: Person) -> Iterator[Button]:
    if asked.window.state == WindowState.LOCKED or asked.is_set_aside or asked.because == Because.NOBODY_ELSE:
        return
    is_done = asked.is_given and not asked.asks
    if asked.stands.may_answer and not is_done:
        yield _button("answer", asked, "" if asked.is_given or asked.is_over else "primary")
    if asked.asks and not asked.is_given and not asked.is_over:
        yield from (_button(action, asked) for action in _ways_out(asked, person))


def _ways_out(asked: ReturnView, person: Person) -> Iterator[str]:
    """What else somebody who is asked, or who handed it on, may do than answer now."""
    if asked.ret.state == ReturnState.AWAITING and may_say_no_change(asked.programme, asked.last, asked.item.facts):
        yield "no_change"
    if asked.window.state == WindowState.OPEN and asked.is_asked:
        yield "snooze"
    if asked.ret.delegate_id is None and asked.window.state == WindowState.OPEN:
        yield "delegate"
    if asked.ret.delegate_id not in (None, person.id):
        yield "take_back"
    if asked.because in OWNING:
        yield "not_mine"


def _button(action: str, asked: ReturnView, style: Any = "") -> Button:
    name = "change" if action == "answer" and asked.is_given else action
    name = "not_mine_again" if name == "not_mine" and asked.is_disowned else name
    on_behalf = not asked.asks or (asked.is_over and not asked.holds)
    name = "answer_for" if name == "answer" and on_behalf else name
    return Button(
        action=action,
        value=str(asked.ret.id),
        label=say(f"buttons.{name}"),
        about=f"{asked.item.ref} {asked.item.title}",
        style=style,
    )
