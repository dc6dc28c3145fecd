"""The card of prompts about returns: each item with what is asked or told, and the buttons that still work."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from remembrancer.cards.prompts.return_view import ReturnView, in_order
from remembrancer.models import Person, ReturnState, WindowState
from remembrancer.models.message import Button, Part
from remembrancer.reports.answer_text import option_in_words
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.programmes.answers import Circumstances, may_say_no_change
from remembrancer.rules.programmes.slips import standing_end
from remembrancer.rules.programmes.spec import Question
from remembrancer.wording import phrase, render

MAY_DISOWN = (Reason.LEADS, Reason.DELEGATED, Reason.STANDS_IN)
"""The reasons for being asked with which a person may say that the item is not theirs."""


def parts(person: Person, views: Sequence[ReturnView]) -> Iterator[Part]:
    """The parts of a person's card: a head for each window and tone, and the returns below it."""
    ordered = in_order(views)
    for _, of_window in groupby(ordered, key=lambda a: (a.window.id, a.asks, a.tone)):
        group = list(of_window)
        yield Part(text=_head(person, group))
        for each in group:
            yield _item_part(person, each)
    open_ones = [a for a in ordered if a.asks and not a.is_over and a.window.state != WindowState.LOCKED]
    unanswered = [a for a in open_ones if a.is_wanted]
    if unanswered:
        first = unanswered[0]
        text = render(
            "messages/prompt_foot.md",
            boards=first.boards,
            example=first.programme.examples[0],
            ref=first.item.ref,
            many=len(ordered) > 1,
        )
        yield Part(text=text, buttons=tuple(_foot_buttons(open_ones)))


def _foot_buttons(views: Sequence[ReturnView]) -> Iterator[Button]:
    """The buttons for all the returns at once; their value holds the returns' ids."""
    value = ",".join(str(each.ret.id) for each in views)
    about = ", ".join(each.item.ref for each in views)
    for name in ("history", "readers"):
        yield Button(action=name, value=value, label=phrase(f"buttons.{name}"), about=about)


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


def _item_part(person: Person, view: ReturnView) -> Part:
    status, version = view.programme.status, view.version
    may_see = view.because != Reason.NOBODY_ELSE
    text = render(
        "messages/prompt_item.md",
        person=person,
        asked=view,
        over=render("messages/asked_no_more.md", asked=view) if view.is_over else "",
        because=view.because,
        last=option_in_words(status, view.last[status.key]) if view.last.get(status.key) and may_see else "",
        now=option_in_words(status, version.answers.get(status.key, "")) if version and may_see else "",
        sees=may_see,
        ends=_standing_end(view),
    )
    return Part(text=text, buttons=tuple(_buttons(view, person)))


def _standing_end(view: ReturnView) -> tuple[Question, date] | None:
    """The end date that holds, where the programme has a name for it."""
    found = standing_end(view.programme, Circumstances(answers={}, last=view.last, facts=view.item.facts))
    return found if found and found[0].stands_as else None


def _buttons(view: ReturnView, person: Person) -> Iterator[Button]:
    if view.window.state == WindowState.LOCKED or view.is_set_aside or view.because == Reason.NOBODY_ELSE:
        return
    is_done = view.is_given and not view.asks
    if view.recipient.may_answer and not is_done:
        yield _button("answer", view, "" if view.is_given or view.is_over else "primary")
    if view.asks and not view.is_given and not view.is_over:
        yield from (_button(action, view) for action in _other_actions(view, person))


def _other_actions(view: ReturnView, person: Person) -> Iterator[str]:
    """The other actions of a person who is asked, or who delegated the return."""
    if view.ret.state == ReturnState.AWAITING and may_say_no_change(view.programme, view.last, view.item.facts):
        yield "no_change"
    if view.window.state == WindowState.OPEN and view.is_asked:
        yield "snooze"
    if view.ret.delegate_id is None and view.window.state == WindowState.OPEN:
        yield "delegate"
    if view.ret.delegate_id not in (None, person.id):
        yield "take_back"
    if view.because in MAY_DISOWN:
        yield "not_mine"


def _button(action: str, view: ReturnView, style: Any = "") -> Button:
    name = "change" if action == "answer" and view.is_given else action
    name = "not_mine_again" if name == "not_mine" and view.is_disowned else name
    on_behalf = not view.asks or (view.is_over and not view.holds)
    name = "answer_for" if name == "answer" and on_behalf else name
    return Button(
        action=action,
        value=str(view.ret.id),
        label=phrase(f"buttons.{name}"),
        about=f"{view.item.ref} {view.item.title}",
        style=style,
    )
