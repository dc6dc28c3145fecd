"""Loads the facts that prompts and permissions are computed from."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import String, cast
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, or_, select

from remembrancer.models import (
    Absence,
    Item,
    Person,
    Post,
    Programme,
    Prompt,
    Return,
    SendingState,
    Snooze,
    Tenure,
    Window,
    WindowState,
)
from remembrancer.queries.batches import by_id, rows_of
from remembrancer.queries.boards import hearings_of
from remembrancer.queries.organisation import definition, organisation
from remembrancer.rules.facts import Facts, PromptKey, SubjectKey, stored_id

Row = TypeVar("Row")


def load_people(session: Session) -> Facts:
    """Load the people, posts, items and boards in a few queries, without windows and returns."""
    programmes = session.exec(select(Programme)).all()
    return Facts(
        time=organisation(session).working_time,
        people={stored_id(person.id): person for person in session.exec(select(Person).order_by(col(Person.id)))},
        posts={stored_id(post.id): post for post in session.exec(select(Post))},
        tenures=grouped(session.exec(select(Tenure).order_by(col(Tenure.id))), "post_id"),
        absences=grouped(session.exec(select(Absence).order_by(col(Absence.first_day))), "person_id"),
        policies={stored_id(programme.id): definition(programme).chase for programme in programmes},
        hearings={stored_id(programme.id): hearings_of(session, stored_id(programme.id)) for programme in programmes},
        windows=(),
        returns={},
        items={stored_id(item.id): item for item in session.exec(select(Item).order_by(col(Item.position)))},
    )


def load_facts(session: Session) -> Facts:
    """Load all facts, with the windows that are not locked yet and their returns."""
    windows = session.exec(
        select(Window).where(Window.state != WindowState.LOCKED).order_by(col(Window.opens_at), col(Window.id))
    ).all()
    ids = [window.id for window in windows]
    sending = session.get(SendingState, 1)
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
        prompted=_planned_prompts(session, ids),
        paused=sending is not None and sending.paused_at is not None,
        pilot=frozenset(sending.pilot) if sending is not None and sending.pilot is not None else None,
    )


def _planned_prompts(session: Session, window_ids: Sequence[int | None]) -> set[PromptKey]:
    """Return the keys of the prompts planned so far about the returns of these windows, and about other subjects."""
    columns: list[Any] = [Prompt.subject_kind, Prompt.subject_name, Prompt.step, Prompt.person_id, Prompt.revision]
    query = sqlalchemy_select(*columns).outerjoin(Return, col(Prompt.return_id) == Return.id)
    rows = session.execute(query.where(or_(col(Return.window_id).in_(window_ids), col(Prompt.return_id).is_(None))))
    return {(SubjectKey(kind, name), step, person_id, revision) for kind, name, step, person_id, revision in rows}


def grouped(rows: Iterable[Row], by: str) -> dict[int, list[Row]]:
    """Group rows by the value of a column, in the order given."""
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, by)].append(row)
    return dict(groups)


def load_people_about(session: Session, returns: Iterable[Return], people: Collection[int]) -> Facts:
    """Load the part of `load_people` that decides who is asked for these returns and what these people (ids) may do."""
    rows = list(returns)
    items = by_id(session, Item, {ret.item_id for ret in rows})
    programmes = by_id(session, Programme, {item.programme_id for item in items.values()})
    hearings = {key: hearings_of(session, key) for key in programmes}
    leads = {post for item in items.values() for post in (item.lead_post_id, *item.contributing_post_ids)}
    posts = _with_line_above(
        session, leads | {hearing.secretary_post_id for of_programme in hearings.values() for hearing in of_programme}
    )
    tenures = grouped(
        sorted(rows_of(session, Tenure, "post_id", posts), key=lambda each: stored_id(each.id)), "post_id"
    )
    named = {ret.delegate_id for ret in rows if ret.delegate_id}
    held = {tenure.person_id for each in tenures.values() for tenure in each}
    who, absences = _people_with_leave(session, {*people, *named, *held})
    return Facts(
        time=organisation(session).working_time,
        people=who,
        posts=posts,
        tenures=tenures,
        absences=absences,
        policies={key: definition(programme).chase for key, programme in programmes.items()},
        hearings=hearings,
        windows=(),
        returns={},
        items=items,
    )


def _with_line_above(session: Session, ids: set[int]) -> dict[int, Post]:
    """Return the posts and all posts above them in the reporting line, by id."""
    found: dict[int, Post] = {}
    while missing := ids - set(found):
        found |= by_id(session, Post, missing)
        ids = {post.reports_to_id for post in found.values() if post.reports_to_id is not None}
    return found


def _people_with_leave(session: Session, ids: set[int]) -> tuple[dict[int, Person], dict[int, list[Absence]]]:
    """Return these people, their delegates and the admins, by id, and their absences, by person's id."""
    absences = rows_of(session, Absence, "person_id", ids)
    delegates = {absence.delegate_id for absence in absences if absence.delegate_id} - ids
    absences += rows_of(session, Absence, "person_id", delegates)
    admins = session.exec(select(Person).where(cast(col(Person.roles), String).contains("admin")))
    found = by_id(session, Person, ids | delegates) | {stored_id(person.id): person for person in admins}
    ordered = sorted(absences, key=lambda absence: absence.first_day)
    return dict(sorted(found.items())), grouped(ordered, "person_id")
