"""The table of Web API methods, and what they share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.slack.strict.args import Args
from tests.slack.strict.state import Channel, Json, RefusedError, User, Workspace

T = TypeVar("T")
Handler = Callable[[Workspace, Args], Json]


@dataclass(frozen=True)
class Method:
    """`tier`: see limits.TIERS. `token`: bot, or app for what only the app-level token may do."""

    handle: Handler
    scope: str | None
    tier: int | None
    token: str


METHODS: dict[str, Method] = {}


def method(name: str, scope: str | None = None, tier: int | None = None, token: str = "bot") -> Callable[..., Handler]:
    def register(handle: Handler) -> Handler:
        METHODS[name] = Method(handle, scope, tier, token)
        return handle

    return register


def need(workspace: Workspace, scope: str) -> None:
    if scope not in workspace.scopes:
        raise RefusedError("missing_scope", needed=scope, provided=",".join(sorted(workspace.scopes)))


SCOPE_PREFIX = {"channel": "channels", "group": "groups", "im": "im"}


def need_for(workspace: Workspace, channel: Channel, act: str) -> None:
    """The scope for this kind of conversation: channels:read, groups:history, im:history …"""
    need(workspace, f"{SCOPE_PREFIX[channel.kind]}:{act}")


def person(workspace: Workspace, user: str, error: str = "user_not_found") -> User:
    found = workspace.users.get(user)
    if found is None:
        raise RefusedError(error)
    return found


def channel_seen(workspace: Workspace, name: str) -> Channel:
    """A conversation that the app can see: a private channel only from within."""
    channel = workspace.channels.get(name)
    hidden = channel is not None and channel.kind == "group" and workspace.bot.id not in channel.members
    if channel is None or hidden:
        raise RefusedError("channel_not_found")
    return channel


def page(items: Sequence[T], args: Args, most: int, usual: int, key: Callable[[T], str]) -> tuple[list[T], Json]:
    """One page and what to say of the next. A cursor names the item that it begins with, whatever came meanwhile."""
    limit = min(args.number("limit", usual), most)
    if limit < 1:
        raise RefusedError("invalid_limit")
    names = [f"from:{key(item)}" for item in items]
    cursor = args.text("cursor")
    if cursor and cursor not in names:
        raise RefusedError("invalid_cursor")
    start = names.index(cursor) if cursor else 0
    following = names[start + limit] if start + limit < len(items) else ""
    return list(items[start : start + limit]), {"response_metadata": {"next_cursor": following}}
