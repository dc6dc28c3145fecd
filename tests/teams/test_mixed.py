"""An organisation of which some are on Slack and some on Teams, its boards on either."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.models import Board, ChatAccount, OutgoingMessage, Person, SendState
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import stored_id
from remembrancer.rules.prompts.due import moments
from remembrancer.scheduler.outbox.transport import Transport
from remembrancer.scheduler.tick import tick
from tests.dialog import World, london
from tests.slack.hosting import settings_for, transport_for
from tests.slack.strict import Slack
from tests.teams.connected import connector_to
from tests.teams.strict import Teams

OPENS, LOCKED = "2019-08-30 09:00", "2019-09-23 10:00"
BOARD = "asch_cabinet_committee"


class Mixed:
    """Every other person is on Teams; the board is where it is told to be."""

    def __init__(self, engine: Engine, slack: Slack, teams: Teams, board_on: str) -> None:
        self.engine, self.slack, self.teams = engine, slack, teams
        self.world = World(engine, at="2019-08-29 08:30")
        self.connectors: list[Connector] = []
        self.board, self.board_on = "", board_on
        self.transports: dict[str, Transport] = {
            "slack": transport_for(settings_for(slack, "socket")),
            "teams": TeamsTransport(self.connector_to(teams.url)),
        }
        self.where: dict[str, tuple[str, str]] = {}
        self.world.unlink_everybody()
        with Session(engine) as session:
            self._settle(session, board_on)
            session.commit()

    def _settle(self, session: Session, board_on: str) -> None:
        for number, person in enumerate(session.exec(select(Person).order_by(col(Person.email))).all()):
            platform = ("slack", "teams")[number % 2]
            name, chat = self._joins(person.email.split("@")[0], platform)
            self.where[person.email] = platform, chat
            session.add(ChatAccount(person_id=stored_id(person.id), platform=platform, conversation=chat, account=name))
        board = session.exec(select(Board).where(Board.key == BOARD)).one()
        self.board = self._room(board_on)
        board.platform, board.channel = board_on, self.board

    def connector_to(self, url: str) -> Connector:
        made = connector_to(self.teams, self.engine, service_url=url)
        made.start()
        self.connectors.append(made)
        return made

    def stop(self) -> None:
        for connector in self.connectors:
            connector.stop()

    def _joins(self, name: str, platform: str) -> tuple[str, str]:
        if platform == "slack":
            user = self.slack.person(name)
            return user, self.slack.workspace.dm(user).id
        person = self.teams.person(name)
        return person.account, self.teams.chat(person)

    def _room(self, platform: str) -> str:
        if platform == "teams":
            self.room = self.teams.channel()
            return self.room
        self.room = self.slack.room("board", [])
        return "#board"

    def wait_until(self, text: str) -> None:
        with Session(self.engine) as session:
            coming = moments(load_facts(session), self.world.clock.now(), london(text))
        for moment in [*coming, london(text)]:
            self.world.clock.set(moment)
            tick(self.engine, self.transports, moment)

    def shown(self, platform: str, conversation: str) -> list[str]:
        if platform == "teams":
            return [post.text for post in self.teams.shown(conversation)]
        return [message.text for message in self.slack.messages(conversation)]

    def asked(self, platform: str) -> list[int]:
        """How often the opening's card is shown, to each lead of a platform."""
        with Session(self.engine) as session:
            query = select(Person.email).join(OutgoingMessage).where(OutgoingMessage.kind == "opening")
            leads = set(session.exec(query))
        where = [self.where[email] for email in sorted(leads) if self.where[email][0] == platform]
        return ["\n".join(self.shown(*each)).count("Please update ") for each in where]

    def told(self) -> list[str]:
        """What the board is shown."""
        return self.shown(self.board_on, self.room)


def down(mixed: Mixed, platform: str) -> Transport:
    """The platform's transport, to where nobody answers."""
    nobody = "http://127.0.0.1:9/"
    if platform == "slack":
        return transport_for(settings_for(mixed.slack, "socket").model_copy(update={"slack_api_url": nobody}))
    return TeamsTransport(mixed.connector_to(nobody))


@pytest.fixture(params=["slack", "teams"])
def mixed(request: pytest.FixtureRequest, engine: Engine, teams: Teams) -> Iterator[Mixed]:
    with Slack() as slack:
        made = Mixed(engine, slack, teams, board_on=request.param)
        yield made
        made.stop()


def test_a_window_is_closed_with_everybody_asked_once_where_they_are(mixed: Mixed) -> None:
    mixed.wait_until(OPENS)
    assert (mixed.asked("slack"), mixed.asked("teams")) == ([1] * 10, [1] * 7)
    mixed.wait_until(LOCKED)
    with Session(mixed.engine) as session:
        sent = session.exec(select(OutgoingMessage).where(OutgoingMessage.state == SendState.SENT)).all()
        emails = {person.id: person.email for person in session.exec(select(Person))}
    assert len({row.key for row in sent}) == len(sent)
    assert all((row.platform, row.conversation) == mixed.where[emails[row.person_id]] for row in sent if row.person_id)
    headlines = [text for text in mixed.told() if "The window closed on" in text]
    assert len(headlines) == 1
    assert "0 of 17" in headlines[0]


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_a_platform_that_is_down_delays_its_own_people_alone(mixed: Mixed, platform: str) -> None:
    other = {"slack": "teams", "teams": "slack"}[platform]
    well = mixed.transports[platform]
    mixed.transports[platform] = down(mixed, platform)
    mixed.wait_until(OPENS)
    assert set(mixed.asked(other)) == {1}
    assert set(mixed.asked(platform)) == {0}
    mixed.transports[platform] = well
    mixed.wait_until("2019-08-30 11:00")
    assert set(mixed.asked(platform)) == set(mixed.asked(other)) == {1}
