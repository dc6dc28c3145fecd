"""Telling secretaries and admins who is asked and cannot be reached: from the first day of a window, not the last."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from remembrancer.models import OutgoingMessage, Person, Prompt, Return, SendState, Window
from remembrancer.models.message import message
from remembrancer.queries.organisation import programme_of
from remembrancer.queries.returns import unreachable
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import is_admin
from remembrancer.rules.prompts.due import RUNNING, WANTED
from remembrancer.services.outbox import next_at_work, tell
from remembrancer.wording import render

log = structlog.get_logger()
CutOff = Mapping[int, Sequence[Return]]
"""What somebody (id) who cannot be reached is asked for."""


def tell_of_unreachable(engine: Engine, facts: Facts, now: datetime) -> None:
    """Tell of each person once who is asked in a window and has no chat account. Telling twice is harmless."""
    if facts.paused:
        return
    with Session(engine) as session:
        windows = _cut_off(session, facts)
    for window_id, cut_off in windows.items():
        with Session(engine) as session:
            try:
                _tell(session, facts, session.get_one(Window, window_id), cut_off, now)
                session.commit()
            except IntegrityError:
                # Another replica was first; the next look sees what it wrote.
                session.rollback()
                log.info("told elsewhere", window=window_id)


def _cut_off(session: Session, facts: Facts) -> dict[int, CutOff]:
    """By window: whose prompt to answer, as the window stands, waits for an account that they do not have."""
    ids = unreachable(session)
    if not ids:
        return {}
    query = select(Prompt.return_id, Prompt.person_id).where(
        Prompt.return_id == Return.id,
        Prompt.message_id == OutgoingMessage.id,
        Return.window_id == Window.id,
        Prompt.revision == Window.revision,
        Prompt.to == "lead",
        OutgoingMessage.state == SendState.PENDING,
        col(Prompt.person_id).in_(ids),
        col(Window.state).in_(RUNNING),
        col(Return.state).in_(WANTED),
    )
    asked = set(session.exec(query))
    found: dict[int, dict[int, list[Return]]] = defaultdict(lambda: defaultdict(list))
    for window_id, returns in facts.returns.items():
        for ret in returns:
            for person_id in sorted(person for return_id, person in asked if return_id == ret.id):
                found[window_id][person_id].append(ret)
    return {window_id: dict(each) for window_id, each in found.items()}


def _tell(session: Session, facts: Facts, window: Window, cut_off: CutOff, now: datetime) -> None:
    """Each secretary of those in the items that are theirs to see, and each admin of all."""
    everybody = {known(admin.id): set(cut_off) for admin in recipients.admins(facts)}
    for person_id, returns in cut_off.items():
        for ret in returns:
            for secretary, _ in recipients.secretary(facts, ret, now):
                everybody.setdefault(known(secretary.id), set()).add(person_id)
    for recipient_id, whom in everybody.items():
        new = sorted(whom - told_already(session, _prefix(window, recipient_id)) - {recipient_id})
        if new:
            _tell_one(session, facts, window, facts.people[recipient_id], {key: cut_off[key] for key in new}, now)


def _prefix(window: Window, recipient_id: int) -> str:
    return f"unreachable-{window.id}-r{window.revision}-{recipient_id}-"


def told_already(session: Session, prefix: str) -> set[int]:
    """Of whom (ids) somebody was told: the keys of the messages that begin so say it."""
    keys = session.exec(select(OutgoingMessage.key).where(col(OutgoingMessage.key).startswith(prefix))).all()
    return {int(number) for key in keys for number in key.removeprefix(prefix).split(".")}


def _tell_one(
    session: Session, facts: Facts, window: Window, recipient: Person, cut_off: CutOff, now: datetime
) -> None:
    text = render(
        "messages/unreachable.md",
        head=f"{programme_of(session, window).title}: {window.title}",
        papers=False,
        rows=[
            (facts.people[key], [facts.items[ret.item_id].ref for ret in _seen(facts, recipient, returns, now)])
            for key, returns in cut_off.items()
        ],
        admin=is_admin(recipient),
    )
    tell(
        session,
        recipient,
        message(text),
        key=_prefix(window, known(recipient.id)) + ".".join(str(key) for key in cut_off),
        kind="unreachable",
        because="unreachable",
        now=now,
        window=window,
        not_before=next_at_work(session, recipient, now),
        expires_at=window.late_until,
    )


def _seen(facts: Facts, recipient: Person, returns: Collection[Return], now: datetime) -> list[Return]:
    """The returns whose names the recipient may see: an admin all of them, a secretary their boards'."""
    if is_admin(recipient):
        return list(returns)
    return [
        ret for ret in returns if any(person.id == recipient.id for person, _ in recipients.secretary(facts, ret, now))
    ]
