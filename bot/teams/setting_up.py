"""Teams as the settings have it. Slow to import, for it brings Microsoft's SDK."""

from microsoft_teams.apps.token_manager import TokenManager
from sqlalchemy import Engine

from bot.teams import sdk
from bot.teams.app import TeamsApp
from bot.teams.graph import Graph
from bot.teams.means import Means
from bot.teams.tokens import Tokens
from bot.teams.web import Connector
from bot.transport import Transport
from scheduler.clock import Clock
from settings import Settings


def teams_app(
    engine: Engine, transports: dict[str, Transport], settings: Settings, clock: Clock, playground: bool = False
) -> TeamsApp:
    """The app, and its transport among the others. Raises SetUpError."""
    return TeamsApp(settings, engine, _means(engine, settings, playground), transports, clock, playground)


def _means(engine: Engine, settings: Settings, playground: bool) -> Means:
    if playground:
        return Means(Connector(engine, unproven, settings.teams_tenant_id, loopback=True))
    tokens = Tokens(TokenManager(sdk.credentials(settings)))
    app = settings.teams_catalog_app_id
    return Means(
        Connector(engine, tokens, settings.teams_tenant_id), tokens, Graph(tokens.for_graph, app) if app else None
    )


def unproven() -> str:
    """The playground asks nobody for a token."""
    return "playground"
