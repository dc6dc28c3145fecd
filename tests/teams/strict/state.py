"""Who is in this Teams, what conversations there are, and what each shows."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.teams.strict.checks import inside

Json = dict[str, Any]

CHANNEL = "@thread.tacv2"
"""The end of a channel's id."""


class RefusedError(Exception):
    """As Teams refuses: a status and a code."""

    def __init__(self, status: int, code: str, message: str = "", retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.retry_after = status, code, message or code, retry_after


@dataclass
class Person:
    """`account` is the Entra object id. The bot reaches only those who have the app and have not blocked it.

    `email` and `upn` (the user principal name, with which one signs in) may be told in any letters, or not at all.
    """

    account: str
    name: str
    email: str = ""
    upn: str = ""
    installed: bool = True
    blocked: bool = False


@dataclass
class Shown:
    """One message of the bot's. `thread`: the first message of that in which it stands; `versions`: what it showed."""

    id: str
    activity: Json
    thread: str | None = None
    versions: int = 1
    deleted: bool = False

    @property
    def text(self) -> str:
        """What a reader sees, a paragraph each."""
        if self.activity.get("text"):
            return str(self.activity["text"])
        cards = [each["content"] for each in self.activity["attachments"]]
        return "\n\n".join(text for card in cards for text in _texts(card["body"]))


def _texts(elements: list[Json]) -> list[str]:
    found = []
    for element in elements:
        runs = [run if isinstance(run, str) else run["text"] for run in element.get("inlines", [])]
        found += [element["text"]] if "text" in element else []
        found += ["".join(runs)] if runs else []
        found += _texts(inside(element))
    return found


@dataclass
class Conversation:
    """`kind` is personal, group or channel; `members` are Entra object ids. A team's first channel has no name.

    `here`: the bot is in it. `lost`: Teams knows nothing of it for now.
    """

    id: str
    kind: str
    members: list[str]
    name: str | None = None
    team: str = ""
    here: bool = True
    lost: bool = False
    posts: list[Shown] = field(default_factory=list)

    @property
    def shown(self) -> list[Shown]:
        return [post for post in self.posts if not post.deleted]


class State:
    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self._numbers = itertools.count(1)

    def person(self, name: str, email: str = "", upn: str = "") -> Person:
        account = f"00000000-0000-4000-8000-{next(self._numbers):012d}"
        self.people[account] = Person(account, name, email=email, upn=upn)
        return self.people[account]

    def chat_with(self, account: str) -> Conversation:
        """The same one each time."""
        for conversation in self.conversations.values():
            if conversation.kind == "personal" and conversation.members == [account]:
                return conversation
        return self._add(f"a:1chat{next(self._numbers)}", "personal", [account])

    def channel(self, name: str | None = None, team: str = "") -> Conversation:
        """In a team (its id, which is that of its first channel), or as the first channel of a new one."""
        made = self._add(f"19:channel{next(self._numbers)}{CHANNEL}", "channel", [])
        made.name, made.team = name, team or made.id
        return made

    def group(self, *accounts: str) -> Conversation:
        return self._add(f"19:group{next(self._numbers)}@thread.v2", "group", list(accounts))

    def _add(self, name: str, kind: str, members: list[str]) -> Conversation:
        self.conversations[name] = Conversation(name, kind, members)
        return self.conversations[name]

    def new_id(self) -> str:
        """Teams names a message by the millisecond in which it came."""
        return str(1_700_000_000_000 + next(self._numbers))

    def at(self, address: str) -> tuple[Conversation, str | None]:
        """The conversation that a call names, and the thread in it. Raises RefusedError where nothing may be said."""
        name, _, thread = address.partition(";messageid=")
        conversation = self.conversations.get(name)
        if conversation is None or conversation.lost:
            raise RefusedError(404, "ConversationNotFound", "Conversation not found.")
        if not conversation.here:
            raise RefusedError(403, "BotNotInConversationRoster", "The bot isn't part of the conversation roster.")
        if thread and conversation.kind != "channel":
            raise RefusedError(400, "BadArgument", "There are no threads here.")
        if thread and thread not in {post.id for post in conversation.shown if post.thread is None}:
            raise RefusedError(404, "ConversationNotFound", "Conversation not found.")
        self._may_write(conversation)
        return conversation, thread or None

    def refuse(self, address: str, fault: str) -> None:
        """'403': whoever it is with blocks us, or a channel has us no more. '404': it is not known. Until `restore`."""
        conversation = self.conversations.get(address.partition(";")[0])
        if conversation is not None and fault == "404":
            conversation.lost = True
        elif conversation is not None and conversation.kind == "personal":
            self.people[conversation.members[0]].blocked = True
        elif conversation is not None:
            conversation.here = False

    @property
    def refusing(self) -> list[Conversation]:
        """Where the bot may not write for now."""
        return [each for each in self.conversations.values() if each.lost or not each.here or self._is_blocked(each)]

    def restore(self, conversation: Conversation) -> None:
        conversation.here, conversation.lost = True, False
        for account in conversation.members:
            self.people[account].blocked = False

    def _is_blocked(self, conversation: Conversation) -> bool:
        return conversation.kind == "personal" and self.people[conversation.members[0]].blocked

    def _may_write(self, conversation: Conversation) -> None:
        if conversation.kind != "personal":
            return
        person = self.people[conversation.members[0]]
        if person.blocked:
            raise RefusedError(403, "ConversationBlockedByUser", "User blocked the conversation with the bot.")
        if not person.installed:
            raise RefusedError(403, "ForbiddenOperationException", "Bot isn't installed in user's personal scope")
