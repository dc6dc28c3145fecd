"""The card that carries a person's prompts: what is asked or told about each item, and the buttons that still work."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlmodel import Session, select

from acts.lookups import boards_of, current, definition, get, last_answers
from acts.returns import draft_of
from bot.message import Button, Message, Part
from models import (
    Item,
    Person,
    Post,
    Programme,
    Prompt,
    Return,
    ReturnState,
    ReturnVersion,
    Snooze,
    Window,
    WindowState,
)
from rules.answers import may_say_no_change
from rules.display import option_in_words
from rules.people import Because
from rules.programme import Programme as ProgrammeSpec
from wording import render, say

GIVEN = (ReturnState.SUBMITTED, ReturnState.ACCEPTED)


@dataclass(frozen=True)
class Asked:
    """One prompt with the rows that it speaks of."""

    prompt: Prompt
    ret: Return
    item: Item
    window: Window
    programme: Programme
    snooze: Snooze | None = None
    has_draft: bool = False

    @property
    def spec(self) -> ProgrammeSpec:
        return definition(self.programme)

    @property
    def asks(self) -> bool:
        """Whether the person is asked to answer, rather than told that somebody has not."""
        return self.prompt.to == "lead"

    @property
    def tone(self) -> str:
        """How it is put: a key of templates/messages/prompt_head.md."""
        if self.prompt.because == Because.VACANT:
            return "vacant"
        if not self.asks:
            return "escalation"
        if self.prompt.step.startswith(("returned_", "snoozed_")):
            return self.prompt.step.split("_", 1)[0]
        step = next((step for step in self.spec.chase.steps if step.key == self.prompt.step), None)
        if step is None or step.at == "opening":
            return "opening"
        return "last_day" if step.working_days_before_close == 0 else "reminder"


def load_asked(session: Session, prompts: Sequence[Prompt]) -> list[Asked]:
    """The prompts of one message with their rows, in the items' order."""
    found = []
    for prompt in prompts:
        ret: Return = get(session, Return, prompt.return_id)
        window: Window = get(session, Window, ret.window_id)
        query = select(Snooze).where(
            Snooze.return_id == ret.id,
            Snooze.person_id == prompt.person_id,
            Snooze.revision == window.revision,
        )
        found.append(
            Asked(
                prompt=prompt,
                ret=ret,
                item=get(session, Item, ret.item_id),
                window=window,
                programme=get(session, Programme, window.programme_id),
                snooze=session.exec(query).first(),
                has_draft=draft_of(session, ret, prompt.person_id) is not None,
            )
        )
    return in_order(found)


def in_order(asked: Sequence[Asked]) -> list[Asked]:
    """By window, what is asked before what is told, in the items' order."""
    return sorted(asked, key=lambda a: (a.window.opens_at, a.window.id, not a.asks, a.tone, a.item.position))


def showing(asked: Sequence[Asked]) -> str:
    """A name for what the card should show now: the same as long as it should show the same."""
    states = [
        f"{a.ret.id} {a.ret.state} {a.ret.versions} {a.ret.delegate_id} {a.has_draft} "
        f"{a.snooze.until if a.snooze else ''} {a.window.state} {a.window.closes_at.isoformat()}"
        for a in asked
    ]
    return hashlib.sha256("\n".join(states).encode()).hexdigest()[:16]


def is_settled(asked: Sequence[Asked]) -> bool:
    """Whether nothing on the card can change any more."""
    return all(a.window.state == WindowState.LOCKED for a in asked)


def card(session: Session, person: Person, asked: Sequence[Asked]) -> Message:
    """The whole card as it should be now."""
    return Message(parts=tuple(_parts(session, person, asked)))


def _parts(session: Session, person: Person, asked: Sequence[Asked]) -> Iterator[Part]:
    for _, of_window in groupby(asked, key=lambda a: (a.window.id, a.asks, a.tone)):
        group = list(of_window)
        yield Part(text=_head(person, group))
        for each in group:
            yield _item_part(session, person, each)
    if any(a.asks and a.window.state != WindowState.LOCKED and a.ret.state not in GIVEN for a in asked):
        boards = [board.name for board in boards_of(session, asked[0].window.programme_id)]
        yield Part(text=render("messages/prompt_foot.md", boards=boards, ref=asked[0].item.ref, many=len(asked) > 1))


def _head(person: Person, group: Sequence[Asked]) -> str:
    first = group[0]
    return render(
        "messages/prompt_head.md",
        person=person,
        programme=first.spec,
        window=first.window,
        tone=first.tone,
        count=len(group),
        wanted=sum(a.ret.state not in GIVEN for a in group),
        revised=first.prompt.revision > 1,
    )


def _item_part(session: Session, person: Person, asked: Asked) -> Part:
    last = last_answers(session, asked.item.id or 0, asked.window)
    version = current(session, asked.ret)
    status = asked.spec.status
    text = render(
        "messages/prompt_item.md",
        person=person,
        asked=asked,
        lead=_post_holder(session, asked),
        last=option_in_words(status, last[status.key]) if last.get(status.key) else "",
        now=option_in_words(status, version.answers.get(status.key, "")) if version else "",
        version=version,
        given_by=_name(session, version),
        delegate=session.get(Person, asked.ret.delegate_id) if asked.ret.delegate_id else None,
    )
    return Part(text=text, buttons=tuple(_buttons(asked, person, last)))


def _post_holder(session: Session, asked: Asked) -> str:
    post: Post = get(session, Post, asked.item.lead_post_id)
    return post.name


def _name(session: Session, version: ReturnVersion | None) -> str:
    giver = session.get(Person, version.given_by_id) if version and version.given_by_id else None
    return giver.name if giver else ""


def _buttons(asked: Asked, person: Person, last: dict[str, Any]) -> Iterator[Button]:
    if asked.window.state == WindowState.LOCKED:
        return
    given = asked.ret.state in GIVEN
    if asked.asks or not given:
        yield _button("answer", asked, "" if given else "primary")
    if asked.asks and not given:
        yield from (_button(action, asked) for action in _ways_out(asked, person, last))


def _ways_out(asked: Asked, person: Person, last: dict[str, Any]) -> Iterator[str]:
    """What else somebody who is asked may do than answer now."""
    if asked.ret.state == ReturnState.AWAITING and may_say_no_change(asked.spec, last, asked.item.facts):
        yield "no_change"
    if asked.window.state == WindowState.OPEN:
        yield "snooze"
    if asked.ret.delegate_id is None:
        yield "delegate"
    elif asked.ret.delegate_id != person.id:
        yield "take_back"


def _button(action: str, asked: Asked, style: Any = "") -> Button:
    given = asked.ret.state in GIVEN
    name = "change" if action == "answer" and given else action
    name = "answer_for" if name == "answer" and not asked.asks else name
    return Button(
        action=action,
        value=str(asked.ret.id),
        label=say(f"buttons.{name}"),
        about=f"{asked.item.ref} {asked.item.title}",
        style=style,
    )
