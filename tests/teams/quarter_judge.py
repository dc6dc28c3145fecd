"""What is wrong at the end of the quarter in Teams: by the connector's log, what it shows, and what people typed."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlmodel import Session, select

from remembrancer.bot.inbound.sender_lookup import CHUNK_SEPARATOR
from remembrancer.bot.teams.inbound.events import parse
from remembrancer.bot.teams.outbound.message_chunks import split_into_chunks
from remembrancer.models import ChatAccount, Draft, EventState, IncomingEvent, OpenForm, OutgoingMessage, SendState
from remembrancer.models.message import Message
from remembrancer.services.context import reply_key
from remembrancer.wording import phrase
from tests.storm.judge import Judge
from tests.teams.mortal import EVENT
from tests.teams.quarter import TeamsQuarter
from tests.teams.quarter_people import TeamsPeople
from tests.teams.strict.connector import Call
from tests.teams.strict.faults import AFTER

AGAIN, NO_MORE = (phrase(f"teams_admin.{word}").replace("*", "") for word in ("perhaps_again", "no_more"))
HALF_A_MINUTE = 31.0
"""Seconds of the longest limit that can be reached here."""


class TeamsJudge(Judge):
    def __init__(self, quarter: TeamsQuarter, people: TeamsPeople) -> None:
        super().__init__(quarter, people)
        self.story, self.person = quarter, people
        self.kept = {row.key: ids(row) for row in self.rows}
        self.there = {post.id: post for chat in quarter.teams.state.conversations.values() for post in chat.posts}
        self.posted: defaultdict[str, list[Call]] = defaultdict(list)
        for call in quarter.teams.called("post"):
            if call.done:
                self.posted[call.message].append(call)
        with Session(quarter.engine) as session:
            self.accounts = {each.account: each.person_id for each in session.exec(select(ChatAccount))}
            drafts = [json.dumps(each.answers) for each in session.exec(select(Draft))]
            forms = [json.dumps(each.form) for each in session.exec(select(OpenForm))]
        answers = [json.dumps(each.answers) for each in self.versions]
        self.written = "\n".join((*drafts, *forms, *answers)).casefold()

    def log(self) -> Iterator[str]:
        """Each message, and each form, is posted once; and again only where Teams gave no way to know."""
        kept = self.kept
        for key, calls in self.posted.items():
            spare = [call for call in calls if call.made not in kept.get(key, ())]
            if key.startswith(EVENT):
                spare = calls[:-1]
            elif key not in kept:
                yield f"{key!r} was posted, and is not known of"
            yield from (f"{key!r} was posted again: {call.fault}" for call in spare if not self._is_unknowable(call))
            told = any(AGAIN in tidied(call.activity["summary"]) for call in calls)
            if spare and kept.get(key) and not told and not key.startswith(EVENT):
                yield f"{key!r} was posted again, and does not say so"

    def _is_unknowable(self, call: Call) -> bool:
        """Its answer was lost, or whoever made it died before it was recorded, or ended in the middle of a message."""
        is_undone = call.message in self.story.undone.get(call.process, ())
        return call.fault in AFTER or is_undone or self._is_of_half_a_message(call)

    def _is_of_half_a_message(self, call: Call) -> bool:
        calls = [each for each in self.story.teams.called("post") if each.message == call.message]
        rest = [each for each in calls[calls.index(call) + 1 :] if each.process == call.process]
        is_broken = any(not each.done or each.fault in AFTER for each in rest)
        # Where there was no token for the rest, nobody was called.
        mine = [each for each in self.posted[call.message] if each.process == call.process]
        is_short = len(mine) < len(self.kept.get(call.message, ()))
        return (is_broken or is_short) and call.process != self.story.process.number

    @property
    def spares(self) -> set[str]:
        """What is there a second time."""
        known = {id_ for row in self.rows for id_ in ids(row)}
        every = {call.made for key, calls in self.posted.items() if not key.startswith(EVENT) for call in calls}
        return every - known

    def shown(self) -> Iterator[str]:
        for row in self.rows:
            if row.state != SendState.SENT:
                continue
            said = [
                piece.summary for piece in split_into_chunks(Message.model_validate(row.body), row.board_id is not None)
            ]
            found = [self.there[id_].activity["summary"] for id_ in ids(row) if id_ in self.there]
            if tidy(said) != tidy(found):
                yield f"{row.key} shows {difference(tidy(found), tidy(said))}"

    def texts(self, who: str) -> list[str]:
        shown = self.story.teams.shown(self.story.chats[who])
        return [post.text for post in shown if post.id not in self.spares]

    def heard(self) -> Iterator[str]:
        yield from super().heard()
        for delivery in self.story.deliveries.waiting:
            yield f"{delivery.activity['id']} was not taken: {delivery.tries}"
        yield from (f"{note!r} was typed, and is nowhere" for note in self.person.kept if not self._is_kept(note))
        yield from self._unanswered()

    def is_rightly_given_up(self, row: IncomingEvent) -> bool:
        """Whoever blocks us at that moment sees no form; they are told once they are reached again."""
        is_refused = any(code in (row.problem or "") for code in ("ConversationBlockedByUser", "ConversationNotFound"))
        heard = parse(row.body)
        key = reply_key(self.accounts[heard.user], heard.key, "0") if heard else ""
        return row.state == EventState.FAILED and is_refused and len(self.kept.get(key, ())) == 1

    def _is_kept(self, note: str) -> bool:
        return note.casefold() in self.written

    def _unanswered(self) -> Iterator[str]:
        """Whoever wrote something is answered, once."""
        sent = Counter(row.key for row in self.rows if row.state in (SendState.SENT, SendState.DROPPED))
        for delivery in self.person.said:
            heard = parse(delivery.activity)
            assert heard is not None
            answers = sum(sent[reply_key(self.accounts[heard.user], heard.key, part)] for part in ("0", "card"))
            if answers != 1:
                yield f"{delivery.activity['text']!r} was answered {answers} times: {heard.key}"

    def manners(self) -> Iterator[str]:
        """No limit is passed, but soon after another process had called: that Teams alone can know."""
        restarts = [at.timestamp() for at in self.quarter.restarts]
        for call in self.story.teams.calls:
            if call.violation and not any(call.at - HALF_A_MINUTE <= at <= call.at for at in restarts):
                yield f"{call.address} was called too often"
            if call.status in (400, 401, 413):
                yield f"Teams did not take {call.kind} of {call.message}: {call.status}"


def ids(row: OutgoingMessage) -> list[str]:
    return (row.remote_id or "").split(CHUNK_SEPARATOR) if row.state == SendState.SENT else []


def tidy(texts: list[str]) -> str:
    """Without what is said besides, and however it is divided."""
    return tidied(tidied("\n".join(texts)).replace(AGAIN, "").replace(NO_MORE, ""))


def tidied(text: str) -> str:
    return " ".join(text.split())


def difference(found: str, wanted: str) -> str:
    """From where they part."""
    same = next((at for at, pair in enumerate(zip(found, wanted, strict=False)) if len({*pair}) > 1), 0)
    return f"{found[max(0, same - 40) : same + 60]!r}, not {wanted[max(0, same - 40) : same + 60]!r}"
