"""Microsoft's SDK, which takes a second to import and would fill the environment from a .env file as it does."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from bot.set_up import SetUpError
from settings import Settings, setting_called
from wording import say

if TYPE_CHECKING:
    from microsoft_teams.api import Credentials

NOT_LOADED = "PYTHON_DOTENV_DISABLED"  # python-dotenv's own switch
UNPROVEN = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"
OFF = frozenset({"", "0", "false", "no", "off"})
"""How the SDK reads that setting as off; what is none of its words may mean anything."""

LOOPBACK = "127.0.0.1"
SYSTEM = "system"


def load() -> None:
    """To be called before anything of the SDK is imported.

    At import it looks for a .env file in this folder and all above it, and puts what that holds into the environment,
    where the settings of this process would change underway.
    """
    with _nothing_loaded(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "HtmlWidgetSecurityPolicy is in preview")
        import_module("microsoft_teams.apps")


@contextmanager
def _nothing_loaded() -> Iterator[None]:
    before = os.environ.get(NOT_LOADED)
    os.environ[NOT_LOADED] = "1"
    try:
        yield
    finally:
        del os.environ[NOT_LOADED]
        if before is not None:
            os.environ[NOT_LOADED] = before


def check(settings: Settings, playground: bool = False) -> None:
    """Whether Teams may be listened to as it is set up. Raises SetUpError.

    `playground`: the sandbox, which Microsoft's local Teams speaks to without a token: on the machine itself only.
    """
    if playground:
        if settings.host != LOOPBACK:
            raise SetUpError(say("teams.only_here", host=LOOPBACK))
        return
    if (setting_called(UNPROVEN) or "").strip().lower() not in OFF:
        raise SetUpError(say("teams.unproven", setting=UNPROVEN))
    if settings.teams_client_id and not settings.teams_tenant_id:
        raise SetUpError(say("teams.no_tenant"))
    if settings.teams_client_id and not (settings.teams_client_secret or settings.teams_managed_identity):
        raise SetUpError(say("teams.no_secret"))


def credentials(settings: Settings) -> "Credentials | None":
    """Who the bot is; None where it is not set up. A secret goes before a managed identity.

    https://learn.microsoft.com/azure/bot-service/bot-builder-authentication names the kinds.
    """
    load()
    from microsoft_teams.api import ClientCredentials, FederatedIdentityCredentials, ManagedIdentityCredentials

    app, tenant, identity = settings.teams_client_id, settings.teams_tenant_id, settings.teams_managed_identity
    if not app:
        return None
    if settings.teams_client_secret:
        return ClientCredentials(client_id=app, client_secret=settings.teams_client_secret, tenant_id=tenant)
    if identity == app:
        return ManagedIdentityCredentials(client_id=app, tenant_id=tenant)
    return FederatedIdentityCredentials(
        client_id=app,
        managed_identity_type="system" if identity == SYSTEM else "user",
        managed_identity_client_id=None if identity == SYSTEM else identity,
        tenant_id=tenant,
    )
