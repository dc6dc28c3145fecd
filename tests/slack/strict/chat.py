"""chat.*: messages posted, changed and taken back."""

import json
from typing import Any

from tests.slack.strict.args import Args, messages
from tests.slack.strict.blocks import check_blocks, too_long
from tests.slack.strict.methods import channel_seen, method, person
from tests.slack.strict.shapes import message_json
from tests.slack.strict.state import Channel, Json, Message, RefusedError, Workspace
from tests.slack.strict.views import named

CUT = 40_000
LONGEST_UPDATE = 4_000
LONGEST_METADATA = 16_384


def address(workspace: Workspace, name: str) -> Channel:
    """Where to post: a conversation, or a person, whose DM is opened. Raises RefusedError."""
    if name in workspace.users:
        person_can_be_told(workspace, name)
        name = workspace.dm(name).id
    channel = channel_seen(workspace, name)
    if channel.forbids:
        raise RefusedError(channel.forbids)
    if channel.archived:
        raise RefusedError("is_archived")
    if channel.user is not None:
        person_can_be_told(workspace, channel.user)
    elif workspace.bot.id not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def person_can_be_told(workspace: Workspace, name: str) -> None:
    user = person(workspace, name)
    if user.is_bot:
        raise RefusedError("cannot_dm_bot")
    if user.deleted:
        raise RefusedError("user_disabled")


def content(workspace: Workspace, args: Args) -> tuple[str, list[Json]]:
    """What the message says and shows. Raises RefusedError."""
    blocks = args.structure("blocks", "invalid_blocks_format") or []
    wrong = check_blocks(blocks)
    if wrong:
        raise RefusedError("invalid_blocks", errors=wrong, **messages(*wrong))
    if too_long(blocks):
        raise RefusedError("msg_blocks_too_long")
    text = args.text("text")
    if not text.strip() and not blocks:
        raise RefusedError("no_text")
    return text, named(workspace, blocks)


def metadata(args: Args) -> Json | None:
    given: Any = args.structure("metadata", "invalid_metadata_format")
    if not given:
        return None
    proper = isinstance(given, dict) and set(given) == {"event_type", "event_payload"}
    if not proper or not isinstance(given["event_type"], str) or not isinstance(given["event_payload"], dict):
        raise RefusedError("invalid_metadata_format")
    if len(json.dumps(given)) > LONGEST_METADATA:
        raise RefusedError("metadata_too_large")
    return dict(given)


@method("chat.postMessage", "chat:write")
def post_message(workspace: Workspace, args: Args) -> Json:
    channel = address(workspace, args.text("channel"))
    text, blocks = content(workspace, args)
    thread = args.text("thread_ts") or None
    if thread and channel.message(thread) is None:
        raise RefusedError("thread_not_found")
    message = Message(workspace.new_ts(), workspace.bot.id, text[:CUT], blocks, thread, metadata(args), True)
    message.broadcast = args.flag("reply_broadcast")
    channel.messages.append(message)
    announce(workspace, channel, message)
    answer: Json = {"channel": channel.id, "ts": message.ts, "message": message_json(workspace, message, True)}
    return answer | ({"warning": "message_truncated"} if len(text) > CUT else {})


def announce(workspace: Workspace, channel: Channel, message: Message) -> None:
    """An app hears its own messages too, where it listens."""
    shape = message_json(workspace, message)
    workspace.emit(shape | {"channel": channel.id, "channel_type": channel.kind, "event_ts": message.ts})


def own_message(workspace: Workspace, args: Args, error: str) -> tuple[Channel, Message]:
    """A message of the app's own. A person's id does not name a conversation here."""
    channel = channel_seen(workspace, args.text("channel"))
    if channel.archived:
        raise RefusedError("is_archived")
    message = channel.message(args.text("ts"))
    if message is None:
        raise RefusedError("message_not_found")
    if not message.from_bot:
        raise RefusedError(error)
    return channel, message


@method("chat.update", "chat:write", tier=3)
def update(workspace: Workspace, args: Args) -> Json:
    channel, message = own_message(workspace, args, "cant_update_message")
    text, blocks = content(workspace, args)
    if len(text) > LONGEST_UPDATE:
        raise RefusedError("msg_too_long")
    before = message_json(workspace, message)
    message.text, message.edited = text, workspace.new_ts()
    message.blocks = blocks if args.structure("blocks") is not None else []
    message.metadata = metadata(args) if args.get("metadata") is not None else message.metadata
    after = message_json(workspace, message)
    changed: Json = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": channel.id}
    changed |= {"message": after, "previous_message": before, "ts": message.edited, "event_ts": message.edited}
    workspace.emit(changed | {"channel_type": channel.kind})
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": after}


@method("chat.delete", "chat:write", tier=3)
def delete(workspace: Workspace, args: Args) -> Json:
    channel, message = own_message(workspace, args, "cant_delete_message")
    channel.messages.remove(message)
    gone: Json = {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": channel.id}
    gone |= {"deleted_ts": message.ts, "previous_message": message_json(workspace, message)}
    workspace.emit(gone | {"ts": workspace.new_ts(), "event_ts": message.ts, "channel_type": channel.kind})
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(workspace: Workspace, args: Args) -> Json:
    channel = address(workspace, args.text("channel"))
    if args.text("user") not in channel.members:
        raise RefusedError("user_not_in_channel")
    text, blocks = content(workspace, args)
    message = Message(workspace.new_ts(), workspace.bot.id, text, blocks, args.text("thread_ts") or None)
    message.from_bot, message.seen_by = True, args.text("user")
    channel.ephemeral.append(message)
    return {"message_ts": message.ts}


@method("chat.getPermalink")
def permalink(workspace: Workspace, args: Args) -> Json:
    channel = channel_seen(workspace, args.text("channel"))
    message = channel.message(args.text("message_ts"))
    if message is None:
        raise RefusedError("message_not_found")
    where = f"https://{workspace.domain}.slack.example/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": where}


@method("blocks.validate")
def validate(workspace: Workspace, args: Args) -> Json:
    wrong = check_blocks(args.structure("blocks") or [])
    if wrong:
        raise RefusedError("invalid_blocks", errors=wrong, **messages(*wrong))
    return {}
