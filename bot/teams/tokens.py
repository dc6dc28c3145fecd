"""Fetches and caches the bot's tokens with Microsoft's SDK."""

from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from typing import Any

from jwt import PyJWTError
from microsoft_teams.api import TokenProtocol
from microsoft_teams.apps.token_manager import TokenManager
from msal.exceptions import MsalError  # type: ignore[import-untyped]

from remembrancer.bot.teams.async_thread import AsyncThread, NotRunningError
from remembrancer.scheduler.outbox.transport import SendError, Trouble

TIMEOUT = 10.0
"""Seconds that Entra has for an answer."""
TRANSIENT_ERRORS = frozenset({"temporarily_unavailable", "server_error", "request_timeout"})
"""Entra's codes for errors that pass by themselves.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""


class Tokens(AsyncThread):
    """Returns tokens; blocks. Thread-safe. It has an event loop of its own, because the SDK's first call blocks one.

    Without a token nothing is sent, so its errors are never in doubt.
    """

    def __init__(self, manager: TokenManager) -> None:
        super().__init__("teams tokens")
        self._manager = manager

    def __call__(self) -> str:
        """Return the bot's current token, renewed where it has expired. Raises SendError."""
        return self._fetch(self._manager.get_bot_token)

    def for_graph(self) -> str:
        """Return the current token for Microsoft Graph. Raises SendError."""
        return self._fetch(self._manager.get_graph_token)

    def _fetch(self, ask: Callable[[], Coroutine[Any, Any, TokenProtocol | None]]) -> str:
        try:
            token = self.call(ask(), TIMEOUT)
        except (TimeoutError, CancelledError, NotRunningError, OSError, MsalError) as error:
            # No answer, or an error of Entra's own.
            raise SendError(Trouble.AGAIN, f"NoToken: {type(error).__name__}", of_all=True) from error
        except (ValueError, LookupError, PyJWTError) as error:
            trouble = Trouble.AGAIN if str(error) in TRANSIENT_ERRORS else Trouble.STOPPED
            raise SendError(trouble, f"NoToken: {error}", of_all=True) from error
        if token is None:
            raise SendError(Trouble.STOPPED, "NoToken: no credentials")
        return str(token)
