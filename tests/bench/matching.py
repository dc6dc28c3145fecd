"""How long it takes to match a large council to Slack for the first time, within Slack's limits."""

import tempfile
from pathlib import Path
from time import monotonic

from sqlmodel import Session

from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.directory import match
from remembrancer.queries.chat_accounts import accounts_on
from tests.bench.council import OPENS, database, settle, strict_slack

PEOPLE, USERS = 500, 5_000


def measure() -> None:
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as engine:
            settle(engine, Path(folder), PEOPLE)
            with strict_slack(USERS, "--limits") as server:
                began = monotonic()
                match(engine, SlackWebApi(server.settings), OPENS)
                took = monotonic() - began
            with Session(engine) as session:
                matched = len(accounts_on(session, "slack"))
        print(f"{f'matching {matched} people, {kind}':45} {took:6.1f} s")
