"""Digests: the figures of a window in words, made once and frozen as told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from acts.lookups import (
    boards_of,
    history,
    organisation,
    period,
    previous_window,
    programme_of,
    returns_of,
)
from models import Board, Digest, DigestKind, Item, Meeting, Post, Return, Window, WindowState
from reports.sections import Source, section_text
from rules.answers import unchanged_run
from rules.facts import known
from rules.figures import figures
from rules.programme import Programme
from wording import render


@dataclass(frozen=True)
class Drafted:
    """A digest before it is frozen: its figures, what it told of each item, and its parts as Markdown."""

    figures: dict[str, Any]
    told: dict[str, int]
    parts: list[str]

    @property
    def text(self) -> str:
        return "\n\n".join(self.parts) + "\n"


def current_figures(session: Session, window: Window) -> dict[str, Any]:
    """The window's figures as they are now."""
    before = previous_window(session, window)
    return figures(programme_of(session, window), period(session, window), period(session, before) if before else None)


def frozen_figures(session: Session, window: Window) -> dict[str, Any]:
    """The figures as they were told at the lock; while the window is not locked, as they are now."""
    if window.state != WindowState.LOCKED:
        return current_figures(session, window)
    query = select(Digest).where(Digest.window_id == window.id, Digest.kind == DigestKind.LOCK)
    locked = session.exec(query.order_by(col(Digest.made_at).desc())).first()
    return locked.figures if locked else current_figures(session, window)


def told_now(session: Session, window: Window) -> dict[str, int]:
    """The version of each item's answer that counts now, by ref; nought where there is none."""
    answered = {told.ref for told in period(session, window).returns if told.answers is not None}
    return {item.ref: ret.versions if item.ref in answered else 0 for ret, item in returns_of(session, window)}


def close_digest(session: Session, window: Window, now: datetime) -> Drafted:
    """All that the programme's digest shows, as at the close."""
    programme = programme_of(session, window)
    source = _source(session, window, programme)
    head = _head(session, window, programme, source.figures, now)
    sections = [section_text(section, source) for section in programme.digest]
    return Drafted(source.figures, told_now(session, window), [head, *[text for text in sections if text]])


def _source(session: Session, window: Window, programme: Programme) -> Source:
    now, before = period(session, window), previous_window(session, window)
    last = {told.ref: told.answers for told in period(session, before).returns} if before else {}
    return Source(
        programme=programme,
        figures=current_figures(session, window),
        period=now,
        returns={told.ref: told for told in now.returns},
        last={ref: answers for ref, answers in last.items() if answers is not None},
        titles={item.ref: item.title for _, item in returns_of(session, window)},
        kinds=organisation(session).board_kinds,
    )


def _head(session: Session, window: Window, programme: Programme, counted: Mapping[str, Any], now: datetime) -> str:
    meetings = [
        meeting for board in boards_of(session, window.programme_id) for meeting in _next(session, board.id, now)
    ]
    return render(
        "digest/head.md",
        programme=programme,
        window=window,
        zone=organisation(session).time_zone,
        submissions=_submissions(session, window),
        meetings=meetings,
        figures=counted,
    )


def _next(session: Session, board_id: int | None, now: datetime) -> list[tuple[str, datetime]]:
    query = select(Meeting).where(Meeting.board_id == board_id, Meeting.starts_at > now)
    meeting = session.exec(query.order_by(col(Meeting.starts_at))).first()
    return [(session.get_one(Board, board_id).name, meeting.starts_at)] if meeting else []


def _submissions(session: Session, window: Window) -> tuple[int, int]:
    told = told_now(session, window)
    return sum(version > 0 for version in told.values()), len(told)


def changes_digest(session: Session, window: Window, kind: DigestKind, since: Digest | None, now: datetime) -> Drafted:
    """What changed since a digest that was told: the items, and the figures that moved with them."""
    programme = programme_of(session, window)
    source = _source(session, window, programme)
    told = told_now(session, window)
    before = since.told if since else {}
    text = render(
        "digest/changes.md",
        programme=programme,
        window=window,
        kind=kind,
        zone=organisation(session).time_zone,
        since=since.made_at if since else None,
        changed=[
            _changed(source, ref, before.get(ref, 0)) for ref, version in told.items() if version != before.get(ref, 0)
        ],
        missing=[(ref, source.titles[ref]) for ref, version in told.items() if not version],
        moved=_moved_figures(since.figures if since else {}, source, programme),
        submissions=_submissions(session, window),
        now=now,
    )
    return Drafted(source.figures, told, [text])


def _changed(source: Source, ref: str, before: int) -> dict[str, Any]:
    status = source.programme.status
    return {
        "ref": ref,
        "title": source.titles[ref],
        "status": source.status_word(ref),
        "was_late": before == 0,
        "question": status.label,
    }


def _moved_figures(before: Mapping[str, Any], source: Source, programme: Programme) -> list[dict[str, Any]]:
    """The counts of the status scale that are not what they were."""
    key = next(
        (
            k
            for k, m in programme.figures.items()
            if m.measure == "count" and getattr(m, "of", "") == programme.form.status
        ),
        None,
    )
    if key is None or not before.get(key):
        return []
    now = source.figures[key] or {}
    return [
        {"word": source.option_word(programme.status, value), "before": before[key].get(value, 0), "now": n}
        for value, n in now.items()
        if n != before[key].get(value, 0)
    ]


def progress_digest(session: Session, window: Window, zone: str) -> Drafted:
    """For a secretary during the window: who is in, who is missing, and what says the same yet again."""
    programme = programme_of(session, window)
    told = told_now(session, window)
    rows = returns_of(session, window)
    text = render(
        "digest/progress.md",
        programme=programme,
        window=window,
        zone=zone,
        submissions=_submissions(session, window),
        received=[item for ret, item in rows if told[item.ref]],
        missing=[_missing(session, ret, item) for ret, item in rows if not told[item.ref]],
        unchanged=_unchanged(session, window, programme, rows),
    )
    return Drafted(current_figures(session, window), told, [text])


def _missing(session: Session, ret: Return, item: Item) -> dict[str, Any]:
    return {"item": item, "post": session.get_one(Post, item.lead_post_id).name, "state": ret.state}


def _unchanged(
    session: Session, window: Window, programme: Programme, rows: Sequence[tuple[Return, Item]]
) -> list[tuple[Item, int]]:
    """Items whose answer has said the same for as many windows as the programme warns at."""
    answers = {told.ref: told.answers for told in period(session, window).returns if told.answers is not None}
    found = []
    for _, item in rows:
        if item.ref in answers:
            run = unchanged_run(programme, [*history(session, known(item.id), window), answers[item.ref]])
            if run >= programme.form.unchanged_warning:
                found.append((item, run))
    return found
