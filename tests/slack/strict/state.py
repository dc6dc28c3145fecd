"""What a workspace remembers: people, channels, messages, views and files."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.slack.strict.clock import Clock

Json = dict[str, Any]

SCOPES = frozenset(
    (
        "chat:write",
        "im:write",
        "im:history",
        "commands",
        "users:read",
        "users:read.email",
        "files:write",
        "channels:read",
        "groups:read",
        "channels:history",
        "groups:history",
    )
)
SUBSCRIPTIONS = frozenset(
    (
        "app_home_opened",
        "message.im",
        "app_uninstalled",
        "tokens_revoked",
        "user_change",
        "team_join",
        "channel_archive",
        "channel_rename",
        "member_joined_channel",
    )
)


class RefusedError(Exception):
    """The answer is {"ok": false, "error": its name, …}."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


@dataclass
class User:
    id: str
    name: str
    real_name: str
    email: str
    tz: str
    deleted: bool = False
    is_bot: bool = False
    updated: int = 0


@dataclass
class Message:
    """`seen_by` is set for an ephemeral message: the only person who sees it."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    from_bot: bool = False
    edited: str | None = None
    files: list[Json] = field(default_factory=list)
    seen_by: str | None = None
    broadcast: bool = False


@dataclass
class Channel:
    """`kind` is channel, group (private) or im; `user` the person of an im; `forbids` the error of any post to it."""

    id: str
    name: str
    kind: str
    members: list[str]
    user: str | None = None
    archived: bool = False
    forbids: str | None = None
    messages: list[Message] = field(default_factory=list)
    ephemeral: list[Message] = field(default_factory=list)

    def message(self, ts: str) -> Message | None:
        return next((message for message in self.messages if message.ts == ts), None)


@dataclass
class View:
    """`content` is what the app gave; `values` is {block_id: {action_id: state}}."""

    id: str
    user: str
    content: Json
    hash: str
    values: dict[str, Json]
    root: str
    previous: str | None = None


@dataclass
class Trigger:
    user: str
    until: datetime
    view: str | None = None
    used: bool = False


@dataclass
class Workspace:
    """One team with one app installed. `standing` is live, token_revoked or account_inactive."""

    clock: Clock
    team_id: str = "T0STRICT1"
    domain: str = "strict"
    app_id: str = "A0STRICT1"
    bot_id: str = "B0STRICT1"
    bot_token: str = "xoxb-strict"
    app_token: str = "xapp-strict"
    signing_secret: str = "strict-signing-secret"
    base: str = ""
    standing: str = "live"
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    subscriptions: set[str] = field(default_factory=lambda: set(SUBSCRIPTIONS))
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    dms: dict[str, Channel] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    answering: dict[str, Json] = field(default_factory=dict)
    emit: Callable[[Json], None] = lambda event: None
    last: int = 0
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        bot = User("U0STRICTB", "remembrancer", "Remembrancer", "", "Europe/London", is_bot=True)
        self.users[bot.id] = bot
        self.bot = bot

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers):010d}"

    def new_ts(self) -> str:
        """Unique and increasing, also while the clock stands still."""
        self.last = max(self.last + 100, int(self.clock.now().timestamp() * 1_000_000))
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"

    def add_user(self, name: str, email: str, real_name: str = "", tz: str = "Europe/London", bot: bool = False) -> str:
        ZoneInfo(tz)
        real = real_name or name.replace(".", " ").title()
        user = User(self.new_id("U"), name, real, email, tz, is_bot=bot)
        self.users[user.id] = user
        return user.id

    def add_channel(self, name: str, members: list[str], private: bool = False, with_bot: bool = True) -> str:
        everyone = [*members, *([self.bot.id] if with_bot else [])]
        channel = Channel(self.new_id("C"), name, "group" if private else "channel", everyone)
        self.channels[channel.id] = channel
        return channel.id

    def dm(self, user: str) -> Channel:
        """The conversation of the bot with this person, opened where it is not yet."""
        if user not in self.dms:
            made = Channel(self.new_id("D"), "", "im", [user, self.bot.id], user)
            self.channels[made.id] = self.dms[user] = made
        return self.dms[user]

    def new_trigger(self, user: str, view: str | None = None) -> str:
        """Good for three seconds, once."""
        name = f"{next(self.numbers)}.{self.team_id}.{user}"
        self.triggers[name] = Trigger(user, self.clock.now() + timedelta(seconds=3), view)
        return name
