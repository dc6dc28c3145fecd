"""What is wrong at the end of the quarter by what is stored, and by what people did: on whatever platform."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator

from sqlmodel import Session, col, select

from remembrancer.models import (
    Digest,
    DigestState,
    EventState,
    IncomingEvent,
    OutgoingMessage,
    Person,
    Prompt,
    Return,
    ReturnVersion,
    SendState,
    Window,
)
from remembrancer.queries.chat_accounts import NO_ACCOUNT
from tests.storm.people import People
from tests.storm.quarter import Quarter


class Judge(ABC):
    """Each check gives sentences, one for each thing that is wrong."""

    def __init__(self, quarter: Quarter, people: People) -> None:
        self.quarter, self.people = quarter, people
        with Session(quarter.engine, expire_on_commit=False) as session:
            self.rows = list(session.exec(select(OutgoingMessage)))
            self.prompts = list(session.exec(select(Prompt)))
            self.events = list(session.exec(select(IncomingEvent)))
            self.digests = list(session.exec(select(Digest)))
            self.names = {person.id: person.email.partition("@")[0] for person in session.exec(select(Person))}
            [window] = session.exec(select(Window).where(Window.key == "2019-20-q2"))
            self.returns = {ret.id: ret for ret in session.exec(select(Return).where(Return.window_id == window.id))}
            query = select(ReturnVersion).where(col(ReturnVersion.return_id).in_(self.returns))
            self.versions = list(session.exec(query.order_by(col(ReturnVersion.return_id), col(ReturnVersion.number))))

    def problems(self) -> list[str]:
        stored = (self.outbox, self.prompted, self.answered, self.told, self.heard)
        return [problem for check in (*stored, self.log, self.shown, self.manners) for problem in check()]

    @abstractmethod
    def log(self) -> Iterator[str]:
        """Nothing is posted twice that need not be; nothing that the outbox does not know of."""

    @abstractmethod
    def shown(self) -> Iterator[str]:
        """Each message is there as it should be by now."""

    @abstractmethod
    def manners(self) -> Iterator[str]:
        """The platform's own rules are kept."""

    @abstractmethod
    def texts(self, who: str) -> list[str]:
        """What the bot's messages to somebody say, each of them once."""

    def outbox(self) -> Iterator[str]:
        for row in self.rows:
            if row.state not in (SendState.SENT, SendState.DROPPED):
                yield f"{row.key} is {row.state}: {row.problem}"
            if row.state == SendState.DROPPED and not self._is_rightly_dropped(row):
                yield f"{row.key} ({row.kind}) was dropped"

    def _is_rightly_dropped(self, row: OutgoingMessage) -> bool:
        """Of what it asked another message speaks, nothing is wanted any more, or they were not reached in time."""
        if row.kind == "digest_progress" or row.problem == NO_ACCOUNT:
            return True
        asked = [prompt for prompt in self.prompts if prompt.message_id == row.id]
        later = {(p.return_id, p.person_id) for p in self.prompts if p.message_id > (row.id or 0)}
        is_told = all((p.return_id, p.person_id) in later or self.returns[p.return_id].versions for p in asked)
        # Who asks for what is wanted is answered with a card that is a prompt as well.
        is_prompt = bool(asked) or row.kind not in ("reply", "digest_close", "digest_lock")
        return is_prompt and is_told

    def prompted(self) -> Iterator[str]:
        """Each of a quarter's returns was asked for, each person once at each step; no card asks any more."""
        sent = {row.id: row for row in self.rows if row.state == SendState.SENT}
        asked = {prompt.return_id for prompt in self.prompts if prompt.message_id in sent}
        yield from (f"nobody was asked for return {id_}" for id_ in self.returns if id_ not in asked)
        for prompt in self.prompts:
            if (row := sent.get(prompt.message_id)) and not row.settled:
                yield f"{row.key} is not settled"

    def answered(self) -> Iterator[str]:
        """What was seen to be taken is stored once, in the order in which it was given, and nothing else is."""
        stored = Counter(note for note in self.people.tried for text in self._new_words() if note.casefold() in text)
        yield from (f"{note!r} is stored {count} times" for note, count in stored.items() if count > 1)
        for given in self.people.given:
            if given.note and not stored[given.note]:
                yield f"{given} is not stored"
            if given.return_id and not self.returns[given.return_id].versions:
                yield f"{given} is not stored"
        yield from self._in_order()
        yield from self._confirmed()

    def _new_words(self) -> Iterator[str]:
        """The words of each version, without those of the one before that it was added to."""
        before: dict[int, str] = {}
        for version in self.versions:
            words = str(version.answers.get("progress_description", "")).casefold()
            last = before.get(version.return_id, "")
            yield words.removeprefix(last) if words != last else words
            before[version.return_id] = words

    def _in_order(self) -> Iterator[str]:
        order = {given.note.casefold(): number for number, given in enumerate(self.people.given) if given.note}
        for id_ in self.returns:
            own = [version for version in self.versions if version.return_id == id_]
            if [version.number for version in own] != list(range(1, len(own) + 1)):
                yield f"the versions of return {id_} are {[version.number for version in own]}"
            notes = [str(version.answers.get("progress_description", "")).casefold() for version in own]
            times = [order[note] for note in notes if note in order]
            if times != sorted(times):
                yield f"the answers to return {id_} are in the order {notes}"
        same = Counter(version.return_id for version in self.versions if version.came_from == "no_change")
        yield from (f"'no change' is stored {count} times for {id_}" for id_, count in same.items() if count > 1)

    def _confirmed(self) -> Iterator[str]:
        """As often as something was stored, its person was told so."""
        stored = Counter(self.names[version.given_by_id] for version in self.versions)
        for who in self.quarter.users:
            told = sum("– thank you. Stored" in text for text in self.texts(who))
            if told != stored[who]:
                yield f"{who} has given {stored[who]} answers, and was told of {told}"

    def told(self) -> Iterator[str]:
        """The board heard the close and the lock, and each digest that was due once."""
        now = self.quarter.clock.now()
        to_board = [digest for digest in self.digests if digest.board_id is not None]
        posts = Counter(row.digest_id for row in self.rows if row.board_id is not None and row.state == SendState.SENT)
        posted = [digest for digest in to_board if digest.state == DigestState.POSTED]
        if not {"close", "lock"} <= {str(digest.kind) for digest in posted}:
            yield f"only these digests were posted: {[digest.kind for digest in posted]}"
        for digest in to_board:
            is_due = digest.state == DigestState.POSTED or (digest.due_at is not None and digest.due_at <= now)
            if digest.state != DigestState.SUPERSEDED and posts[digest.id] != is_due:
                yield f"the digest {digest.kind} {digest.slot} ({digest.state}) was posted {posts[digest.id]} times"

    def heard(self) -> Iterator[str]:
        for row in self.events:
            if row.state != EventState.DONE and not self.is_rightly_given_up(row):
                yield f"{row.key} is {row.state}: {row.problem}"

    def is_rightly_given_up(self, _row: IncomingEvent) -> bool:
        """Whether the platform did not let it be done, and whoever did it is told."""
        return False
