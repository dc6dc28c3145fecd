"""Converts Slack's escaped message text, with its marks for people, channels and links, to plain text."""

import re
from collections.abc import Mapping
from typing import Any

_MARK = re.compile(r"<(?P<what>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def words_of(message: Mapping[str, Any]) -> str:
    """Return a message's text; where it has none, the words of its blocks, or of the messages that it forwards.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
    """
    if message.get("text"):
        return str(message["text"])
    words = [_block_words(block) for block in message.get("blocks") or ()]
    for attachment in message.get("attachments") or ():
        inner = [_block_words(block) for each in attachment.get("message_blocks") or () for block in _blocks_of(each)]
        words.append(str(attachment.get("text") or "") or "\n".join(filter(None, inner)))
    return "\n".join(filter(None, words))


def _blocks_of(shared: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return (shared.get("message") or {}).get("blocks") or []


def _block_words(block: Mapping[str, Any]) -> str:
    """Return the words of a block, one element of a list or a section to a line; struck-out words are not meant."""
    parts = []
    for element in block.get("elements") or ():
        if (element.get("style") or {}).get("strike") is True:
            continue
        if element.get("elements"):
            line = _block_words(element)
            parts.append(line if element.get("type") == "rich_text_section" else f"{line}\n")
        elif element.get("type") == "user":
            parts.append(f"<@{element.get('user_id')}>")
        else:
            parts.append(str(element.get("text") or element.get("url") or ""))
    if block.get("type") == "rich_text_list":
        return "\n".join(f"• {part}" for part in parts)
    return ("".join(parts) or str((block.get("text") or {}).get("text") or "")).strip("\n")


def mentioned_users(text: str) -> set[str]:
    """Return the ids of the people whom a text mentions."""
    return set(_MENTION.findall(text))


def to_plain_text(text: str, names: Mapping[str, str]) -> str:
    """Return the text as its author saw it: people by their names (`names` by id), links as their addresses."""
    shown = _MARK.sub(lambda found: _replace_mark(found["what"], found["label"], names), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _replace_mark(what: str, label: str | None, names: Mapping[str, str]) -> str:
    if what.startswith("@"):
        return names.get(what[1:]) or label or what
    if what.startswith("#"):
        return f"#{label or what[1:]}"
    if what.startswith("!"):
        return label or f"@{what[1:]}"
    address = what.removeprefix("mailto:").removeprefix("tel:")
    # Slack turns 'example.org' into a link to 'http://example.org'.
    return label if label and address.endswith(f"://{label}") else address
