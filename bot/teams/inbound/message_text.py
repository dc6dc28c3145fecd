"""Converts a Teams message - plain, Markdown or HTML, with mentions and quotes - to plain text.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from lxml import html as markup
from markdown_it import MarkdownIt

Activity = Mapping[str, Any]
_ESCAPED = re.compile(r"&(?:nbsp|lt|gt|amp|quot|apos|#39|#160);")
_MARKED = re.compile(r"</?at(?:\s[^<>]*)?>|<quoted\b[^<>]*/>")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINES = ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote", "pre")
REPLY, MENTION = "http://schema.skype.com/Reply", "http://schema.skype.com/Mention"
"""The item types by which a client marks a quoted message and a name in the HTML of a message."""


def mentions_bot(activity: Activity) -> bool:
    """Return whether a message mentions the bot."""
    bot_id = object_at(activity, "recipient").get("id")
    return bot_id is not None and any(
        object_at(each, "mentioned").get("id") == bot_id for each in _entities(activity, "mention")
    )


def to_plain_text(activity: Activity) -> str:
    """Return the text without the bot's own name, where it is mentioned, and without a quote; other names stay."""
    reply = _reply(activity)
    if reply is not None:
        return _clean(_html_text(reply))
    if not str(activity.get("text") or "").strip() and (shared := _html_attachment(activity)) is not None:
        return _clean(_html_text(shared))
    text, kind = _MARKED.sub("", _without_bot_name(activity)), activity.get("textFormat")
    if kind == "markdown":
        text = MarkdownIt("commonmark", {"html": False}).render(text)
    if kind in ("markdown", "xml"):
        return _clean(_html_text(_parse_html(text)))
    return _clean(_ESCAPED.sub(lambda found: html.unescape(found[0]), text))


def has_file(activity: Activity) -> bool:
    """Return whether a picture or a file came with the message."""
    kinds = [str(each.get("contentType")) for each in objects_at(activity, "attachments")]
    return any(kind.startswith(("image/", "application/vnd.microsoft.teams.file")) for kind in kinds)


def quoted_message(activity: Activity) -> str | None:
    """Return the id of the message that is quoted; of several, the first."""
    ids = [object_at(each, "quotedReply").get("messageId") for each in _entities(activity, "quotedReply")]
    reply = _reply(activity, whole=True)
    if reply is not None:
        ids += [quote.get("itemid") for quote in _elements_of_type(reply, REPLY)]
    return next((str(each) for each in ids if each), None)


def object_at(activity: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the object that an activity has under a key; empty where it is no object."""
    value = activity.get(key)
    return value if isinstance(value, Mapping) else {}


def _entities(activity: Activity, kind: str) -> list[Mapping[str, Any]]:
    return [each for each in objects_at(activity, "entities") if each.get("type") == kind]


def objects_at(activity: Activity, key: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the list that an activity has under a key."""
    values = activity.get(key)
    yield from (each for each in (values if isinstance(values, list) else ()) if isinstance(each, Mapping))


def _without_bot_name(activity: Activity) -> str:
    text, bot_id = str(activity.get("text") or ""), object_at(activity, "recipient").get("id")
    for each in _entities(activity, "mention"):
        if object_at(each, "mentioned").get("id") == bot_id:
            tag = str(each.get("text") or f"<at>{object_at(each, 'mentioned').get('name')}</at>")
            text = re.sub(rf"[ \xa0]*{re.escape(tag)}(?:&nbsp;|[ \xa0])*", " ", text)
    return text


def _reply(activity: Activity, whole: bool = False) -> Any:
    """Return the HTML of a message that quotes another, without the quote unless `whole`; None where it quotes none."""
    bot_name = object_at(activity, "recipient").get("name")
    for each in objects_at(activity, "attachments"):
        if each.get("contentType") == "text/html" and REPLY in str(each.get("content")):
            parsed = _parse_html(str(each["content"]))
            mentions = [name for name in _elements_of_type(parsed, MENTION) if name.text_content() == bot_name]
            for removed in () if whole else (*_elements_of_type(parsed, REPLY), *mentions):
                removed.drop_tree()
            return parsed
    return None


def _html_attachment(activity: Activity) -> Any:
    """Return the HTML of a message whose words stand in an attachment alone, as a forwarded one's do; None without."""
    for each in objects_at(activity, "attachments"):
        if each.get("contentType") == "text/html" and each.get("content"):
            return _parse_html(str(each["content"]))
    return None


def _parse_html(content: str) -> Any:
    try:
        return markup.fragment_fromstring(_UNREADABLE.sub("", content), create_parent=True)
    except etree.LxmlError:
        return markup.Element("div")


def _elements_of_type(parsed: Any, itemtype: str) -> list[Any]:
    return [each for each in parsed.iter() if each.get("itemtype") == itemtype]


def _html_text(parsed: Any) -> str:
    """Return the text of the HTML, each paragraph and each line on a line of its own."""
    parts: list[str] = []
    for struck in list(parsed.iter("s", "del", "strike")):
        struck.drop_tree()
    for event, each in etree.iterwalk(parsed, ("start", "end", "comment", "pi")):
        parts += "\n" if each.tag in _LINES else "", (each.text if event == "start" else each.tail) or ""
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def _clean(text: str) -> str:
    return _UNSTORABLE.sub("", text).replace("\r\n", "\n").replace("\xa0", " ").strip()
