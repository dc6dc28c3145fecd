"""Bundles the clients of Microsoft's services, to start and stop them together."""

from dataclasses import dataclass

from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.graph import Graph
from remembrancer.bot.teams.tokens import Tokens


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
