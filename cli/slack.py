"""Slack: the app's manifest, what is amiss there, and whose account is whose."""

from typing import Annotated

import typer
from sqlmodel import Session

from remembrancer.cli.shared import print_json, stop
from remembrancer.settings import Settings
from remembrancer.wording import phrase

app = typer.Typer(no_args_is_help=True)


@app.callback()
def slack() -> None:
    """The commands of this platform are of its own."""


@app.command("manifest", help=phrase("slack_admin.cli_manifest"))
def print_manifest(
    socket: Annotated[bool | None, typer.Option("--socket/--no-socket", help=phrase("slack_admin.cli_socket"))] = None,
) -> None:
    from remembrancer.bot.slack.manifest import manifest

    settings = Settings()
    socket = not settings.public_url if socket is None else socket
    if not socket and not settings.public_url.startswith("https://"):
        stop(phrase("slack_admin.needs_https"))
    print_json(manifest(settings.base_url, socket))


def slack_findings(session: Session) -> list[str] | None:
    """What is amiss with Slack; None where it is not set up."""
    settings = Settings()
    if not settings.slack_bot_token:
        return None
    from remembrancer.bot.slack.api import SlackWebApi
    from remembrancer.bot.slack.doctor import find_problems

    return find_problems(session, SlackWebApi(settings), settings)


def where_on(platform: str, given: str) -> tuple[str, str]:
    """The conversation, and the platform's own id of the person where that is what was given."""
    from remembrancer.bot.platform.rate_limit import PATIENCE
    from remembrancer.bot.slack.addresses import ACCOUNT, open_conversation
    from remembrancer.bot.slack.api import SlackWebApi
    from remembrancer.bot.slack.outbound.transport import PLATFORM
    from remembrancer.scheduler.outbox.transport import SendError

    settings, given = Settings(), given.strip()
    if platform.strip().lower() != PLATFORM or not ACCOUNT.fullmatch(given):
        return given, ""
    if not settings.slack_bot_token:
        # The transport opens it when something is sent.
        return given, given
    try:
        return open_conversation(SlackWebApi(settings), given, PATIENCE), given
    except SendError as error:
        stop(phrase("slack_admin.not_opened", account=given, problem=error.reason))
