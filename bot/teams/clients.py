"""Builds the clients of Microsoft's services, and starts and stops them together. Slow to import: it loads the SDK."""

from dataclasses import dataclass

from microsoft_teams.apps.token_manager import TokenManager
from sqlalchemy import Engine

from remembrancer.bot.teams import sdk
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.graph import Graph
from remembrancer.bot.teams.tokens import Tokens
from remembrancer.settings import Settings


@dataclass(frozen=True)
class Clients:
    """The clients. A playground needs no tokens; `graph` is set where the app may be installed for people."""

    connector: Connector
    tokens: Tokens | None = None
    graph: Graph | None = None

    def start(self) -> None:
        if self.tokens is not None:
            self.tokens.start()
        self.connector.start()

    def stop(self) -> None:
        self.connector.stop()
        if self.graph is not None:
            self.graph.close()
        if self.tokens is not None:
            self.tokens.stop()


def make_clients(engine: Engine, settings: Settings, playground: bool = False) -> Clients:
    """Build the clients from the settings."""
    if playground:
        # Nothing of a trial on this machine may be sent to Microsoft's own host.
        return Clients(Connector(engine, playground_token, settings.teams_tenant_id, service_url="", loopback=True))
    tokens = Tokens(TokenManager(sdk.credentials(settings)))
    app = settings.teams_catalog_app_id
    return Clients(
        Connector(engine, tokens, settings.teams_tenant_id), tokens, Graph(tokens.for_graph, app) if app else None
    )


def playground_token() -> str:
    """Return a stand-in token: the playground checks none."""
    return "playground"
