"""Reads a message: what it sets, what it keeps as the person's words, what it asks for, and what must be asked first.

What a person wrote is kept whole; a field is set only by a clause that says nothing else, or that begins with it; all
else is offered, and never ticked for them.
"""

import re
from dataclasses import replace
from datetime import date

from remembrancer.bot.language.acts import Act
from remembrancer.bot.language.clauses import sentences, split
from remembrancer.bot.language.corrections import correction, draft_act
from remembrancer.bot.language.item_segments import Segment, segments
from remembrancer.bot.language.message_text import clean, holds_mail
from remembrancer.bot.language.requests import find_request
from remembrancer.bot.language.segment_reader import SegmentReader
from remembrancer.bot.language.situation import AskedItem, ItemReading, Reading, Situation
from remembrancer.bot.language.small_talk import match_small_talk
from remembrancer.bot.language.statements import StatementReader
from remembrancer.bot.language.vocabulary import vocabulary

_AUTOMATIC = re.compile(r"\b(?:auto(?:matic|mated)?[- ]?(?:reply|response)|out of office auto)", re.IGNORECASE)
"""An answer that nobody wrote."""


_THANKS = re.compile(
    r"(?<=\w)[.!,]?\s+(?:(?:many )?thanks(?: (?:very|so) much)?|thank you|cheers|ta)[.!\s]*\Z", re.IGNORECASE
)
"""What ends a request, and is no part of it."""


def read(message: str, situation: Situation) -> Reading:
    """What the message says and asks for, in this situation."""
    text = clean(message)
    if _AUTOMATIC.search(text):
        return Reading(ask=True)
    if not text.strip(" .!,?"):
        return Reading(ask="?" in text or holds_mail(message))
    words, ref = _without_ref(text, situation)
    decided = draft_act(words) if situation.draft else None
    if match_small_talk(text) and not (decided and decided.act):
        return Reading()
    if decided:
        act = replace(decided.act, said={"ref": ref}) if decided.act and ref else decided.act
        return Reading(act=act, ask=decided.ask)
    whole = _whole_request(text, situation)
    if whole is not None:
        return whole
    found = Reading()
    for segment in segments(text, situation.items, situation.asked, situation.today):
        _read_segment(segment, situation, found)
    found.items = _by_item(found.items)
    found.beside = "" if found.items or found.ask else found.beside
    return found


def _whole_request(text: str, situation: Situation) -> Reading | None:
    """The reading of a message that is one request and nothing else."""
    text = _THANKS.sub("", text)
    if len(sentences(split(text))) > 1:
        return None
    request = find_request(text, [item.ref for item in situation.items], situation.role, situation.today)
    if request is None:
        return None
    item = situation.item(None) or next(iter(situation.items), None)
    stated = _fields_stated(text, item, situation.today) if item else set()
    if not request.is_unsure:
        has_status = item is not None and item.programme.form.status in stated
        return None if has_status else Reading(act=request.act)
    names_items = any(each.refs for each in segments(text, situation.items, situation.asked, situation.today))
    if names_items or stated or _puts_right(text, situation):
        return None
    only = situation.item(None)
    return Reading([ItemReading(only.ref if only else None, text=text)], ask=True)


def _without_ref(text: str, situation: Situation) -> tuple[str, str | None]:
    """'Send 48' without the ref that ends it, and the ref."""
    found = re.fullmatch(r"(?P<words>\w+(?: (?:item|number))?) #?(?P<ref>[\w./-]+)[.!]*", text.strip())
    item = situation.item(found["ref"]) if found else None
    return (found["words"], item.ref) if found and item else (text, None)


def _fields_stated(text: str, item: AskedItem, today: date) -> set[str]:
    """The fields that it states, beside whatever else: 'who reads this, on track' has a status."""
    reader = StatementReader(vocabulary(item.programme, today), text, split(text), item.title)
    return {each.field for each in reader.statements()}


def _puts_right(text: str, situation: Situation) -> bool:
    """Whether it corrects what was read back or stored: 'make it red' is no order of another kind."""
    refs = (situation.draft.ref if situation.draft else None, situation.recent)
    items = [situation.item(ref) for ref in refs if ref]
    return any(
        item is not None and correction(text, vocabulary(item.programme, situation.today), situation.draft) is not None
        for item in items
    )


def _read_segment(segment: Segment, situation: Situation, found: Reading) -> None:
    """Add what one part of the message says of its items."""
    item = situation.item(segment.refs[0]) if segment.refs else _meant(segment.text, situation)
    programmes = {each.programme.key for each in situation.asked}
    known = item or (situation.asked[0] if len(programmes) == 1 else None)
    if known is None:
        if segment.text.strip():
            found.ask = True
            found.items.append(ItemReading(None, text=segment.text))
        return
    said = SegmentReader(segment.text, known, situation, bool(segment.refs)).read()
    if said.act:
        found.act = _joined(found.act, _about(said.act, segment.refs))
    asks = said.ask or (segment.is_unknown and bool(said.items))
    found.unsure = (
        [*found.unsure, *said.unsure] if (found.unsure or not found.ask) and (said.unsure or not asks) else []
    )
    found.ask = found.ask or asks
    found.beside = f"{found.beside}\n{said.beside}".strip()
    if segment.is_unknown:
        found.items += [ItemReading(None, text=segment.text)] if said.items else []
        return
    names: list[str | None] = [*segment.refs] or [item.ref if item else None]
    for each in said.items:
        found.items += [
            ItemReading(name, dict(each.values), dict(each.offered), each.text, dict(each.words)) for name in names
        ]
        found.ask = found.ask or (names == [None] and bool(each.values or each.text))


def _meant(text: str, situation: Situation) -> AskedItem | None:
    """The item of words that name none: the one whose answer they put right, else the one that is asked."""
    draft = situation.item(situation.draft.ref) if situation.draft else None
    for item in (draft, situation.item(situation.recent) if situation.recent else None):
        if item is not None and (
            (item is draft and situation.lacking)
            or correction(text, vocabulary(item.programme, situation.today), situation.draft if item is draft else None)
        ):
            return item
    if draft is not None and len(situation.asked) > 1:
        stated = _fields_stated(text, draft, situation.today)
        if stated and draft.programme.form.status not in stated:
            return draft
    return situation.item(None) or (draft if draft and not situation.asked else None)


def _about(act: Act, refs: tuple[str, ...]) -> Act:
    """The act with the items that the words beside it name, where it names none itself."""
    if not refs or act.get("ref"):
        return act
    return replace(act, said={**act.said, "ref": list(refs) if len(refs) > 1 else refs[0]})


def _joined(one: Act | None, other: Act) -> Act:
    """Two acts of one kind on different items are one."""
    if one is None or one.do != other.do:
        return one or other
    refs = [
        ref
        for act in (one, other)
        for ref in (act.get("ref") if isinstance(act.get("ref"), list) else [act.get("ref")])
    ]
    return Act(one.do, {**one.said, "ref": list(dict.fromkeys(refs))}, f"{one.words}\n{other.words}")


def _by_item(readings: list[ItemReading]) -> list[ItemReading]:
    """What several parts say of one item, together."""
    merged: dict[str | None, ItemReading] = {}
    for each in readings:
        have = merged.setdefault(each.ref, ItemReading(each.ref))
        have.values |= each.values
        have.offered |= each.offered
        have.words |= each.words
        have.text = f"{have.text}\n{each.text}".strip("\n") if each.text else have.text
    return [each for each in merged.values() if each.values or each.offered or each.text]
