"""What it takes to call Microsoft, started and stopped as one."""

from dataclasses import dataclass

from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.graph import Graph
from remembrancer.bot.teams.tokens import Tokens


@dataclass(frozen=True)
class Means:
    """A playground wants no tokens; `graph` is there where the app may be installed for people."""

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
