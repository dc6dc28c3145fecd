"""response_url: five answers within half an hour, to where something was pressed."""

from datetime import timedelta

from aiohttp import web

from tests.slack.strict.args import Args, read_args
from tests.slack.strict.chat import content
from tests.slack.strict.state import Channel, Json, Message, RefusedError, Workspace

MOST = 5
GOOD_FOR = timedelta(minutes=30)


def new_response_url(workspace: Workspace, channel: str, user: str, ts: str | None = None) -> str:
    """`ts`: the message that replace_original and delete_original are about."""
    key = workspace.new_id("response")
    until = workspace.clock.now() + GOOD_FOR
    workspace.answering[key] = {"channel": channel, "user": user, "ts": ts, "left": MOST, "until": until}
    return f"{workspace.base}/response/{key}"


async def answer_to(workspace: Workspace, request: web.Request) -> web.Response:
    try:
        answer(workspace, request.match_info["key"], await read_args(request))
    except RefusedError as refused:
        return web.json_response(refused.answer, status=404)
    return web.Response(text="ok")


def answer(workspace: Workspace, key: str, args: Args) -> None:
    about = workspace.answering.get(key)
    if about is None:
        raise RefusedError("not_found")
    if not about["left"] or workspace.clock.now() > about["until"]:
        raise RefusedError("used_url" if not about["left"] else "expired_url")
    channel = workspace.channels[about["channel"]]
    if args.flag("delete_original"):
        remove(channel, about["ts"])
    elif args.flag("replace_original"):
        replace(workspace, channel, about, args)
    else:
        show(workspace, channel, about["user"], args)
    about["left"] -= 1


def remove(channel: Channel, ts: str | None) -> None:
    channel.messages = [one for one in channel.messages if one.ts != ts]
    channel.ephemeral = [one for one in channel.ephemeral if one.ts != ts]


def replace(workspace: Workspace, channel: Channel, about: Json, args: Args) -> None:
    for message in [*channel.messages, *channel.ephemeral]:
        if message.ts == about["ts"]:
            message.text, message.blocks = content(workspace, args)
            message.edited = workspace.new_ts()


def show(workspace: Workspace, channel: Channel, user: str, args: Args) -> Message:
    """Seen by the one person, unless response_type is in_channel."""
    text, blocks = content(workspace, args)
    message = Message(workspace.new_ts(), workspace.bot.id, text, blocks, args.text("thread_ts") or None)
    message.from_bot = True
    if args.text("response_type") == "in_channel":
        channel.messages.append(message)
    else:
        message.seen_by = user
        channel.ephemeral.append(message)
    return message
