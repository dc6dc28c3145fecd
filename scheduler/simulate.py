"""Runs an organisation's folder on a simulated clock and writes the messages, digests and figures to files."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.intake.progress import Step, in_silence
from remembrancer.models import (
    Board,
    Digest,
    DigestKind,
    DigestState,
    OutgoingMessage,
    Person,
    Programme,
    SendState,
    Window,
    WindowState,
)
from remembrancer.models.database import create_tables, make_engine
from remembrancer.models.message import Message
from remembrancer.problems import Problem
from remembrancer.queries.boards import boards_of
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import get, organisation
from remembrancer.queries.prompt_kinds import subjects
from remembrancer.reports.digests.figures_as_told import figures_of
from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.prompts.due import moments
from remembrancer.scheduler.outbox.transport import Sent
from remembrancer.scheduler.placings import place_items_in
from remembrancer.scheduler.recorded_answers import (
    RecordedAnswer,
    catch_up,
    give_recorded,
    link_everyone,
    recorded_answers,
)
from remembrancer.scheduler.tick import tick

PLATFORM = "simulation"


class RecordingTransport:
    """A platform that accepts every message and records its text at the time of sending."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        self.said[key] = message.text
        return Sent(key)

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        return None

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        return sent


def simulate(folder: Path, first_day: date, last_day: date, out: Path, step: Step = in_silence) -> list[Problem]:
    """Run from the first day to the end of the last, and write messages.jsonl, digests/*.md and figures.json.

    Returns the notes about the folder; `step` is told of each day. Raises problems.RefusedError where the folder has
    problems.
    """
    engine = make_engine("sqlite://")
    create_tables(engine)
    content = read_folder(folder, with_responses=True, now=at(first_day, time(0), "UTC"), step=step)
    zone = content.organisation.time_zone
    start, end = at(first_day, time(0), zone), at(last_day + DAY, time(0), zone)
    step("storing")
    with Session(engine) as session:
        store(session, content, start)
        link_everyone(session, PLATFORM)
        answers = catch_up(session, recorded_answers(session, content.responses), start)
        session.commit()
    transport = RecordingTransport()
    _run(engine, transport, start, end, answers, step)
    with Session(engine) as session:
        _write(session, transport, out)
    return content.problems.notes


def _run(
    engine: Engine,
    transport: RecordingTransport,
    start: datetime,
    end: datetime,
    answers: list[RecordedAnswer],
    step: Step,
) -> None:
    """Tick at every moment at which something could fall due, and submit the answers in between."""
    with Session(engine) as session:
        place_items_in(session, start)
        facts = load_facts(session)
        found = moments(facts, start, end, subjects(session, facts, start))
        ticks = [start, *(moment for moment in found if moment < end)]
    coming = iter(answers)
    answer = next(coming, None)
    for now in ticks:
        step("days", (now - start).days + 1, (end - start).days)
        with Session(engine) as session:
            while answer is not None and answer.at < now:
                give_recorded(session, answer)
                answer = next(coming, None)
            session.commit()
        tick(engine, {PLATFORM: transport}, now)


def _write(session: Session, transport: RecordingTransport, out: Path) -> None:
    (out / "digests").mkdir(parents=True, exist_ok=True)
    for old in (out / "digests").glob("*.md"):
        old.unlink()
    with (out / "messages.jsonl").open("w", encoding="utf-8") as file:
        for record in message_records(session, transport):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    for name, text in _digests(session):
        (out / "digests" / name).write_text(text, encoding="utf-8")
    figures = json.dumps(locked_figures(session), ensure_ascii=False, indent=2)
    (out / "figures.json").write_text(figures + "\n", encoding="utf-8")


def message_records(session: Session, transport: RecordingTransport) -> Iterator[dict[str, Any]]:
    """Yield a record of every message that was sent, in the order of time."""
    zone = organisation(session).zone
    query = select(OutgoingMessage).where(OutgoingMessage.state == SendState.SENT)
    for row in session.exec(query.order_by(col(OutgoingMessage.sent_at), col(OutgoingMessage.id))):
        to = session.get_one(Person, row.person_id).email if row.person_id else _channel(session, row)
        window = session.get(Window, row.window_id) if row.window_id else None
        yield {
            "key": row.key,
            "at": row.sent_at.astimezone(zone).isoformat() if row.sent_at else None,
            "to": to,
            "platform": row.platform,
            "kind": row.kind,
            "window": window_name(session, window) if window else None,
            "items": [item.as_json(zone) for item in row.items],
            "text": transport.said[row.key],
        }


def window_name(session: Session, window: Window) -> dict[str, str]:
    """Return the keys of a window and its programme."""
    programme: Programme = get(session, Programme, window.programme_id)
    return {"programme": programme.key, "window": window.key}


def _channel(session: Session, row: OutgoingMessage) -> str:
    return session.get_one(Board, row.board_id).channel


def _digests(session: Session) -> Iterator[tuple[str, str]]:
    zone = organisation(session).zone
    query = select(Digest).where(Digest.text != "", Digest.state == DigestState.POSTED)
    for digest in session.exec(query.order_by(col(Digest.posted_at), col(Digest.id))):
        window = get(session, Window, digest.window_id)
        name = window_name(session, window)
        day = (digest.posted_at or digest.made_at).astimezone(zone).date()
        slot = f"-{digest.slot}" if digest.kind == DigestKind.PROGRESS else _of_board(session, window, digest)
        yield f"{day}-{name['programme']}-{name['window']}-{digest.kind}{slot}.md", digest.text


def _of_board(session: Session, window: Window, digest: Digest) -> str:
    """Return the suffix of a digest's file name that names its board, empty where the programme has only one."""
    several = len(boards_of(session, window.programme_id)) > 1
    return f"-{session.get_one(Board, digest.board_id).key}" if several else ""


def locked_figures(session: Session) -> list[dict[str, Any]]:
    """Return the figures of each locked window as at its lock, in the order of time."""
    query = select(Window).where(Window.state == WindowState.LOCKED)
    windows = session.exec(query.order_by(col(Window.closes_at))).all()
    return [{**window_name(session, window), **figures_of(session, window)} for window in windows]
