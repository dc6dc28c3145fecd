"""Modals in a stack of three, and home views: opened, pushed, updated and closed."""

import copy
import json
from typing import Any

from tests.slack.strict.args import messages
from tests.slack.strict.blocks import check_view, elements_of
from tests.slack.strict.inputs import state_of
from tests.slack.strict.state import Json, RefusedError, Trigger, View, Workspace

DEEPEST = 3
LONGEST = 250_000


def named(workspace: Workspace, blocks: list[Json]) -> list[Json]:
    """Blocks and elements that were given no id get one, as Slack gives them."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", workspace.new_id("b"))
        for element in elements_of(block):
            if element["type"] != "image":
                element.setdefault("action_id", workspace.new_id("a"))
    return blocks


def checked(content: Any, *kinds: str) -> Json:
    """The view as it was given. Raises RefusedError, saying where it is wrong."""
    wrong = check_view(content, kinds)
    if wrong:
        raise RefusedError("invalid_arguments", **messages(*wrong))
    if len(json.dumps(content)) > LONGEST:
        raise RefusedError("view_too_large")
    return dict(content)


def use_trigger(workspace: Workspace, name: str) -> Trigger:
    trigger = workspace.triggers.get(name)
    if trigger is None:
        raise RefusedError("invalid_trigger_id" if name else "invalid_arguments")
    if workspace.clock.now() > trigger.until:
        raise RefusedError("expired_trigger_id")
    if trigger.used:
        raise RefusedError("exchanged_trigger_id")
    trigger.used = True
    return trigger


def new_view(workspace: Workspace, user: str, content: Json, below: View | None = None) -> View:
    content = content | {"blocks": named(workspace, content["blocks"])}
    name = workspace.new_id("V")
    view = View(name, user, content, workspace.new_id("hash."), state_of(content["blocks"]), name)
    if below is not None:
        view.root, view.previous = below.root, below.id
    workspace.views[view.id] = view
    return view


def open_view(workspace: Workspace, user: str, content: Json) -> View:
    """A new stack: what was open is gone."""
    for name in workspace.stacks.pop(user, []):
        del workspace.views[name]
    view = new_view(workspace, user, content)
    workspace.stacks[user] = [view.id]
    return view


def push_view(workspace: Workspace, user: str, content: Json) -> View:
    stack = workspace.stacks.get(user, [])
    if not stack:
        raise RefusedError("not_found")
    if len(stack) >= DEEPEST:
        raise RefusedError("push_limit_reached")
    view = new_view(workspace, user, content, workspace.views[stack[-1]])
    stack.append(view.id)
    return view


def change_view(workspace: Workspace, view: View, content: Json, given_hash: str = "") -> None:
    """Another content in the same view. What was typed stays where ids and types are the same."""
    if given_hash and given_hash != view.hash:
        raise RefusedError("hash_conflict")
    view.content = content | {"blocks": named(workspace, content["blocks"])}
    view.hash = workspace.new_id("hash.")
    view.values = state_of(view.content["blocks"], view.values)


def publish_home(workspace: Workspace, user: str, content: Json, given_hash: str = "") -> View:
    home = workspace.homes.get(user)
    if home is None:
        home = workspace.homes[user] = new_view(workspace, user, content)
    else:
        change_view(workspace, home, content, given_hash)
    return home


def find_view(workspace: Workspace, view_id: str, external_id: str) -> View:
    for view in workspace.views.values():
        if view_id == view.id or (external_id and external_id == view.content.get("external_id")):
            return view
    raise RefusedError("not_found")


def pop_view(workspace: Workspace, user: str) -> None:
    stack = workspace.stacks[user]
    del workspace.views[stack.pop()]
    if not stack:
        del workspace.stacks[user]


def clear_views(workspace: Workspace, user: str) -> None:
    while user in workspace.stacks:
        pop_view(workspace, user)
