"""Tells secretaries and admins which people are asked but cannot be reached, from the first prompt on.

Whoever a platform has not looked up yet may have an account there: they are reported once it has, if they have none.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.cards.prompts.kinds import KINDS
from remembrancer.cards.prompts.state import Occasion, Verdict
from remembrancer.models import OutgoingMessage, Prompt, SendState
from remembrancer.models.database import write_once
from remembrancer.models.message import message
from remembrancer.queries.prompt_kinds import by_kind
from remembrancer.queries.returns import unreachable
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.services.outbox import enqueue, next_reachable
from remembrancer.wording import render

NotLookedUp = Callable[[Session], Collection[int]]
"""Returns the people (ids) who may have an account on a platform that has not looked them up yet."""


def nobody(_session: Session) -> Collection[int]:
    """Where no platform matches people to accounts, there is nobody to wait for."""
    return ()


def send_unreachable_notices(engine: Engine, facts: Facts, now: datetime, not_looked_up: NotLookedUp = nobody) -> None:
    """Tell once of each person who is asked and has no working chat account; repeating it is harmless."""
    if facts.paused:
        return
    with Session(engine) as session:
        # In this order: whoever is linked between the two is in neither.
        waited_for = set(not_looked_up(session))
        occasions = _occasions(session, facts, unreachable(session) - waited_for, now)
    for occasion in occasions:
        with write_once(engine, occasion=occasion.name) as session:
            _send(session, facts, occasion, now)


def _occasions(session: Session, facts: Facts, ids: Collection[int], now: datetime) -> list[Occasion]:
    """Return what is asked of people (ids) who cannot be reached and is still wanted."""
    query = (
        select(Prompt)
        .join(OutgoingMessage)
        .where(Prompt.to == "lead", col(Prompt.person_id).in_(ids), OutgoingMessage.state == SendState.PENDING)
        .order_by(col(Prompt.id))
    )
    found: list[Occasion] = []
    for kind, prompts in by_kind(session.exec(query).all() if ids else ()).items():
        verdicts = KINDS[kind].verdicts(session, prompts, now)
        waiting = [prompt for prompt in prompts if verdicts[stored_id(prompt.id)] == Verdict.RIGHT]
        found += KINDS[kind].occasions(session, facts, waiting, now)
    return found


def _send(session: Session, facts: Facts, occasion: Occasion, now: datetime) -> None:
    for recipient_id in sorted(occasion.told):
        prefix = f"unreachable-{occasion.name}-{recipient_id}-"
        cut_off = occasion.told[recipient_id]
        new = sorted(set(cut_off) - _people_reported(session, prefix) - {recipient_id})
        if new:
            text = render(
                "messages/unreachable.md",
                head=occasion.head,
                papers=occasion.of_papers,
                rows=[(facts.people[key], cut_off[key]) for key in new],
                admin=recipient_id in occasion.admins,
            )
            enqueue(
                session,
                facts.people[recipient_id],
                message(text),
                key=prefix + ".".join(str(key) for key in new),
                kind="unreachable",
                now=now,
                window=occasion.window,
                not_before=next_reachable(session, facts.people[recipient_id], now),
                expires_at=occasion.expires_at,
                items=[
                    item
                    for key in new
                    for item in occasion.items[key]
                    if occasion.of_papers or item.ref in cut_off[key]
                ],
            )


def _people_reported(session: Session, prefix: str) -> set[int]:
    """Return the people (ids) who were reported by messages with this key prefix; the ids are in the keys."""
    keys = session.exec(select(OutgoingMessage.key).where(col(OutgoingMessage.key).startswith(prefix))).all()
    return {int(number) for key in keys for number in key.removeprefix(prefix).split(".")}
