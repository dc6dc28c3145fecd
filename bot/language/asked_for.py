"""Reads words that answer the one thing that was asked for: 'none', 'the 15th', and what is about something else."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from remembrancer.bot.language.dates import WEEKDAY, pattern, to_date
from remembrancer.bot.language.message_text import STRAIGHT, word_set
from remembrancer.bot.language.situation import OpenDraft
from remembrancer.bot.language.vocabulary import Field, Vocabulary
from remembrancer.cards.offers import asks_for_day

_NONE = (
    r"(?:(?:none|nil|n/?a|not applicable|nothing|no|not any|there (?:are|is) (?:none|nothing)"
    r"|(?:no,? )?there (?:aren'?t|are not|isn'?t|is not) any"
    r"|(?:we|i) (?:have|haven'?t got|don'?t have|have no) (?:none|any))"
    r"(?: (?:needed|required|currently|planned|to report))?)"
)
_DAY_OF_MONTH = re.compile(rf"(?:on )?(?:{WEEKDAY},? )?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?[.!]*", re.IGNORECASE)

_SAYS_NO_MORE = word_set(
    "actually then i i'd id we we'd suppose guess think reckon would say call it its it's that that's this is no yes"
    " ok okay well just keep make put let's lets go with for to best probably still now please thanks the rag"
    " status as down mark leave be should sorry oh so at moment stick"
)
"""Words that may stand beside a status where it was asked how things stand."""


def says_none(words: str) -> bool:
    """Whether the words say that there is none of whatever is asked for."""
    return re.fullmatch(rf"{_NONE}(?: really| so far| yet)?[.!]*", words.strip(), re.IGNORECASE) is not None


def is_none(words: str, field: Field | None) -> bool:
    """Whether the words say that there is none of what is lacking, where the question has a word for that."""
    if field is None or not field.question.none_word:
        return False
    none = rf"(?:(?:no|nope)[, ]+)?(?:{_NONE}|(?:there (?:are|is) )?no {field.label})[.!]*"
    return re.fullmatch(none, words.strip(), re.IGNORECASE) is not None


def is_about_another(words: str, known: Vocabulary, field: Field) -> bool:
    """Whether words that came when one text was lacking name a status, another field, or more of the account."""
    plain = words.translate(STRAIGHT)
    others = [each.label for each in known.fields if each is not field and each.kind != "number"]
    begins = pattern(rf"(?:the |our )?(?:{'|'.join(others)})\b|(?:oh|also|ps|and)\b").match(plain)
    return bool(begins) or pattern(known.status.value).search(plain) is not None


def status_asked_for(words: str, known: Vocabulary, draft: OpenDraft | None) -> str | None:
    """How it stands, where a few words answer just that: 'amber then I suppose'."""
    plain = words.translate(STRAIGHT).strip(" .!")
    if draft is None or draft.answers.get(known.status.key):
        return None
    said = {known.status.parse(each[0], False) for each in pattern(known.status.value).finditer(plain)}
    rest = re.findall(r"[^\s,]+", re.sub(known.status.value, " ", plain, flags=re.IGNORECASE).lower())
    return str(said.pop()) if len(said) == 1 and None not in said and _SAYS_NO_MORE.issuperset(rest) else None


def day_asked_for(words: str, known: Vocabulary, draft: OpenDraft | None, lacking: Field | None) -> dict[str, str]:
    """The field and its day, where a day alone answers 'on which day?', and that was asked of one date."""
    vague = [key for key, value in draft.offered.items() if asks_for_day(value)] if draft else []
    field = known.field(vague[0]) if len(vague) == 1 else None
    if field is None or (lacking is not None and lacking.kind == "date"):
        return {}
    day = day_of(re.sub(r"^on ", "", words.strip(), flags=re.IGNORECASE), field, draft, known.today)
    return {field.key: day} if day else {}


_DAY = r"(?:the )?(?P<{}>\d{{1,2}})(?:st|nd|rd|th)"
_OTHER_DAY = (
    r"(?:(?:no|sorry|oops|actually|correction|wait)[\s,.:;–—-]+)*(?:(?:the )?(?P<label>FIELD)(?: date)?[\s:,–—-]+)?"
    r"(?:(?:is|was|it'?s|it is|should be|should have been|meant|i meant|make it|make that)\s+)*"
    rf"{_DAY.format('new')}(?:,? (?:and )?(?:not|instead of|rather than) {_DAY.format('old')})?"
    r"(?:,? (?:for|on) (?:the )?(?P<after>FIELD)(?: date)?)?(?P<sorry>[\s,]+(?:sorry|actually|apologies))?[.!]*"
)
"""'The consultation is the 15th not the 14th'; FIELD is its label."""


def day_corrected(words: str, known: Vocabulary, answers: Mapping[str, Any]) -> dict[str, str]:
    """The date that is put right by its day alone, within its month; it must be named."""
    for field in known.fields:
        if field.kind != "date" or not answers.get(field.key):
            continue
        said = pattern(_OTHER_DAY.replace("FIELD", field.label)).fullmatch(words.translate(STRAIGHT).strip())
        before = date.fromisoformat(str(answers[field.key])) if said and (said["label"] or said["after"]) else None
        is_correcting = said and (
            said["old"] or said["sorry"] or re.match(r"(?i)\W*(?:no|sorry|oops|actually|correction|wait)\b", words)
        )
        if said and before and is_correcting and (said["old"] is None or before.day == int(said["old"])):
            new = to_date(f"{before:%Y-%m}-{said['new']}", known.today)
            return {field.key: new.isoformat()} if new else {}
    return {}


def day_of(words: str, field: Field, draft: OpenDraft | None, today: date) -> str | None:
    """The day of a date that was asked for: in full, or 'the 15th' of the month that was offered."""
    if pattern(field.value).fullmatch(words.strip(" .!")) and (day := field.parse(words.strip(" .!"), False)):
        return str(day)
    offered = str(draft.offered.get(field.key) or "") if draft else ""
    of_month = _DAY_OF_MONTH.fullmatch(words.strip())
    if of_month and re.fullmatch(r"\d{4}-\d{2}", offered):
        found = to_date(f"{offered}-{of_month[1]}", today)
        return found.isoformat() if found else None
    return None
