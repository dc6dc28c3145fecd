"""auth.*, team.*, users.*, views.* and files.*."""

from typing import Any

from tests.slack.strict.args import Args
from tests.slack.strict.chat import address, announce
from tests.slack.strict.methods import method, page, person
from tests.slack.strict.shapes import user_json, view_json
from tests.slack.strict.state import Json, Message, RefusedError, Workspace
from tests.slack.strict.views import change_view, checked, find_view, open_view, publish_home, push_view, use_trigger


@method("auth.test")
def auth_test(workspace: Workspace, args: Args) -> Json:
    bot = workspace.bot
    shape: Json = {"url": f"https://{workspace.domain}.slack.example/", "team": workspace.domain, "user": bot.name}
    return shape | {"team_id": workspace.team_id, "user_id": bot.id, "bot_id": workspace.bot_id}


@method("team.info", "team:read", tier=3)
def team_info(workspace: Workspace, args: Args) -> Json:
    return {"team": {"id": workspace.team_id, "name": workspace.domain, "domain": workspace.domain}}


@method("users.info", "users:read", tier=4)
def users_info(workspace: Workspace, args: Args) -> Json:
    return {"user": user_json(workspace, person(workspace, args.text("user")))}


@method("users.list", "users:read", tier=2)
def users_list(workspace: Workspace, args: Args) -> Json:
    some, following = page(list(workspace.users.values()), args, 1000, 1000, lambda one: one.id)
    return {"members": [user_json(workspace, user) for user in some], **following}


@method("users.lookupByEmail", "users:read.email", tier=3)
def lookup(workspace: Workspace, args: Args) -> Json:
    wanted = args.text("email").casefold()
    for user in workspace.users.values():
        if wanted and user.email.casefold() == wanted and not user.deleted:
            return {"user": user_json(workspace, user)}
    raise RefusedError("users_not_found")


@method("views.open", tier=4)
def views_open(workspace: Workspace, args: Args) -> Json:
    content = checked(args.structure("view"), "modal")
    trigger = use_trigger(workspace, args.text("trigger_id"))
    return {"view": view_json(workspace, open_view(workspace, trigger.user, content))}


@method("views.push", tier=4)
def views_push(workspace: Workspace, args: Args) -> Json:
    content = checked(args.structure("view"), "modal")
    trigger = use_trigger(workspace, args.text("trigger_id"))
    return {"view": view_json(workspace, push_view(workspace, trigger.user, content))}


@method("views.update", tier=4)
def views_update(workspace: Workspace, args: Args) -> Json:
    content = checked(args.structure("view"), "modal", "home")
    view = find_view(workspace, args.text("view_id"), args.text("external_id"))
    change_view(workspace, view, content, args.text("hash"))
    return {"view": view_json(workspace, view)}


@method("views.publish", tier=4)
def views_publish(workspace: Workspace, args: Args) -> Json:
    content = checked(args.structure("view"), "home")
    user = person(workspace, args.text("user_id"), "invalid_arguments")
    return {"view": view_json(workspace, publish_home(workspace, user.id, content, args.text("hash")))}


@method("files.getUploadURLExternal", "files:write", tier=4)
def get_upload_url(workspace: Workspace, args: Args) -> Json:
    length = args.number("length", 0)
    if not args.text("filename") or length < 1:
        raise RefusedError("invalid_arguments")
    name = workspace.new_id("F")
    workspace.files[name] = {"id": name, "name": args.text("filename"), "title": args.text("filename"), "size": length}
    workspace.files[name] |= {"alt_txt": args.text("alt_txt"), "user": workspace.bot.id, "complete": False}
    return {"upload_url": f"{workspace.base}/upload/v1/{name}", "file_id": name}


@method("files.completeUploadExternal", "files:write", tier=4)
def complete_upload(workspace: Workspace, args: Args) -> Json:
    """Each file is complete once; all are shared in one message."""
    files = [completed(workspace, given) for given in args.structure("files") or []]
    if not files:
        raise RefusedError("invalid_arguments")
    if args.text("channel_id"):
        share(workspace, files, args)
    for file in files:
        file["complete"] = True
    return {"files": [{"id": file["id"], "title": file["title"]} for file in files]}


def completed(workspace: Workspace, given: Any) -> Json:
    file = workspace.files.get(given.get("id", "")) if isinstance(given, dict) else None
    if file is None or file["complete"]:
        raise RefusedError("file_not_found")
    if file["id"] not in workspace.uploads:
        raise RefusedError("file_upload_not_complete")
    file["title"] = given.get("title") or file["title"]
    return file


def share(workspace: Workspace, files: list[Json], args: Args) -> None:
    channel = address(workspace, args.text("channel_id"))
    thread = args.text("thread_ts") or None
    if thread and channel.message(thread) is None:
        raise RefusedError("thread_not_found")
    message = Message(workspace.new_ts(), workspace.bot.id, args.text("initial_comment"), thread_ts=thread)
    message.from_bot, message.files = True, files
    channel.messages.append(message)
    announce(workspace, channel, message)
