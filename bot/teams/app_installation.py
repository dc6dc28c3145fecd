"""Installs the app for people who have no account yet, where the organisation permits it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.platform.account_matcher import UNANSWERED, counted
from remembrancer.bot.teams.graph import BATCH, Graph, NotGrantedError
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.models import Person
from remembrancer.models.database import write_once
from remembrancer.queries.chat_accounts import is_without_account, without_account
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.person_fields import is_own_address
from remembrancer.scheduler.outbox.transport import SendError
from remembrancer.services.chat_accounts import link

log = structlog.get_logger()


def match(engine: Engine, graph: Graph, now: datetime) -> Collection[int]:
    """Install the app for everybody without an account, and link them. Idempotent.

    Return the people (ids) who were looked up: nobody where an error of Microsoft ended the run, and the next run goes
    on. Raises nothing that Microsoft can cause.
    """
    with Session(engine) as session:
        unreached = [person for person in without_account(session, PLATFORM) if is_own_address(person.email)]
        people = {person.email: stored_id(person.id) for person in unreached}
    unanswered = set(people)
    try:
        for email, account in counted(_with_app(graph, list(people), unanswered), PLATFORM, len(people)):
            # Another process, or the event of the installation, may link the account first.
            with write_once(engine, account=account) as session:
                _link(session, people[email], account, now)
    except NotGrantedError as error:
        graph.log_missing_permission(error)
        return people.values()
    except SendError as error:
        log.warning("people not matched", platform=PLATFORM, trouble=error.trouble, reason=error.reason)
        return () if error.trouble in UNANSWERED else people.values()
    return [person_id for email, person_id in people.items() if email not in unanswered]


def _with_app(graph: Graph, emails: Sequence[str], unanswered: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the people who have the app now, each with their account; what Graph answered leaves `unanswered`."""
    for first in range(0, len(emails), BATCH):
        accounts = graph.accounts_of(emails[first : first + BATCH])
        known = {email: account for email, account in accounts.items() if account is not None}
        installed = graph.install(list(known.values())) if known else {}
        for email, account in accounts.items():
            if account is None or account in installed:
                unanswered.discard(email)
            if account is not None and installed.get(account):
                yield email, account
            elif email not in unanswered:
                log.warning("app not installed", email=email, in_entra=account is not None)


def _link(session: Session, person_id: int, account: str, now: datetime) -> None:
    person = session.get_one(Person, person_id)
    try:
        if is_without_account(session, person, PLATFORM):
            # The chat is created when the first message is sent (outbound/transport.py): Teams limits how many are
            # created, and the outbox waits for its turn.
            link(session, person, PLATFORM, account, now, None, account)
    except RefusalError as refusal:
        log.warning("not linked", email=person.email, refusal=refusal.name)
