"""What every act of a conversation works with: the store, the person, the moment, and what they may do."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from remembrancer.models import Item, Person, Programme, Return, Window
from remembrancer.models.message import Message, message
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import definition, get
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.people.permissions import Act, is_admin, may
from remembrancer.rules.programmes.spec import Programme as ProgrammeSpec
from remembrancer.wording import Safe, escape, say

LONGEST_ID = 9  # digits that every database's integer holds


class NotPossibleError(RefusalError):
    """What the conversation itself refuses; its text is the sentence that says so and what to do."""

    def __str__(self) -> str:
        return sentence(self)


def sentence(refusal: RefusalError) -> str:
    """A refusal as it is said in chat: what people wrote is escaped."""
    return say(f"refusals.{refusal.name}", **{key: escape(value) for key, value in refusal.values.items()})


def as_id(text: str) -> int:
    """The row id that a button carries; nought, which no row has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else 0


def as_version(value: str) -> int | None:
    """The version of the answer that a button or a form was made for: what follows the point in '17.2'."""
    _, point, text = value.partition(".")
    return int(text) if point and text.isdecimal() and len(text) <= LONGEST_ID else None


def as_day(value: object) -> date | None:
    """The day that a form's date field gives; None for anything else."""
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None


@dataclass(frozen=True)
class Context:
    """One person's act at one moment, in one transaction."""

    session: Session
    person: Person
    now: datetime
    event: str
    facts: Facts

    def ret(self, value: str, act: Act) -> Return:
        """The return that a button or a form names. Raises NotPossibleError where it is not there, or not theirs."""
        ret = self._locked(as_id(value.split(".")[0]))
        if ret is None or not may(self.facts, self.person, act, ret, self.now):
            raise NotPossibleError("no_such_item")
        return ret

    def ret_if(self, ret: Return, act: Act) -> Return | None:
        """The return, kept from changing under us, if the person may do this to it."""
        return self._locked(known(ret.id)) if may(self.facts, self.person, act, ret, self.now) else None

    def _locked(self, ret_id: int) -> Return | None:
        """The return as it is now, kept from changing under us: its window first, as the look locks them."""
        ret = self.session.get(Return, ret_id)
        if ret is None:
            return None
        share = {"read": True}
        self.session.get(Window, ret.window_id, with_for_update=share, populate_existing=True)
        return self.session.get(Return, ret_id, with_for_update=True, populate_existing=True)

    @property
    def today(self) -> date:
        """The day by the person's own calendar."""
        return self.now.astimezone(ZoneInfo(self.person.time_zone)).date()

    def must_be_admin(self, refusal: str) -> None:
        """Raises NotPossibleError, with this sentence, for anybody but an admin."""
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
        """A short message of templates/words.yaml; what people wrote is escaped."""
        shown = {key: value if isinstance(value, Safe) else escape(value) for key, value in values.items()}
        return message(say(f"replies.{name}", **shown))


def reply_key(person_id: int, event: str, part: str) -> str:
    """The delivery's own name of one part of what an event is answered with."""
    return f"reply-{person_id}-{event}-{part}"


def make_context(session: Session, person_id: int, event: str, now: datetime) -> Context:
    person = session.exec(select(Person).where(Person.id == person_id)).one()
    return Context(session=session, person=person, now=now, event=event, facts=load_facts(session))
