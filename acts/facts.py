"""Loading the facts that the plan is computed from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from sqlmodel import Session, col, select

from acts.lookups import definition, hearings_of, organisation
from models import (
    Absence,
    Item,
    Person,
    Post,
    Programme,
    Prompt,
    Return,
    Sending,
    Snooze,
    Tenure,
    Window,
    WindowState,
)
from rules.facts import Facts, known

Row = TypeVar("Row")


def load_people(session: Session) -> Facts:
    """Who is asked for each item and who may do what, in a few queries: everything but windows and what is in them."""
    programmes = session.exec(select(Programme)).all()
    return Facts(
        time=organisation(session).working_time,
        people={known(person.id): person for person in session.exec(select(Person).order_by(col(Person.id)))},
        posts={known(post.id): post for post in session.exec(select(Post))},
        tenures=grouped(session.exec(select(Tenure).order_by(col(Tenure.id))), "post_id"),
        absences=grouped(session.exec(select(Absence).order_by(col(Absence.first_day))), "person_id"),
        policies={known(programme.id): definition(programme).chase for programme in programmes},
        hearings={known(programme.id): hearings_of(session, known(programme.id)) for programme in programmes},
        windows=(),
        returns={},
        items={known(item.id): item for item in session.exec(select(Item).order_by(col(Item.position)))},
    )


def load_facts(session: Session) -> Facts:
    """Everything about windows that are not locked yet."""
    windows = session.exec(
        select(Window).where(Window.state != WindowState.LOCKED).order_by(col(Window.opens_at), col(Window.id))
    ).all()
    ids = [window.id for window in windows]
    sending = session.get(Sending, 1)
    return replace(
        load_people(session),
        windows=windows,
        returns=grouped(
            session.exec(select(Return).join(Item).where(col(Return.window_id).in_(ids)).order_by(col(Item.position))),
            "window_id",
        ),
        snoozes={
            (snooze.return_id, snooze.person_id): snooze.until
            for snooze in session.exec(
                select(Snooze).join(Return).join(Window).where(Snooze.revision == Window.revision)
            )
        },
        prompted={
            (return_id, step, person_id, revision)
            for return_id, step, person_id, revision in session.exec(
                select(Prompt.return_id, Prompt.step, Prompt.person_id, Prompt.revision)
                .join(Return)
                .where(col(Return.window_id).in_(ids))
            )
        },
        paused=sending is not None and sending.paused_at is not None,
        pilot=frozenset(sending.pilot) if sending is not None and sending.pilot is not None else None,
    )


def grouped(rows: Iterable[Row], by: str) -> dict[int, list[Row]]:
    """The rows by what this column of theirs holds, in the order given."""
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, by)].append(row)
    return dict(groups)
