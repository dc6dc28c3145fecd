"""Sets up Microsoft's SDK, which takes a second to import and so is imported where it is used."""

from typing import TYPE_CHECKING

from remembrancer.bot.platform.base import SetUpError
from remembrancer.settings import Settings, setting_called
from remembrancer.wording import say

if TYPE_CHECKING:
    from microsoft_teams.api import Credentials


UNAUTHENTICATED_SETTING = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"
OFF_VALUES = frozenset({"", "0", "false", "no", "off"})
"""The values that the SDK reads as off; it may read any other as on."""
LOOPBACK = "127.0.0.1"
SYSTEM = "system"


def check(settings: Settings, playground: bool = False) -> None:
    """Check the settings for Teams. Raises SetUpError.

    `playground`: Microsoft's local Teams sends no token, so it is allowed on the machine itself only.
    """
    if playground:
        if settings.host != LOOPBACK:
            raise SetUpError(say("teams.only_here", host=LOOPBACK))
        return
    if (setting_called(UNAUTHENTICATED_SETTING) or "").strip().lower() not in OFF_VALUES:
        raise SetUpError(say("teams.unproven", setting=UNAUTHENTICATED_SETTING))
    if settings.teams_client_id and not settings.teams_tenant_id:
        raise SetUpError(say("teams.no_tenant"))
    if settings.teams_client_id and not (settings.teams_client_secret or settings.teams_managed_identity):
        raise SetUpError(say("teams.no_secret"))


def credentials(settings: Settings) -> "Credentials | None":
    """Return the bot's credentials; None where Teams is not set up. A secret goes before a managed identity.

    https://learn.microsoft.com/azure/bot-service/bot-builder-authentication names the kinds.
    """
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
