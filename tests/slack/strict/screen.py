"""What people see: messages, modals and home tabs as a client draws them, in plain text."""

import html
import re
from typing import Any

from tests.slack.strict.changes import Changes
from tests.slack.strict.elements import offered
from tests.slack.strict.inputs import KINDS
from tests.slack.strict.state import Json, Message, Workspace


def unmarked(workspace: Workspace, text: str) -> str:
    """Mentions and links as they look; anything that would ping the whole channel is shown as it would."""
    text = re.sub(r"<@(\w+)(\|[^>]*)?>", lambda found: "@" + name_of(workspace, found[1]), text)
    text = re.sub(r"<!(channel|here|everyone)(\|[^>]*)?>", r"@\1", text)
    text = re.sub(r"<!date\^[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<#\w+\|([^>]*)>", r"#\1", text)
    text = re.sub(r"<([^|<>\s]+)\|([^>]*)>", r"\2", text)
    text = re.sub(r"<((?:https?|mailto):[^>]*)>", r"\1", text)
    return html.unescape(text)


def name_of(workspace: Workspace, user: str) -> str:
    found = workspace.users.get(user)
    return found.real_name if found else user


def words(workspace: Workspace, shape: Any) -> str:
    """A text object: mrkdwn is read, plain text stands as it is."""
    if not shape:
        return ""
    return unmarked(workspace, shape["text"]) if shape.get("type") == "mrkdwn" else str(shape["text"])


def drawn_blocks(workspace: Workspace, blocks: list[Json], values: dict[str, Json] | None = None) -> list[str]:
    return [line for block in blocks for line in drawn_block(workspace, block, values or {}) if line]


def drawn_block(workspace: Workspace, block: Json, values: dict[str, Json]) -> list[str]:
    """Lines: [Button], what a field holds after its label, ― for a divider, (picture: …)."""
    state = values.get(block["block_id"], {})
    if block["type"] == "divider":
        return ["―"]
    if block["type"] == "image":
        return [words(workspace, block.get("title")), f"(picture: {block['alt_text']})"]
    if block["type"] == "input":
        label = words(workspace, block["label"]) + (" (optional)" if block.get("optional") else "")
        return [label, drawn_element(workspace, block["element"], state), words(workspace, block.get("hint"))]
    if block["type"] in ("actions", "context"):
        return [" ".join(drawn_element(workspace, one, state) for one in block["elements"])]
    return drawn_text(workspace, block, state)


def drawn_text(workspace: Workspace, block: Json, state: Json) -> list[str]:
    lines = [block["text"]] if isinstance(block.get("text"), str) else [words(workspace, block.get("text"))]
    lines += [words(workspace, field) for field in block.get("fields", [])]
    if "accessory" in block:
        lines.append(drawn_element(workspace, block["accessory"], state))
    if "rows" in block:
        lines += [" | ".join(cell_text(workspace, cell) for cell in row) for row in block["rows"]]
    if block["type"] == "rich_text":
        lines += [cell_text(workspace, paragraph) for paragraph in block["elements"]]
    if block["type"] == "data_visualization":
        lines.append(f"(chart: {block['title']})")
    return lines


def cell_text(workspace: Workspace, cell: Any) -> str:
    """All words within, whatever they are wrapped in."""
    if isinstance(cell, dict):
        own = cell["text"] if isinstance(cell.get("text"), str) else ""
        return own + cell_text(workspace, [one for key, one in cell.items() if isinstance(one, (list, dict))])
    return "".join(cell_text(workspace, one) for one in cell) if isinstance(cell, list) else ""


def drawn_element(workspace: Workspace, element: Json, state: Json) -> str:
    if element["type"] in ("mrkdwn", "plain_text"):
        return words(workspace, element)
    if element["type"] == "image":
        return f"(picture: {element['alt_text']})"
    if element["type"] == "button":
        return f"[{element['text']['text']}]"
    if element["type"] == "overflow":
        return "[…: " + ", ".join(one["text"]["text"] for one in element["options"]) + "]"
    return "[" + drawn_value(workspace, element, state.get(element["action_id"])) + "]"


def drawn_value(workspace: Workspace, element: Json, state: Json | None) -> str:
    """What a field holds; where it holds nothing, what it offers."""
    kind = KINDS[element["type"]]
    held = (state or {}).get(kind.key, element.get(kind.initial))
    if held:
        return ", ".join(one_value(workspace, one) for one in (held if isinstance(held, list) else [held]))
    choices = " / ".join(one["text"]["text"] for one in offered(element))
    return f"?: {choices}" if choices else "…"


def one_value(workspace: Workspace, value: Any) -> str:
    if isinstance(value, dict) and "text" in value:
        return words(workspace, value["text"])
    return name_of(workspace, str(value))


class Screen(Changes):
    """Each gives what a person would read, in order, from the top."""

    def shown(self, user: str, channel: str | None = None) -> list[str]:
        """Every message of the DM, or of a channel, one text each; replies stand below theirs, after a ↳."""

        def look() -> list[str]:
            place = self.workspace.dm(user) if channel is None else self.workspace.channels[channel]
            own = [one for one in place.ephemeral if one.seen_by == user]
            seen = sorted([*place.messages, *own], key=lambda one: (one.thread_ts or one.ts, one.ts))
            return [("↳ " if one.thread_ts else "") + self._message(one) for one in seen]

        return self.do(look)

    def _message(self, message: Message) -> str:
        lines = drawn_blocks(self.workspace, message.blocks) or [unmarked(self.workspace, message.text)]
        for file in message.files:
            lines.append(f"(file: {file['name']}; {file['alt_txt']})" if file["alt_txt"] else f"(file: {file['name']})")
        return "\n".join(line for line in lines if line)

    def shown_modal(self, user: str) -> str:
        """The title, the blocks with what is filled in, and the buttons below; nothing where none is open."""

        def look() -> str:
            if user not in self.workspace.stacks:
                return ""
            view = self._top(user)
            ends = [f"[{view.content[key]['text']}]" for key in ("close", "submit") if key in view.content]
            lines = drawn_blocks(self.workspace, view.content["blocks"], view.values)
            return "\n".join([view.content["title"]["text"], *lines, " ".join(ends)])

        return self.do(look)

    def shown_home(self, user: str) -> str:
        def look() -> str:
            home = self.workspace.homes.get(user)
            return "" if home is None else "\n".join(drawn_blocks(self.workspace, home.content["blocks"], home.values))

        return self.do(look)
