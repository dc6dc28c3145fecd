"""What of a message Teams would refuse, or show as it should not be shown."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt

from remembrancer.bot.teams.outbound.escape import escape_dates, unescape
from remembrancer.bot.teams.outbound.message_chunks import MAX_BYTES, json_bytes
from tests.platform_limits.schema import not_offered, repeated
from tests.platform_limits.teams_schema import ACTIVITY, IN_A_SET, INPUTS

_MARKDOWN = MarkdownIt("js-default")
BREAKS = ("softbreak", "hardbreak")
PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "https://")


def check(activity: Mapping[str, Any]) -> list[str]:
    """What is wrong with a message to Teams: each a path or a name, and what is wrong there."""
    found = list(ACTIVITY.wrongs(activity, "activity"))
    bytes_ = json_bytes(activity)
    if bytes_ > MAX_BYTES:
        found.append(f"has {bytes_} bytes as UTF-16; it may have {MAX_BYTES}")
    for attachment in activity.get("attachments", ()):
        card = attachment.get("content", {})
        parts = list(_parts(card))
        found += [wrong for part in parts for wrong in _wrongs_of(part)]
        found += [*_ids(parts), *_not_in_fallback(card, parts)]
    return found


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object that has a type, however deep."""
    if isinstance(value, Mapping):
        if "type" in value:
            yield value
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _parts(each)


def _wrongs_of(part: Mapping[str, Any]) -> Iterator[str]:
    kind = str(part["type"])
    if kind in _MORE:
        yield from _MORE[kind](part)
    actions = [each for each in part.get("actions", ()) if each.get("mode") != "secondary"]
    if len(actions) > IN_A_SET:
        yield f"a set has {len(actions)} actions to be seen; it may have {IN_A_SET}"
    if kind in INPUTS and part.get("isRequired") and not part.get("errorMessage"):
        yield f"{part.get('id')}: is required, and does not say so when it is left out"


def _formats(text: Any) -> str:
    return f"'{text}' would format, link or mention"


def _text_block(part: Mapping[str, Any]) -> Iterator[str]:
    if not is_inert(str(part.get("text"))):
        yield _formats(part.get("text"))


def is_inert(text: str) -> bool:
    """Whether a text that Teams reads as Markdown is read as paragraphs of text alone, with no date put in."""
    tokens = _MARKDOWN.parse(text)
    kinds = {token.type for token in tokens} | {each.type for token in tokens for each in token.children or ()}
    return escape_dates(text) == text and kinds <= {"paragraph_open", "paragraph_close", "inline", "text", *BREAKS}


def _run(part: Mapping[str, Any]) -> Iterator[str]:
    text = str(part.get("text"))
    if escape_dates(text) != text:
        yield _formats(text)


def _image(part: Mapping[str, Any]) -> Iterator[str]:
    if not str(part.get("url")).startswith(PICTURES):
        yield f"the picture '{part.get('altText')}' is neither in the card nor at an address that begins with https://"


def _choices(part: Mapping[str, Any]) -> Iterator[str]:
    """What is chosen to begin with must be offered, and Teams joins the keys of several with commas."""
    keys = [str(choice.get("value")) for choice in part.get("choices", ())]
    first = str(part.get("value", ""))
    many = bool(part.get("isMultiSelect"))
    chosen = first.split(",") if many else [first]
    if (first and not set(chosen) <= set(keys)) or (many and any("," in key for key in keys)):
        yield not_offered(part.get("id"))
    if len(set(keys)) < len(keys):
        yield repeated(str(part.get("id")), "value", keys)


_MORE: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "TextBlock": _text_block,
    "TextRun": _run,
    "Image": _image,
    "Input.ChoiceSet": _choices,
}


def _ids(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    ids = Counter(part["id"] for part in parts if "id" in part)
    yield from (repeated("card", "id", id_) for id_, count in ids.items() if count > 1)
    targets = {target for part in parts for target in part.get("targetElements", ())}
    yield from (f"{id_}: is to be shown or hidden, and is not there" for id_ in sorted(targets - set(ids)))


def _not_in_fallback(card: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    whole = _squashed(str(card.get("fallbackText")))
    if not is_inert(str(card.get("fallbackText"))):
        yield _formats(card.get("fallbackText"))
    for text in (text for part in parts for text in _shown(part)):
        if _squashed(text) not in whole:
            yield f"'{text}' is not in fallbackText"


def _shown(part: Mapping[str, Any]) -> Iterator[str]:
    """The texts of an element; of what can be chosen those that are to be seen without opening a menu."""
    for name in ("text", "label", "altText"):
        if name in part:
            yield str(part[name])
    if part.get("style") == "expanded":
        yield from (str(choice.get("title")) for choice in part.get("choices", ()))


def _squashed(text: str) -> str:
    return "".join(unescape(text).split())
