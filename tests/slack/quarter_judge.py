"""What is wrong at the end of the quarter, by Slack's own log and messages, and by what people did."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from bot.message import Message as Neutral
from bot.slack.pieces import Piece, key_of, known_as, pieces, timestamps
from models import (
    Digest,
    DigestState,
    HeardState,
    IncomingEvent,
    OutgoingMessage,
    Person,
    Prompt,
    Return,
    ReturnVersion,
    SendState,
    Window,
)
from tests.slack.quarter import Quarter
from tests.slack.quarter_people import People
from tests.slack.strict import Slack
from tests.slack.strict.state import Message

MINUTE = timedelta(minutes=1)


@dataclass
class Judge:
    """Each check gives sentences, one for each thing that is wrong."""

    quarter: Quarter
    people: People

    def __post_init__(self) -> None:
        self.slack: Slack = self.quarter.slack
        with Session(self.quarter.engine, expire_on_commit=False) as session:
            self.rows = list(session.exec(select(OutgoingMessage)))
            self.prompts = list(session.exec(select(Prompt)))
            self.events = list(session.exec(select(IncomingEvent)))
            self.digests = list(session.exec(select(Digest)))
            self.names = {person.id: person.email.partition("@")[0] for person in session.exec(select(Person))}
            [window] = session.exec(select(Window).where(Window.key == "2019-20-q2"))
            self.returns = {ret.id: ret for ret in session.exec(select(Return).where(Return.window_id == window.id))}
            query = select(ReturnVersion).where(col(ReturnVersion.return_id).in_(self.returns))
            self.versions = list(session.exec(query.order_by(col(ReturnVersion.return_id), col(ReturnVersion.number))))
        self.there = {
            key: message
            for channel in self.slack.workspace.channels.values()
            for message in channel.messages
            if (key := key_of({"metadata": message.metadata})) is not None
        }

    def problems(self) -> list[str]:
        checks = (self.outbox, self.log, self.shown, self.prompted, self.answered, self.told, self.heard, self.manners)
        return [problem for check in checks for problem in check()]

    def outbox(self) -> Iterator[str]:
        for row in self.rows:
            if row.state not in (SendState.SENT, SendState.DROPPED):
                yield f"{row.key} is {row.state}: {row.problem}"
            if row.state == SendState.DROPPED and not self._is_rightly_dropped(row):
                yield f"{row.key} ({row.kind}) was dropped"

    def _is_rightly_dropped(self, row: OutgoingMessage) -> bool:
        """Of what it asked another message speaks, or nothing is wanted any more."""
        if row.kind == "digest_progress":
            return True
        asked = [prompt for prompt in self.prompts if prompt.message_id == row.id]
        later = {(p.return_id, p.person_id) for p in self.prompts if p.message_id > (row.id or 0)}
        is_told = all((p.return_id, p.person_id) in later or self.returns[p.return_id].versions for p in asked)
        return row.kind not in ("reply", "digest_close", "digest_lock") and is_told

    def log(self) -> Iterator[str]:
        """Nothing is posted twice, though it were taken back; nothing that the outbox does not know of."""
        posted = Counter(
            (call.args["channel"], *key)
            for call in self.slack.called("chat.postMessage")
            if call.done and (key := key_of({"metadata": call.args.get("metadata")})) is not None
        )
        yield from (f"{key} was posted {count} times" for key, count in posted.items() if count > 1)
        sent = {known_as(row.key) for row in self.rows if row.state == SendState.SENT}
        yield from (f"{key} was posted, and is not known of" for _, key, _ in posted if key not in sent)

    def shown(self) -> Iterator[str]:
        """Each message is there as it should be by now."""
        for row in self.rows:
            if row.state == SendState.SENT:
                for piece in pieces(Neutral.model_validate(row.body), row.key):
                    yield from self._as_wanted(row, piece)

    def _as_wanted(self, row: OutgoingMessage, piece: Piece) -> Iterator[str]:
        message = self.there.get((known_as(row.key), piece.number))
        if message is None:
            yield f"piece {piece.number} of {row.key} is not there"
        elif message.ts not in timestamps(row.remote_id or ""):
            yield f"piece {piece.number} of {row.key} is not where it is thought to be"
        elif (message.text, message.blocks) != (piece.text, piece.blocks):
            yield f"piece {piece.number} of {row.key} shows {message.text!r}, not {piece.text!r}"

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
        texts = [str(version.answers.get("progress_description", "")).casefold() for version in self.versions]
        stored = Counter(note for note in self.people.tried for text in texts if note.casefold() in text)
        yield from (f"{note!r} is stored {count} times" for note, count in stored.items() if count > 1)
        for given in self.people.given:
            if given.note and not stored[given.note]:
                yield f"{given} is not stored"
            if given.return_id and not self.returns[given.return_id].versions:
                yield f"{given} is not stored"
        yield from self._in_order()
        yield from self._confirmed()

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
        for who, user in self.quarter.users.items():
            told = sum("– thank you. Stored" in message.text for message in self._ours(user))
            if told != stored[who]:
                yield f"{who} has given {stored[who]} answers, and was told of {told}"

    def _ours(self, user: str) -> list[Message]:
        return [message for message in self.slack.messages(user) if message.from_bot]

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
            if row.state != HeardState.DONE:
                yield f"{row.key} is {row.state}: {row.problem}"
        for delivery in self.slack.deliveries:
            if not delivery.acknowledged and delivery.kind == "events_api":
                yield f"{delivery.payload['event_id']} was not taken: {delivery.tries}"

    def manners(self) -> Iterator[str]:
        """No limit is passed, but in the minute in which another process had called: that Slack alone can know."""
        for call in self.slack.calls:
            if call.violation and not any(call.at - MINUTE <= at <= call.at for at in self.quarter.restarts):
                yield f"{call.method} was called too often"
        yield from (f"Slack did not take {refusal}" for refusal in self.slack.refusals)
