"""A council of many leads, each with one item, everybody in the strict Slack, which runs in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from slack_sdk import WebClient
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session, select

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import ChatAccount, Person
from remembrancer.models.database import create_tables, make_engine
from remembrancer.rules.facts import stored_id
from remembrancer.settings import Settings
from tests.conftest import EXAMPLE, POSTGRES
from tests.dialog import london
from tests.slack.strict.clock import RealClock
from tests.slack.strict.state import Workspace

OPENS = london("2019-08-30 09:00")
ANY_PORT = "0"
PRESS = "no_change"
"""The button that everybody presses."""


@dataclass(frozen=True)
class Server:
    """The strict Slack's process, and how its bot calls it."""

    api_url: str
    token: str

    @property
    def client(self) -> WebClient:
        return WebClient(self.token, base_url=self.api_url, retry_handlers=[])

    @property
    def settings(self) -> Settings:
        names = {"SLACK_BOT_TOKEN": self.token, "SLACK_API_URL": self.api_url}
        return Settings(slack_messages_a_minute=1_000_000, **names)  # type: ignore[arg-type]


@contextmanager
def strict_slack(people: int, *more: str) -> Iterator[Server]:
    """Its people are person1@example.org and so on."""
    command = (sys.executable, "-m", "tests.slack.strict", ANY_PORT, "--people", str(people), *more)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield Server(f"http://127.0.0.1:{port}/api/", Workspace(RealClock()).bot_token)
        process.kill()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Engine]:
    """An empty one, of either kind, as safe on disk as in production."""
    if kind == "sqlite":
        engine = make_engine(f"sqlite:///{folder / 'bench.sqlite'}")
        create_tables(engine)
        yield engine
        engine.dispose()
        return
    admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS remembrancer_bench WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE remembrancer_bench"))
    engine = make_engine(admin.url.set(database="remembrancer_bench").render_as_string(hide_password=False))
    create_tables(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE remembrancer_bench WITH (FORCE)"))
    admin.dispose()


def settle(engine: Engine, folder: Path, leads: int) -> None:
    """The example's organisation, with so many leads who have one item each, and nothing else to say."""
    _write_folder(folder, leads)
    with Session(engine) as session:
        store(session, read_folder(folder, with_responses=False, now=OPENS), OPENS)
        session.commit()


def _write_folder(folder: Path, leads: int) -> None:
    for name in ("organisation.yaml", "calendar.ics"):
        (folder / name).write_bytes((EXAMPLE / name).read_bytes())
    kept = (EXAMPLE / "people.csv").read_text(encoding="utf-8").splitlines()
    numbers = range(1, leads + 1)
    lead = "Lead {0},person{0}@example.org,Head of {0},,,,"
    _write(folder / "people.csv", [*kept, *(lead.format(number) for number in numbers)])
    item = "strategic-delivery-plan,{0},Item {0} of the plan,Head of {0},,3: Older residents,Commissioning,2020-03-31"
    [head, *_] = (EXAMPLE / "items.csv").read_text(encoding="utf-8").splitlines()
    _write(folder / "items.csv", [head, *(item.format(number) for number in numbers)])


def _write(path: Path, rows: Sequence[str]) -> None:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def join(engine: Engine, server: Server, leads: int) -> None:
    """Everybody has a conversation with the bot."""
    client = server.client
    with Session(engine) as session:
        for person in session.exec(select(Person).where(Person.email.like("person%"))):  # type: ignore[attr-defined]
            user = client.users_lookupByEmail(email=person.email)["user"]["id"]
            channel = client.conversations_open(users=user)["channel"]["id"]
            session.add(
                ChatAccount(person_id=stored_id(person.id), platform="slack", conversation=channel, account=user)
            )
        session.commit()
