"""What every act of a conversation works with: the session, the person, the time, and what they may do."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from remembrancer.models import Item, Person, Programme, Return, Window
from remembrancer.models.message import Message, message
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import definition, get
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people.permissions import Act, is_admin, may
from remembrancer.rules.programmes.spec import Programme as ProgrammeSpec
from remembrancer.wording import Safe, escape, phrase

MAX_ID_DIGITS = 9  # digits that every database's integer holds


class NotPossibleError(RefusalError):
    """A refusal of the conversation; its text says why, and what to do instead."""

    def __str__(self) -> str:
        return refusal_text(self)


def refusal_text(refusal: RefusalError) -> str:
    """A refusal as a sentence for the chat, with its values escaped."""
    return phrase(f"refusals.{refusal.name}", **{key: escape(value) for key, value in refusal.values.items()})


def as_id(text: str) -> int:
    """The row id in a button's value; 0, which no row has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= MAX_ID_DIGITS else 0


def as_version(value: str) -> int | None:
    """The version for which a button or a form was made: the part after the point in '17.2!...'; None without one."""
    _, point, text = value.partition("!")[0].partition(".")
    return int(text) if point and text.isdecimal() and len(text) <= MAX_ID_DIGITS else None


@dataclass(frozen=True)
class Context:
    """One person's act at one moment, in one transaction."""

    session: Session
    person: Person
    now: datetime
    event: str
    facts: Facts

    def ret(self, value: str, act: Act) -> Return:
        """The locked return that a button or a form names. Raises NotPossibleError unless the person may do the act."""
        ret = self._locked(as_id(value.split(".")[0]))
        if ret is None or not may(self.facts, self.person, act, ret, self.now):
            raise NotPossibleError("no_such_item")
        return ret

    def ret_if(self, ret: Return, act: Act) -> Return | None:
        """The locked return, if the person may do this to it."""
        return self._locked(stored_id(ret.id)) if may(self.facts, self.person, act, ret, self.now) else None

    def _locked(self, ret_id: int) -> Return | None:
        """The current return, locked after its window, in the same order as the tick."""
        ret = self.session.get(Return, ret_id)
        if ret is None:
            return None
        share = {"read": True}
        self.session.get(Window, ret.window_id, with_for_update=share, populate_existing=True)
        return self.session.get(Return, ret_id, with_for_update=True, populate_existing=True)

    @property
    def today(self) -> date:
        """The day in the person's time zone."""
        return self.now.astimezone(ZoneInfo(self.person.time_zone)).date()

    @property
    def own_time(self) -> WorkingTime:
        """The person's own working time."""
        return self.facts.time_of(self.person)

    def must_be_admin(self, refusal: str) -> None:
        """Raises NotPossibleError with this refusal unless the person is an admin."""
        if not is_admin(self.person):
            raise NotPossibleError(refusal)

    def item(self, ret: Return) -> Item:
        item: Item = get(self.session, Item, ret.item_id)
        return item

    def window(self, ret: Return) -> Window:
        window: Window = get(self.session, Window, ret.window_id)
        return window

    def programme(self, window: Window) -> ProgrammeSpec:
        row: Programme = get(self.session, Programme, window.programme_id)
        return definition(row)

    def says(self, name: str, /, **values: object) -> Message:
        """A short message from templates/words.yaml, with its values escaped."""
        escaped = {key: value if isinstance(value, Safe) else escape(value) for key, value in values.items()}
        return message(phrase(f"replies.{name}", **escaped))


def reply_key(person_id: int, event: str, part: str) -> str:
    """The outbox key of one part of the reply to an event."""
    return f"reply-{person_id}-{event}-{part}"


def make_context(session: Session, person_id: int, event: str, now: datetime) -> Context:
    """Load the facts and build the context of one act."""
    person = session.exec(select(Person).where(Person.id == person_id)).one()
    return Context(session=session, person=person, now=now, event=event, facts=load_facts(session))
