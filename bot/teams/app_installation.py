"""Installs the app for people who have no account yet, where the organisation permits it."""

from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.graph import Graph, NotGrantedError
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.models import Person
from remembrancer.queries.chat_accounts import is_without_account, without_account
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.person_fields import is_own_address
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.services.chat_accounts import link

log = structlog.get_logger()


def match(engine: Engine, connector: Connector, graph: Graph, now: datetime) -> None:
    """Install the app for everybody without an account, and link them. Idempotent.

    An error of Microsoft ends the run, and the next run goes on. Raises nothing that Microsoft can cause.
    """
    with Session(engine) as session:
        unreached = [person for person in without_account(session, PLATFORM) if is_own_address(person.email)]
        people = [(stored_id(person.id), person.email) for person in unreached]
    try:
        for person_id, email in people:
            _match_one(engine, connector, graph, person_id, email, now)
    except SendError as error:
        log.warning("app not installed for people", trouble=error.trouble, reason=error.reason)


def _match_one(engine: Engine, connector: Connector, graph: Graph, person_id: int, email: str, now: datetime) -> None:
    try:
        account = graph.account_of(email)
        is_theirs = account is not None and graph.install(account)
    except NotGrantedError as error:
        graph.log_missing_permission(error)
        return
    if account is None or not is_theirs:
        log.warning("app not installed", email=email, in_entra=account is not None)
        return
    conversation = _create_chat(connector, account)
    if conversation is not None:
        _link(engine, person_id, conversation, account, now)


def _create_chat(connector: Connector, account: str) -> str | None:
    try:
        return connector.create(account)
    except SendError as error:
        if error.trouble != Trouble.BROKEN:
            raise
        # Teams may not have processed the installation yet.
        log.warning("no chat after installation", account=account, reason=error.reason)
        return None


def _link(engine: Engine, person_id: int, conversation: str, account: str, now: datetime) -> None:
    with Session(engine) as session:
        person = session.get_one(Person, person_id)
        try:
            if is_without_account(session, person, PLATFORM):
                link(session, person, PLATFORM, conversation, now, None, account)
            session.commit()
        except RefusalError as refusal:
            log.warning("not linked", email=person.email, refusal=refusal.name)
        except IntegrityError:
            # The event of the installation was handled meanwhile, and linked the account.
            session.rollback()
            log.info("linked elsewhere", account=account)
