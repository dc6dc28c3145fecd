"""The example organisation, and the app behind real HTTP, to which playgrounds speak."""

from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine, event
from sqlmodel import Session, col, func, or_, select

from remembrancer.bot.teams.app import TeamsApp
from remembrancer.bot.teams.clients import Clients, playground_token
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.conversation_references import find_conversation
from remembrancer.bot.teams.inbound.endpoint import PATH
from remembrancer.models import Board, ChatAccount, EventState, IncomingEvent, OutgoingMessage, SendState
from remembrancer.models.database import create_tables, make_engine
from remembrancer.queries.facts import load_facts
from remembrancer.rules.prompts.due import moments
from remembrancer.scheduler.outbox.transport import Transport
from remembrancer.scheduler.tick import tick
from remembrancer.settings import Settings
from tests.dialog import World, london
from tests.slack.hosting import until
from tests.teams.playground.running import Someone
from tests.teams.serving import served

BOARD = "asch_cabinet_committee"


def someone(number: int, name: str) -> Someone:
    """Teams' own id of them is that of Entra here, so that a chat that is made is the one they see."""
    account = f"44444444-4444-4444-8444-{number:012d}"
    return Someone(account, name, account, email=f"{name.lower().replace(' ', '.')}@example.org")


class House:
    """Nobody of the organisation is anywhere yet. `url` is where a playground delivers what people do."""

    def __init__(self, engine: Engine) -> None:
        self.world, self.engine = World(engine, at="2019-08-29 09:30"), engine
        self.transports: dict[str, Transport] = {}
        self.url = ""
        self.world.unlink_everybody()
        settings = Settings(_env_file=None, host="127.0.0.1")
        connector = Connector(engine, playground_token, service_url="", loopback=True)
        self.app = TeamsApp(settings, engine, Clients(connector), self.transports, self.world.clock, playground=True)

    def site(self) -> FastAPI:
        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> Any:
            await self.app.start()
            yield
            await self.app.stop()

        made = FastAPI(lifespan=lifespan)
        made.add_api_route(PATH, self.app.routes[PATH], methods=["POST"])
        return made

    def look(self) -> None:
        tick(self.engine, self.transports, self.world.clock.now())

    def wait_until(self, text: str) -> None:
        """With a look at every moment that matters. What people did is done before: a clock that leaps ends leases."""
        self.rest()
        with Session(self.engine) as session:
            coming = moments(load_facts(session), self.world.clock.now(), london(text))
        for moment in [*coming, london(text)]:
            self.world.clock.set(moment)
            self.look()

    def rest(self) -> None:
        """Until all that was heard is handled, and answered."""
        until(self._rests, lambda: "something is always under way")

    def linked(self, count: int) -> bool:
        with Session(self.engine) as session:
            return session.exec(select(func.count()).select_from(ChatAccount)).one() == count

    def knows(self, conversation: str) -> bool:
        with Session(self.engine) as session:
            return find_conversation(session, conversation) is not None

    def board_in(self, channel: str) -> None:
        with Session(self.engine) as session:
            board = session.exec(select(Board).where(Board.key == BOARD)).one()
            board.platform, board.channel = "teams", channel
            session.commit()

    def _rests(self) -> bool:
        answers = or_(col(OutgoingMessage.immediate), col(OutgoingMessage.state) == SendState.SENDING)
        under_way = col(OutgoingMessage.state).in_((SendState.PENDING, SendState.SENDING))
        with Session(self.engine) as session:
            heard = select(IncomingEvent.id).where(IncomingEvent.state == EventState.WAITING)
            said = select(OutgoingMessage.id).where(under_way, answers)
            return session.exec(heard).first() is None and session.exec(said).first() is None


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Its app runs, and its database is a file in the folder."""
    engine = make_engine(f"sqlite:///{folder / 'house.sqlite'}")
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    create_tables(engine)
    made = House(engine)
    with served(made.site()) as url:
        made.url = url + PATH
        yield made
    engine.dispose()
