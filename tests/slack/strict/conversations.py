"""conversations.*: opened, listed, read back."""

from tests.slack.strict.args import Args
from tests.slack.strict.chat import person_can_be_told
from tests.slack.strict.methods import SCOPE_PREFIX, channel_seen, method, need, need_for, page
from tests.slack.strict.shapes import channel_json, message_json
from tests.slack.strict.state import Channel, Json, Message, RefusedError, Workspace

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


@method("conversations.open", "im:write", tier=3)
def open_conversation(workspace: Workspace, args: Args) -> Json:
    if args.text("channel"):
        return {"channel": {"id": channel_seen(workspace, args.text("channel")).id}}
    users = [name for name in args.text("users").split(",") if name]
    if len(users) != 1:
        raise RefusedError("users_list_not_supplied" if not users else "not_enough_users")
    person_can_be_told(workspace, users[0])
    known = users[0] in workspace.dms
    channel = workspace.dm(users[0])
    shape = channel_json(workspace, channel) if args.flag("return_im") else {"id": channel.id}
    return {"channel": shape, **({"no_op": True, "already_open": True} if known else {})}


@method("conversations.info", tier=3)
def info(workspace: Workspace, args: Args) -> Json:
    channel = channel_seen(workspace, args.text("channel"))
    need_for(workspace, channel, "read")
    return {"channel": channel_json(workspace, channel)}


@method("conversations.list", tier=2)
def list_conversations(workspace: Workspace, args: Args) -> Json:
    asked = [KINDS.get(kind.strip()) for kind in (args.text("types") or "public_channel").split(",")]
    if None in asked:
        raise RefusedError("invalid_types")
    for kind in asked:
        need(workspace, f"{SCOPE_PREFIX.get(str(kind), 'mpim')}:read")
    hide = args.flag("exclude_archived")
    seen = [
        channel
        for channel in workspace.channels.values()
        if channel.kind in asked and not (hide and channel.archived) and visible(workspace, channel)
    ]
    some, following = page(seen, args, 999, 100, lambda one: one.id)
    return {"channels": [channel_json(workspace, channel) for channel in some], **following}


def visible(workspace: Workspace, channel: Channel) -> bool:
    return channel.kind != "group" or workspace.bot.id in channel.members


@method("conversations.members", tier=4)
def members(workspace: Workspace, args: Args) -> Json:
    channel = channel_seen(workspace, args.text("channel"))
    need_for(workspace, channel, "read")
    some, following = page(channel.members, args, 999, 100, str)
    return {"members": some, **following}


def readable(workspace: Workspace, args: Args) -> Channel:
    channel = channel_seen(workspace, args.text("channel"))
    need_for(workspace, channel, "history")
    if workspace.bot.id not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def between(found: list[Message], args: Args) -> list[Message]:
    """`oldest` and `latest` are outside, unless `inclusive`."""
    oldest, latest = args.text("oldest") or "0", args.text("latest") or "9999999999.999999"
    try:
        low, high = exact(oldest), exact(latest)
    except ValueError:
        raise RefusedError("invalid_ts_oldest") from None
    edge = args.flag("inclusive")
    return [one for one in found if low < exact(one.ts) < high or (edge and exact(one.ts) in (low, high))]


def exact(ts: str) -> int:
    """Microseconds; a float would lose the last of them."""
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int(rest.ljust(6, "0")[:6] or 0)


@method("conversations.history", tier=3)
def history(workspace: Workspace, args: Args) -> Json:
    """The newest first; replies in threads are not among them."""
    channel = readable(workspace, args)
    found = [one for one in channel.messages if one.thread_ts in (None, one.ts) or one.broadcast]
    found = list(reversed(between(found, args)))
    some, following = page(found, args, 999, 100, lambda one: one.ts)
    return shown(workspace, channel, some, args, following)


@method("conversations.replies", tier=3)
def replies(workspace: Workspace, args: Args) -> Json:
    """The message that a thread hangs from, and its replies, the oldest first."""
    channel = readable(workspace, args)
    parent = channel.message(args.text("ts"))
    if parent is None:
        raise RefusedError("thread_not_found")
    rest = [one for one in channel.messages if one.thread_ts == parent.ts and one is not parent]
    some, following = page([parent, *between(rest, args)], args, 1000, 1000, lambda one: one.ts)
    return shown(workspace, channel, some, args, following)


def shown(workspace: Workspace, channel: Channel, some: list[Message], args: Args, following: Json) -> Json:
    told = args.flag("include_all_metadata")
    shapes = [message_json(workspace, one, told) | counted(channel, one) for one in some]
    return {"messages": shapes, "has_more": bool(following["response_metadata"]["next_cursor"]), **following}


def counted(channel: Channel, message: Message) -> Json:
    below = [one for one in channel.messages if one.thread_ts == message.ts and one is not message]
    if not below:
        return {}
    return {"thread_ts": message.ts, "reply_count": len(below), "latest_reply": below[-1].ts}
