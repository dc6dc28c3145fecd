"""Microsoft Teams: the app's package, what is amiss there, and whose account is whose."""

from contextlib import closing
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel import Session

from remembrancer.cli.shared import stop
from remembrancer.settings import Settings
from remembrancer.wording import phrase

app = typer.Typer(no_args_is_help=True)
NAME = 32  # characters of a developer's name, at most


@app.callback()
def teams() -> None:
    """The commands of this platform are of its own."""


@app.command("package", help=phrase("teams_package.cli_package"))
def write_package(
    out: Annotated[Path, typer.Option(help=phrase("teams_package.cli_out"))] = Path("remembrancer-teams.zip"),
    developer: Annotated[str, typer.Option(help=phrase("teams_package.cli_developer"))] = phrase(
        "teams_package.developer"
    ),
    website: Annotated[str, typer.Option(help=phrase("teams_package.cli_website"))] = "",
    privacy: Annotated[str, typer.Option(help=phrase("teams_package.cli_privacy"))] = "",
    terms: Annotated[str, typer.Option(help=phrase("teams_package.cli_terms"))] = "",
) -> None:
    from remembrancer.bot.teams.app_package import VERSION, Publisher, manifest, package

    settings = Settings()
    if len(developer) > NAME:
        stop(phrase("teams_package.too_long", text=developer, most=NAME))
    website = website or settings.base_url
    publisher = Publisher(developer, website, privacy or website, terms or website)
    for url in (settings.base_url, publisher.website, publisher.privacy, publisher.terms):
        if not url.startswith("https://"):
            stop(phrase("teams_package.needs_https", url=url))
    try:
        app_id = str(UUID(settings.teams_client_id.strip()))  # as Teams writes a GUID
    except ValueError:
        stop(phrase("teams_package.needs_app"))
    out.write_bytes(package(manifest(app_id, publisher, settings.base_url)))
    typer.echo(phrase("teams_package.written", out=out, version=VERSION, app=app_id))


def teams_findings(session: Session) -> list[str] | None:
    """What is amiss with Teams; None where it is not set up."""
    settings = Settings()
    if not settings.teams_client_id:
        return None
    from microsoft_teams.apps.token_manager import TokenManager

    from remembrancer.bot.teams.doctor import find_problems
    from remembrancer.bot.teams.graph import Graph
    from remembrancer.bot.teams.sdk import credentials
    from remembrancer.bot.teams.tokens import Tokens

    tokens = Tokens(TokenManager(credentials(settings)))
    tokens.start()
    try:
        with closing(Graph(tokens.for_graph, settings.teams_catalog_app_id)) as graph:
            return find_problems(session, settings, tokens, graph if settings.teams_catalog_app_id else None)
    finally:
        tokens.stop()


def account_on(platform: str, given: str) -> str | None:
    """The Entra object id of somebody in Teams, as Teams tells it, where that is what was given."""
    from remembrancer.bot.teams.inbound.activity_source import ACCOUNT, PLATFORM

    is_account = platform.strip().lower() == PLATFORM and ACCOUNT.fullmatch(given.strip())
    return given.strip().lower() if is_account else None
