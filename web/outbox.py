"""What was sent, in words: to whom, what, and because of which rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from acts.lookups import definition
from models import AuditEvent, Board, OutgoingMessage, Person, Programme, Prompt, SendState, Window
from rules.programme import StepSpec
from scheduler.preview import step_in_words
from wording import say

PLAIN_STEPS = ("snoozed", "returned", "requested")


@dataclass(frozen=True)
class Sending:
    """One message that was sent. `href` is where to read it; `because` are the rules that sent it."""

    at: datetime
    to: str
    href: str
    what: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Happening:
    """Messages of one kind that were sent at one moment for one reason."""

    at: datetime
    what: str
    because: tuple[str, ...]
    to: tuple[Sending, ...]


@dataclass(frozen=True)
class Move:
    """What happened while the clock moved: windows with their new state, how many answers came in, what was sent."""

    number: int
    to: datetime
    windows: tuple[tuple[str, str], ...]
    answers: int
    sent: tuple[Happening, ...]


def sendings(session: Session, after: datetime | None = None) -> list[Sending]:
    """What was sent after a moment, or ever, in the order of time."""
    query = select(OutgoingMessage).where(OutgoingMessage.state == SendState.SENT)
    if after is not None:
        query = query.where(col(OutgoingMessage.sent_at) > after)
    rows = session.exec(query.order_by(col(OutgoingMessage.sent_at), col(OutgoingMessage.id))).all()
    return [_sending(session, row) for row in rows]


def _sending(session: Session, row: OutgoingMessage) -> Sending:
    steps = _steps(session, row)
    to, href = _addressee(session, row)
    return Sending(
        at=row.sent_at or row.created_at,
        to=to,
        href=href,
        what=_what(row.kind, steps),
        because=_because(session, row, steps),
    )


def _addressee(session: Session, row: OutgoingMessage) -> tuple[str, str]:
    if row.person_id is not None:
        return session.get_one(Person, row.person_id).name, f"/people/{row.person_id}#post-{row.remote_id}"
    board = session.get_one(Board, row.board_id)
    return board.channel, f"/channels/{board.key}#post-{row.remote_id}"


def _steps(session: Session, row: OutgoingMessage) -> dict[str, StepSpec]:
    """The steps of the policy that a message may come from, by key."""
    if row.window_id is None:
        return {}
    programme = session.get_one(Programme, session.get_one(Window, row.window_id).programme_id)
    chase = definition(programme).chase
    return {step.key: step for step in (chase.secretary_digests if row.kind == "digest_progress" else chase.steps)}


def _what(kind: str, steps: Mapping[str, StepSpec]) -> str:
    step = steps.get(kind)
    if step is None:
        return _named("pages.kind", kind)
    if step.to != "lead":
        return say("pages.kind_escalation")
    return say("pages.kind_opening" if step.at == "opening" else "pages.kind_reminder")


def _because(session: Session, row: OutgoingMessage, steps: Mapping[str, StepSpec]) -> tuple[str, ...]:
    if row.kind == "reply":
        return ()
    prompts = session.exec(select(Prompt).where(Prompt.message_id == row.id).order_by(col(Prompt.id))).all()
    if not prompts:
        return (_rule(row.because, steps),)
    rules = [_rule(prompt.step, steps) for prompt in prompts]
    return tuple(dict.fromkeys([*rules, *(_named("because", prompt.because, "") for prompt in prompts)]))


def _rule(step: str, steps: Mapping[str, StepSpec]) -> str:
    """A step of the policy, or another occasion, in words."""
    if step in steps:
        return step_in_words(steps[step])
    plain = next((name for name in PLAIN_STEPS if step.startswith(f"{name}_")), None)
    return say(f"steps.{plain}") if plain else _named("pages.because", step)


def _named(group: str, key: str, join: str = "_") -> str:
    """The words for a key; a key that has none stands for itself."""
    try:
        return say(f"{group}{join or '.'}{key}")
    except KeyError:
        return key.replace("_", " ")


def move(session: Session, number: int, before: datetime, now: datetime) -> Move:
    """What happened while the clock moved from one moment to another."""
    query = select(AuditEvent).where(col(AuditEvent.at) > before, col(AuditEvent.at) <= now)
    events = session.exec(query.order_by(col(AuditEvent.at), col(AuditEvent.id))).all()
    titles = {f"window {window.key}": window.title for window in session.exec(select(Window))}
    return Move(
        number=number,
        to=now,
        windows=tuple((titles[event.subject], event.act) for event in events if event.subject in titles),
        answers=sum(event.act == "answered" for event in events),
        sent=tuple(together(sendings(session, before))),
    )


def together(sent: Iterable[Sending]) -> list[Happening]:
    """Messages of one kind that were sent at one moment for one reason, in the order of the first of each."""
    groups: dict[tuple[datetime, str, tuple[str, ...]], list[Sending]] = {}
    for sending in sent:
        groups.setdefault((sending.at, sending.what, sending.because), []).append(sending)
    return [Happening(at, what, because, tuple(to)) for (at, what, because), to in groups.items()]
