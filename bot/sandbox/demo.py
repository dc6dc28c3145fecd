"""Runs a demonstration: an organisation's folder, the sandbox chat, and a clock that the visitor moves."""

import shutil
import threading
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, func, select

from remembrancer.bot.conversation.handle import answer_with, converse
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.sandbox.chat import PLATFORM, SandboxChat
from remembrancer.clock import SetClock
from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.intake.progress import Step, in_silence
from remembrancer.models import Item, OutgoingMessage, Person, Programme, SendState, Window
from remembrancer.models.database import make_engine, migrate
from remembrancer.models.message import message
from remembrancer.problems import Problems, RefusedError, read_yaml
from remembrancer.queries.facts import load_facts
from remembrancer.queries.post_holders import holders_by_post
from remembrancer.rules.calendar.working_time import DAY, at
from remembrancer.rules.facts import stored_id
from remembrancer.rules.prompts.due import moments
from remembrancer.scheduler.recorded_answers import (
    RecordedAnswer,
    catch_up,
    give_recorded,
    link_everyone,
    recorded_answers,
)
from remembrancer.scheduler.tick import tick
from remembrancer.services.digests import posting_times
from remembrancer.wording import phrase

log = structlog.get_logger()

HORIZON = timedelta(days=400)


class Reload(BaseModel):
    """A change of the folder at a moment (local time).

    It is loaded again with the files of one of its own subfolders in their place.
    """

    model_config = ConfigDict(extra="forbid")

    at: datetime
    files: str


class Opening(BaseModel):
    """The content of demo.yaml.

    starts: when the clock starts (local time); people: whom a newcomer is offered first (e-mail addresses).
    """

    model_config = ConfigDict(extra="forbid")

    starts: datetime
    people: list[str] = Field(min_length=1)
    reloads: list[Reload] = Field(default_factory=list)


def read_opening(path: Path, emails: Collection[str]) -> Opening:
    """Read demo.yaml and check that its people are in the folder. Raises RefusedError with every problem."""
    problems = Problems()
    opening = read_yaml(path, Opening, problems)
    for email in opening.people if opening else ():
        if email not in emails:
            problems.add(path.name, None, "people", "no_such_person", email=email)
    if opening is None or problems.found:
        raise RefusedError(problems)
    return opening


