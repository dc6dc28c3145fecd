"""Converts Slack's escaped message text, with its marks for people, channels and links, to plain text."""

import re
from collections.abc import Mapping

_MARK = re.compile(r"<(?P<what>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")


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
