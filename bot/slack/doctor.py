"""Checks the Slack set-up; each finding is a sentence that says how to fix it."""

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any

from sqlmodel import Session

from remembrancer.bot.slack.addresses import Addresses
from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.directory import WAIT_SECONDS, all_users, email_of, is_member
from remembrancer.bot.slack.manifest import PATH, SCOPES
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.models import Board
from remembrancer.queries.boards import boards_on
from remembrancer.queries.chat_accounts import accounts_on, without_account
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.settings import Settings
from remembrancer.wording import phrase


def find_problems(session: Session, web: SlackWebApi, settings: Settings) -> list[str]:
    """Return every finding; empty where all is well. An error of Slack is a finding too."""
    findings = list(_event_delivery(settings))
    try:
        findings += _scopes(web)
        for board in boards_on(session, PLATFORM):
            findings += _channel(web, board)
        findings += _people(session, web)
    except SendError as error:
        if error.trouble == Trouble.STOPPED:
            findings.append(phrase("slack_admin.stopped", problem=error.reason))
        else:
            findings.append(phrase("slack_admin.not_reached", problem=error.reason, url=settings.slack_api_url))
    return findings


def _event_delivery(settings: Settings) -> Iterator[str]:
    """Check how events reach the service: over a socket or over HTTP."""
    if not settings.slack_app_token and not settings.slack_signing_secret:
        yield phrase("slack_admin.no_way_in", path=PATH)
    if settings.slack_signing_secret and not settings.slack_app_token and not settings.public_url:
        yield phrase("slack_admin.no_public_url", path=PATH)
    if settings.slack_app_token:
        try:
            SlackWebApi(settings.model_copy(update={"slack_bot_token": settings.slack_app_token})).ask(
                "apps.connections.open"
            )
        except SendError as error:
            yield phrase("slack_admin.no_socket", problem=error.reason)


def _scopes(web: SlackWebApi) -> Iterator[str]:
    headers = {name.lower(): value for name, value in web.ask("auth.test").headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    if missing := [scope for scope in SCOPES if scope not in granted]:
        yield phrase("slack_admin.scopes", scopes=", ".join(missing))


def _channel(web: SlackWebApi, board: Board) -> Iterator[str]:
    values = {"board": board.name, "channel": board.channel}
    try:
        channel_id = Addresses(web).of(board.channel, WAIT_SECONDS)
        channel: Mapping[str, Any] = web.ask("conversations.info", WAIT_SECONDS, channel=channel_id)["channel"]
    except SendError as error:
        if error.trouble != Trouble.BROKEN:
            raise
        yield phrase("slack_admin.no_channel", **values)
        return
    if channel.get("is_archived"):
        yield phrase("slack_admin.archived", **values)
    elif not channel.get("is_member"):
        yield phrase("slack_admin.not_member", **values)


def _people(session: Session, web: SlackWebApi) -> Iterator[str]:
    users = [user for user in all_users(web) if is_member(user)]
    ids = {user["id"] for user in users}
    emails = {email_of(user): user for user in users}
    for account, person in accounts_on(session, PLATFORM):
        values = {"name": person.name, "email": person.email, "argument": quote(person.email)}
        by_email = emails.get(person.email)
        if account.account and account.account not in ids:
            yield phrase("slack_admin.gone", **values)
        elif account.account and by_email is not None and by_email["id"] != account.account:
            yield phrase("slack_admin.other_account", account=account.account, other=by_email["id"], **values)
    for person in without_account(session, PLATFORM):
        name = "not_matched_yet" if person.email in emails else "no_such_email"
        yield phrase(f"slack_admin.{name}", name=person.name, email=person.email, argument=quote(person.email))
