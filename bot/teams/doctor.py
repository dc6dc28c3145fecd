"""Checks the Teams set-up; each finding is a sentence that says how to fix it."""

from collections.abc import Callable, Iterator, Sequence
from shlex import quote

from sqlmodel import Session, col, select

from remembrancer.bot.platform.base import SetUpError
from remembrancer.bot.teams import sdk
from remembrancer.bot.teams.conversation_references import (
    ForeignAddressError,
    check_service_url,
    find_channels,
    find_conversation,
)
from remembrancer.bot.teams.graph import INSTALL_APPS, READ_USERS, Graph, NotGrantedError
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.bot.teams.inbound.endpoint import PATH
from remembrancer.models import Board, ChatAccount, Person, TeamsConversation, TeamsKind
from remembrancer.queries.boards import boards_on
from remembrancer.queries.chat_accounts import without_account
from remembrancer.rules.people.person_fields import is_own_address
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.settings import Settings
from remembrancer.wording import listed, phrase

MAX_SINGLE, MAX_NAMED = 3, 10
"""Up to this many people get a finding each, and up to this many are named in a common one."""


def find_problems(
    session: Session, settings: Settings, token: Callable[[], str], graph: Graph | None = None, loopback: bool = False
) -> list[str]:
    """Return every finding; empty where all is well. `token` returns the bot's token, and raises SendError.

    Accounts that Teams refuses are found by the check of all platforms.
    """
    linked = set(session.exec(select(ChatAccount.person_id)))
    people = [person for person in without_account(session, PLATFORM) if person.id not in linked]
    bot_findings = list(_credentials(settings, token))
    is_reached = settings.public_url.startswith("https://")
    return [
        *([] if is_reached else [phrase("teams_directory.no_public_url", path=PATH)]),
        *bot_findings,
        *(_permissions(graph, people) if graph is not None and not bot_findings else ()),
        *(found for board in boards_on(session, PLATFORM) for found in _channel(session, board)),
        *_without_app(people),
        *_strangers(session),
        *_foreign_addresses(session, loopback),
    ]


def _credentials(settings: Settings, token: Callable[[], str]) -> Iterator[str]:
    """Check whether the bot gets a token: without one, Graph is not asked either."""
    try:
        sdk.check(settings)
        token()
    except SetUpError as error:
        yield str(error)
    except SendError as error:
        name = "no_token" if error.trouble == Trouble.STOPPED else "token_later"
        yield phrase(f"teams_directory.{name}", problem=error.reason)


def _permissions(graph: Graph, people: list[Person]) -> Iterator[str]:
    """Check the permissions with one person for all: nothing else would show them."""
    try:
        for person in [each for each in people if is_own_address(each.email)][:1]:
            graph.check(person.email)
    except NotGrantedError as error:
        yield phrase("teams_directory.not_granted", problem=error.problem, permissions=f"{INSTALL_APPS}, {READ_USERS}")
    except SendError as error:
        yield phrase("teams_directory.graph_later", problem=error.reason)


def _channel(session: Session, board: Board) -> Iterator[str]:
    known_channel = find_conversation(session, board.channel)
    if known_channel is not None and known_channel.removed_at is None:
        return
    channels = find_channels(session, board.channel)
    if not channels:
        yield phrase("teams_directory.no_channel", board=board.name, channel=board.channel)
    elif len(channels) > 1:
        full = ", ".join(f"'{each.team} / {each.name}'" for each in channels)
        yield phrase("teams_directory.several_channels", board=board.name, channel=board.channel, full=full)


def _without_app(people: Sequence[Person]) -> Iterator[str]:
    """Report people without the app, each alone or all in one: before an installation for all, nobody has it."""
    if len(people) <= MAX_SINGLE:
        for each in people:
            said = {"name": each.name, "email": each.email, "argument": quote(each.email)}
            yield phrase("teams_directory.not_installed", **said)
        return
    names, more = [each.name for each in people[:MAX_NAMED]], len(people) - MAX_NAMED
    named = listed(names) if more <= 0 else phrase("teams_directory.some", names=", ".join(names), count=more)
    yield phrase("teams_directory.many_not_installed", count=len(people), names=named)


def _strangers(session: Session) -> Iterator[str]:
    """Report accounts that have the app and belong to nobody we know."""
    known = select(ChatAccount.account).where(ChatAccount.platform == PLATFORM)
    query = select(TeamsConversation).where(
        TeamsConversation.kind == TeamsKind.PERSONAL,
        TeamsConversation.account != "",
        col(TeamsConversation.account).not_in(known),
        col(TeamsConversation.removed_at).is_(None),
    )
    accounts = [each.account for each in session.exec(query.order_by(col(TeamsConversation.id)))]
    if len(accounts) <= MAX_SINGLE:
        yield from (phrase("teams_directory.stranger", account=each) for each in accounts)
    else:
        yield phrase("teams_directory.many_strangers", count=len(accounts), accounts=listed(accounts[:MAX_SINGLE]))


def _foreign_addresses(session: Session, loopback: bool) -> Iterator[str]:
    """Report stored addresses that are not Microsoft's, from an older version or another program."""
    for each in session.exec(select(TeamsConversation).order_by(col(TeamsConversation.id))):
        try:
            check_service_url(each.service_url, loopback)
        except ForeignAddressError:
            where = each.name or each.account or each.conversation
            yield phrase("teams_directory.foreign", where=where, url=each.service_url)