class Demo:
    """One running demonstration. Thread-safe."""

    def __init__(self, folder: Path, workplace: Path, step: Step = in_silence) -> None:
        """Load the folder into a new database below `workplace`. Raises RefusedError where the folder has problems.

        `step` is told what is done meanwhile.
        """
        self._folder, self._workplace, self._run_number = folder, workplace, 0
        self._lock = threading.RLock()
        self._start(step)

    def restart(self) -> None:
        """Delete all state and start from the beginning."""
        with self._lock:
            self.close()
            self._start()

    def close(self) -> None:
        """Close the databases."""
        self.engine.dispose()
        self.chat.close()

    def _start(self, step: Step = in_silence) -> None:
        content = read_folder(self._folder, with_responses=True, step=step)
        opening = read_opening(self._folder / "demo.yaml", {person.email for person in content.people})
        self._run_number += 1
        workplace = self._workplace / str(self._run_number)
        workplace.mkdir()
        self.first_people = opening.people
        self.zone = content.organisation.time_zone
        self._reloads = [(each.at.replace(tzinfo=ZoneInfo(self.zone)), each.files) for each in opening.reloads]
        self.clock = SetClock(opening.starts.replace(tzinfo=ZoneInfo(self.zone)))
        self.engine = make_engine(f"sqlite:///{workplace / 'remembrancer.sqlite'}")
        self.chat = SandboxChat(workplace / "chat.sqlite", self.clock)
        self.visitors_people: set[int] = set()
        step("storing")
        migrate(self.engine)
        with Session(self.engine) as session:
            store(session, content, self.clock.now())
            link_everyone(session, PLATFORM)
            self._recorded = catch_up(session, recorded_answers(session, content.responses), self.clock.now())
            session.commit()
            first = session.exec(select(Person.id).where(Person.email == opening.people[0])).one()
        self.let_visitor_answer(first or 0, True)
        step("first_tick")
        self._tick()

    def let_visitor_answer(self, person_id: int, yours: bool) -> None:
        """Set whether the visitor answers for this person; otherwise the person answers as they did on record."""
        with self._lock:
            (self.visitors_people.add if yours else self.visitors_people.discard)(person_id)

    def converse(self, incoming: Incoming) -> Reply:
        """Handle one act of a person, and run a tick for what follows from it."""
        with self._lock:
            try:
                reply = converse(self.engine, incoming, self.clock.now())
            except Exception:  # the edge: this chat has no inbox from which the act is tried again
                log.exception("act failed", key=incoming.event, person=incoming.person_id, action=incoming.action)
                reply = answer_with(self.engine, incoming, self.clock.now(), message(phrase("replies.our_fault")))
            self._tick()
            return reply

    def run_to_next(self) -> datetime:
        """Move the clock to the next event: a message goes out, or a window opens, closes or locks."""
        with self._lock:
            before = self._state()
            for moment in self._moments(self.clock.now() + HORIZON):
                self._step(moment)
                if self._state() != before:
                    break
            return self.clock.now()

    def run_to(self, moment: datetime) -> datetime:
        """Move the clock to a moment, through every event before it. The clock never goes back."""
        with self._lock:
            for each in [*self._moments(moment), moment]:
                self._step(each)
            return self.clock.now()

    def run_to_next_morning(self) -> datetime:
        """Move the clock to the start of the next working day."""
        with Session(self.engine) as session:
            working = load_facts(session).time
        today = self.clock.now().astimezone(ZoneInfo(self.zone)).date()
        return self.run_to(at(working.working_day_on_or_after(today + DAY), working.starts, self.zone))

    def _step(self, moment: datetime) -> None:
        self.clock.set(moment)
        self._apply_reloads(moment)
        with Session(self.engine) as session:
            self._recorded = [a for a in self._recorded if not (a.at < moment and self._try_to_answer(session, a))]
            session.commit()
        self._tick()

    def _apply_reloads(self, moment: datetime) -> None:
        """Apply the changes of the folder that are due, such as a meeting that moved."""
        due = [files for at, files in self._reloads if at <= moment]
        self._reloads = [(at, files) for at, files in self._reloads if at > moment]
        for files in due:
            changed = self._workplace / f"{self._run_number}-{files}"
            shutil.copytree(self._folder, changed)
            shutil.copytree(self._folder / files, changed, dirs_exist_ok=True)
            with Session(self.engine) as session:
                store(session, read_folder(changed), moment)
                session.commit()

    def _try_to_answer(self, session: Session, answer: RecordedAnswer) -> bool:
        """Give a recorded answer, unless the visitor answers for its lead; return whether it is dealt with."""
        lead_post = session.exec(
            select(Item.lead_post_id)
            .join(Programme, col(Programme.id) == Item.programme_id)
            .where(Programme.key == answer.window[0], Item.ref == answer.response.ref)
        ).one()
        leads = holders_by_post(session, answer.at, [lead_post]).get(lead_post, ())
        if self.visitors_people & {stored_id(person.id) for person in leads}:
            return False
        give_recorded(session, answer)
        return True

    def _tick(self) -> None:
        tick(self.engine, {PLATFORM: self.chat}, self.clock.now())

    def _moments(self, end: datetime) -> Sequence[datetime]:
        with Session(self.engine) as session:
            now = self.clock.now()
            posting = {moment for moment in posting_times(session) if now < moment <= end}
            reload_moments = {at for at, _ in self._reloads if now < at <= end}
            return sorted({*moments(load_facts(session), now, end), *posting, *reload_moments})

    def _state(self) -> tuple[int, tuple[str, ...]]:
        with Session(self.engine) as session:
            sent = session.exec(
                select(func.count(col(OutgoingMessage.id))).where(OutgoingMessage.state == SendState.SENT)
            ).one()
            states = session.exec(select(Window.state).order_by(col(Window.id))).all()
            return sent, tuple(states)
