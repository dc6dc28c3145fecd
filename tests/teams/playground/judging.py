"""What is wrong at the end of the quarter, by what is stored and by what every page shows."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.bot.teams.outbound.card import text_lines
from remembrancer.bot.teams.outbound.escape import WORD_JOINER
from remembrancer.bot.teams.outbound.message_chunks import split_into_chunks
from remembrancer.models import (
    Digest,
    EventState,
    IncomingEvent,
    Item,
    OutgoingMessage,
    Person,
    Prompt,
    Return,
    ReturnVersion,
    SendState,
    Window,
)
from remembrancer.models.message import Message
from remembrancer.queries.returns import SET_ASIDE
from remembrancer.wording import phrase
from tests.teams.playground.person import GENERAL, PERSONAL
from tests.teams.playground.person import Person as Page
from tests.teams.playground.quarter import Quarter

SENT = phrase("teams.form_sent", title="")
"""What stands where a form was, its title taken out."""


@dataclass
class Judge:
    """`problems` are sentences, one for each thing that is wrong."""

    story: Quarter

    def __post_init__(self) -> None:
        with Session(self.story.house.engine, expire_on_commit=False) as session:
            self.names = {person.id: person.email.partition("@")[0] for person in session.exec(select(Person))}
            [window] = session.exec(select(Window).where(Window.key == "2019-20-q2"))
            rows = select(Return, Item).where(Return.item_id == Item.id, Return.window_id == window.id)
            self.returns = {ret.id: (item.ref, ret) for ret, item in session.exec(rows)}
            self.rows = session.exec(select(OutgoingMessage).order_by(col(OutgoingMessage.id))).all()
            self.prompts = session.exec(select(Prompt)).all()
            self.versions = session.exec(select(ReturnVersion).order_by(col(ReturnVersion.number))).all()
            self.events = session.exec(select(IncomingEvent)).all()
            self.digests = session.exec(select(Digest).where(Digest.window_id == window.id)).all()

    def asked(self) -> Counter[tuple[str, str, str]]:
        """(who, which activity, at which step), of all that was sent."""
        sent = {row.id for row in self.rows if row.state == SendState.SENT}
        told = [prompt for prompt in self.prompts if prompt.message_id in sent]
        return Counter((self.names[each.person_id], self.returns[each.return_id][0], each.step) for each in told)

    def answered(self) -> dict[str, list[tuple[str, str]]]:
        """Of each activity that was answered: who gave each version, and how."""
        found: dict[str, list[tuple[str, str]]] = {}
        for version in self.versions:
            if version.return_id in self.returns:
                given = (self.names[version.given_by_id], str(version.came_from))
                found.setdefault(self.returns[version.return_id][0], []).append(given)
        return found

    def delivery(self, before: datetime) -> Counter[str]:
        """How many activities that count were given each value by then."""
        last: Mapping[int | None, str] = {
            version.return_id: version.answers["delivery"] for version in self.versions if version.given_at < before
        }
        return Counter(
            last[id_] for id_, (_, ret) in self.returns.items() if id_ in last and ret.state not in SET_ASIDE
        )

    def problems(self) -> list[str]:
        return [*self._unsent(), *self._unheard(), *self._shown()]

    def _unsent(self) -> Iterator[str]:
        yield from (f"{row.key} is {row.state}: {row.problem}" for row in self.rows if row.state != SendState.SENT)

    def _unheard(self) -> Iterator[str]:
        yield from (f"{row.key} is {row.state}: {row.problem}" for row in self.events if row.state != EventState.DONE)

    def _shown(self) -> Iterator[str]:
        """Each page shows what was sent there as it stands now, each message once, and nothing else but old forms."""
        self.story.secretary.goes_to(PERSONAL)
        for who, page in self.story.people.items():
            own = [row for row in self.rows if row.person_id is not None and self.names[row.person_id] == who]
            yield from (f"{who} {problem}" for problem in _differs(own, page, threaded=False))
        self.story.secretary.goes_to(GENERAL)
        to_board = [row for row in self.rows if row.board_id is not None]
        yield from (f"the board {problem}" for problem in _differs(to_board, self.story.secretary, threaded=True))


def _differs(rows: list[OutgoingMessage], page: Page, threaded: bool) -> Iterator[str]:
    wanted = Counter(
        _words("".join(text_lines(piece.card["body"])))
        for row in rows
        for piece in split_into_chunks(Message.model_validate(row.body), threaded)
    )
    shown = Counter(_words(card) for card in page.cards())
    yield from (f"does not see {text!r}" for text in wanted - shown)
    yield from (f"sees {text!r}" for text in shown - wanted if not text.endswith(_words(SENT)[1:]))


def _words(text: str) -> str:
    """Without blanks, which cards have otherwise than their words, and without what nobody sees."""
    return re.sub(rf"[\s{WORD_JOINER}]", "", text)
