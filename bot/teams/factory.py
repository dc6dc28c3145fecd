"""Builds the Teams app from the settings. Slow to import, because it loads Microsoft's SDK."""

from microsoft_teams.apps.token_manager import TokenManager
from sqlalchemy import Engine

from remembrancer.bot.teams import sdk
from remembrancer.bot.teams.app import TeamsApp
from remembrancer.bot.teams.clients import Clients
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.graph import Graph
from remembrancer.bot.teams.tokens import Tokens
from remembrancer.clock import Clock
from remembrancer.scheduler.outbox.transport import Transport
from remembrancer.settings import Settings


def teams_app(
    engine: Engine, transports: dict[str, Transport], settings: Settings, clock: Clock, playground: bool = False
) -> TeamsApp:
    """Build the app and add its transport to `transports`. Raises SetUpError."""
    return TeamsApp(settings, engine, _clients(engine, settings, playground), transports, clock, playground)


def _clients(engine: Engine, settings: Settings, playground: bool) -> Clients:
    if playground:
        return Clients(Connector(engine, playground_token, settings.teams_tenant_id, loopback=True))
    tokens = Tokens(TokenManager(sdk.credentials(settings)))
    app = settings.teams_catalog_app_id
    return Clients(
        Connector(engine, tokens, settings.teams_tenant_id), tokens, Graph(tokens.for_graph, app) if app else None
    )


def playground_token() -> str:
    """Return a stand-in token: the playground checks none."""
    return "playground"
