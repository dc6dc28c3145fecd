"""Reads a sentence that asks something of the product: 'ask Helen instead', 'can I have until Monday', 'accept 52'.

A request is a whole sentence by its own shape (requests.yaml); a sentence that reports what people asked of each other
is none. Where a sentence may be either, it is unsure, and the person is asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from remembrancer.bot.language.dates import RELATIVE_DAY, parse_day, to_date
from remembrancer.bot.language.leave_periods import leave_days
from remembrancer.bot.language.request_patterns import compiled, table, with_refs_marked

Role = Literal["lead", "secretary", "admin"]
LONGEST = 200
"""Characters of a sentence that may be a request; what is longer tells a story."""


@dataclass(frozen=True)
class Act:
    """What the product is asked to do, and with what: names, posts and windows as they were said, days in ISO.

    `words` are the sentence that asks for it; of several acts in one, a sentence on each line.
    """

    do: str
    said: Mapping[str, Any] = field(default_factory=dict)
    words: str = field(default="", compare=False)

    def get(self, name: str) -> Any:
        return self.said.get(name)


@dataclass(frozen=True)
class Request:
    """An act that a sentence asks for; `is_unsure` where it may be meant, or something else may."""

    act: Act | None
    is_unsure: bool = False


NO_CHANGE = (
    r"(?:(?:there(?:'s| is| has been)|we have|i have) )?(?:no|nothing) (?:changes?|changed|new|has changed|to report"
    r"|to add|further)(?: (?:here|to report|since (?:last (?:time|quarter|month)|then|the last (?:update|return))"
    r"|this (?:time|quarter|month)|from last (?:time|quarter|month)|to last time|at all))*"
    r"|unchanged|ditto|as it was"
    r"|(?:all )?as (?:per )?(?:before|last time|previously|per last time|last (?:quarter|month))"
    r"|(?:the |all |exactly )?same (?:as|again)(?: (?:last (?:time|quarter|month|year)|before|previously))?"
    r"|same|status quo|nothing has changed|same again(?: then)?|(?:the )?same as last time really"
    r"|(?:position|status|picture|all|everything) (?:is |still )?(?:unchanged|the same)|no movement|still the same"
)
_SAYS_NO_CHANGE = re.compile(r"\bno changes?\b|\bunchanged\b|\bsame as\b", re.IGNORECASE)
_EXPLANATION = re.compile(
    r"(?:,? (?:please|pls|thanks))?(?:,| -| –|;| as| because| since)+"
    r" (?:he|she|they|it|i|we|there|my|the|that)(?:'\w+)?\b.*$",
    re.IGNORECASE,
)
"""Why a request is made: 'get this off Dave, he has the numbers'."""
_POLITE_END = re.compile(r"(?:[, ]+(?:please|pls|thanks|thank you|cheers|ta|mate|diolch))+$", re.IGNORECASE)
_WRITTEN_OUT = tuple(
    (re.compile(pattern, re.IGNORECASE), out)
    for pattern, out in (
        (r"\b(is|are|was|were|do|does|did|has|have|had|could|would|should)n'?t\b", r"\1 not"),
        (r"\b(?:can't|cant|cannot)\b", "can not"),
        (r"\b(?:won't|wont)\b", "will not"),
        (r"\b(?:i'm|im)\b", "i am"),
        (r"\blet's\b", "let us"),
        (r"\b(it|that|this|what|who|where|when|how|why|there|he|she)'?s\b(?<!\bthis)", r"\1 is"),
        (r"\bthis's\b", "this is"),
        (r"\bu\b", "you"),
        (r"\b(?:ur|yr)\b", "your"),
        (r"\b(?:tmrw|tmw|tmr|tomoz|2moro)\b", "tomorrow"),
        (r"\bive\b", "i have"),
        (r"(?<=\w)'re\b", " are"),
        (r"(?<=\w)'ve\b", " have"),
        (r"(?<=\w)'ll\b", " will"),
        (r"(?<=\w)'d\b", " would"),
    )
)
_DOUBT = re.compile(
    r"\b(?:not|never|if|unless|until|once|when everyone|did you|have you|has|surely|should i|should we|why)\b|\?$",
    re.IGNORECASE,
)
_NAMED = r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)?"
_SOMEBODY = rf"(?:{_NAMED}|[Mm]y \w+)"
_THIRD_PARTY = re.compile(
    rf"{_SOMEBODY} (?:will|is going to|is to|can) (?:pick|take|do|answer|cover|handle|sort|deal)"
    r"\b.{0,20}\b(?:this|it|that)\b.{0,20}"
    rf"|{_SOMEBODY} knows (?:more|all) about (?:this|it|that)\b.*"
    rf"|(?:{_NAMED}|[Mm]y \w+|[\w ]{{3,20}} team)(?:'s| is| are| has| have)?"
    r" (?:dealing with|handling|doing|covering|leading on|looking after|on|picking up|got|taking|taken over)"
    r" (?:this|it|that|these)(?: one)?(?: now)?"
    rf"|{_SOMEBODY} (?:has|have|holds|knows) (?:the|all the|this|those)"
    r" (?:figures|numbers|data|details|information|info|answer|latest|update)s?"
    rf"|(?:(?:I'm|i'm|[Ww]e're|[Ss]till) )?(?:still )?[Ww]aiting (?:for|on) (?:{_NAMED}|my \w+)"
    r" (?:to (?:come|get) back|to (?:confirm|reply|answer|tell|send)).*"
)
"""Somebody else has it in hand: an account of it, or a wish that they be asked. Names have capital letters."""
ADDRESSED = ("delegate", "snooze", "extension", "not_mine", "change", "undo")
"""Acts whose words may be part of an account: in the midst of one they must speak to the product or of the writer."""
_TO_US = re.compile(r"\b(?:i|i'm|me|my|mine|you|your|please|pls)\b", re.IGNORECASE)
EXPLAINED = ("delegate", "not_mine", "snooze", "extension")
"""Acts for which people give their reasons in the same breath."""
WITH_REF = ("delegate", "not_mine", "snooze", "snooze_when", "extension", "who_reads", "history", "change")
"""Acts that may be about one item, wherever in the sentence it is named."""
CHANGES_FOR_OTHERS = frozenset(
    [
        "accept",
        "send_back",
        "chase",
        "hold_digest",
        "post_digest",
        "move_window",
        "extend_window",
        "close_window",
        "reopen_window",
        "open_window",
        "absence",
        "undo",
        "leave",
        "leave_of",
        "hand_over",
        "pause",
        "resume",
    ]
)
"""Acts that change something for others: 'pause?' asks about one, and 'can you pause?' asks for it."""
_ASKS_FOR_IT = re.compile(r"\b(?:can|could|would|will|please|pls)\b", re.IGNORECASE)
WINDOW_CHANGES = ("move_window", "extend_window", "reopen_window")
FAR = timedelta(days=180)
DAY_NAMES = {"move_window": "to", "extend_window": "to", "reopen_window": "to", "leave": "on", "hand_over": "on"}
"""What the day of an act is called, where it is no 'until'."""


def find_request(sentence: str, refs: Sequence[str], role: Role, today: date, is_alone: bool = True) -> Request | None:
    """What the sentence asks for; None where it asks for nothing. `is_alone`: the message says nothing else."""
    words = " ".join(sentence.split()).strip(" .!?;,")
    if len(words) > LONGEST:
        return None
    plain = _POLITE_END.sub("", words)
    shorter = _EXPLANATION.sub("", plain)
    texts = (plain, shorter) if len(shorter.split()) > 2 else (plain,)
    forms = [form for text in texts for form in (text, _write_out(text))]
    explained = {form for text in texts[1:] for form in (text, _write_out(text)) if text != plain}
    explained |= {with_refs_marked(text, refs) for text in explained}
    for said in dict.fromkeys(form for text in forms for form in (with_refs_marked(text, refs), text)):
        for do, pattern in _requests(role):
            match = pattern.fullmatch(said)
            act = _act(do, match, refs, today) if match else None
            if (
                act is not None
                and act.do in CHANGES_FOR_OTHERS
                and sentence.rstrip()[-1:] == "?"
                and not _ASKS_FOR_IT.search(words)
            ):
                return Request(None, is_unsure=True)
            if act is not None and (said not in explained or act.do in EXPLAINED):
                return _meant(replace(act, words=words), is_alone or bool(_TO_US.search(said)))
    written = _write_out(words)
    doubts = [p for p in _doubtful(role) if p.search(written)] if _DOUBT.search(written + sentence.strip()[-1:]) else []
    written = with_refs_marked(written, refs)
    unsure = any(pattern.fullmatch(written) for pattern in _unsure("unsure"))
    lists = ("unsure_alone",) if role == "lead" else ("unsure_alone", "unsure_secretary")
    alone = is_alone and (
        any(pattern.fullmatch(written) for name in lists for pattern in _unsure(name)) or _THIRD_PARTY.fullmatch(plain)
    )
    return Request(None, is_unsure=True) if doubts or unsure or alone else None


def says_no_change(act: Act) -> bool:
    """Whether each sentence says 'no change' outright, as the button does; 'nothing to report' is read back first."""
    return all(_SAYS_NO_CHANGE.search(sentence) for sentence in act.words.splitlines())


def says_order(words: str) -> bool:
    """Whether the words speak of what a secretary or an admin orders, so that they are no update."""
    return any(pattern.search(_write_out(words)) for pattern in _doubtful("admin"))


def _meant(act: Act, is_to_us: bool) -> Request | None:
    """The request, where the words speak to the product; in the midst of an account, who is asked is asked about."""
    if is_to_us or act.do not in ADDRESSED:
        return Request(act)
    return Request(None, is_unsure=True) if act.do == "delegate" else None


def _write_out(words: str) -> str:
    for pattern, out in _WRITTEN_OUT:
        words = pattern.sub(out, words)
    return words


@lru_cache(maxsize=3)
def _requests(role: Role) -> Sequence[tuple[str, re.Pattern[str]]]:
    groups = {"admin": ("admin", "secretary", "lead"), "secretary": ("secretary", "lead"), "lead": ("lead",)}[role]
    return [
        (do, compiled(sentence))
        for group in groups
        for do, sentences in table()[group].items()
        for sentence in sentences
    ]


@lru_cache(maxsize=3)
def _unsure(name: str) -> Sequence[re.Pattern[str]]:
    return [compiled(sentence) for sentence in table()[name]]


@lru_cache(maxsize=4)
def _doubtful(role: Role) -> Sequence[re.Pattern[str]]:
    """Words of the orders that this person may give."""
    groups = {"admin": ("admin", "secretary"), "secretary": ("secretary",), "lead": ()}[role]
    return [compiled(table()["doubtful"][group]) for group in groups]


def _act(do: str, match: re.Match[str], refs: Sequence[str], today: date) -> Act | None:
    """The act with what was said; None where a day in it does not exist, or its period cannot be one."""
    groups = _groups(match, refs)
    if do == "absence":
        return _absence(groups, today, is_first_person=match[0].lower().startswith(("i ", "i'm", "we are")))
    if do == "leave_of":
        of_leave = leave_days(groups["period"], today, is_first_person=False)
        return Act(do, {"who": groups.get("name", ""), **of_leave}) if of_leave is not None else None
    if do == "missing":
        return Act("status", {"only": "missing"})
    days = _days(do, match[0], groups.get("when"), today)
    if days is None or (do in WINDOW_CHANGES and any(_is_far(day, groups["when"], today) for day in days.values())):
        return None
    said: dict[str, Any] = {}
    whom = groups.get("name") or groups.get("deputy")
    if groups.get("people"):
        said["who"] = [name.strip() for name in re.split(r",| and | & ", groups["people"]) if name.strip()]
    if whom:
        said["who" if do == "chase" else "to"] = whom.removesuffix("'s")
    if about := _about(do, match[0], groups, refs):
        said["who" if do == "chase" else "ref"] = about
    said |= {key: groups[key] for key in ("reason", "post", "by") if groups.get(key)}
    said |= {"who": groups["person"]} if groups.get("person") else {}
    said |= {"window": groups["window"]} if groups.get("window") and do != "when_due" else {}
    return Act("snooze" if do == "snooze_when" else do, {**said, **days})


def _is_far(day: str, words: str, today: date) -> bool:
    """Whether a day without a year is so far ahead that it is most likely past: '6 September' on the 9th."""
    return date.fromisoformat(day) - today > FAR and not re.search(r"\d{4}", words)


def _groups(match: re.Match[str], refs: Sequence[str]) -> Mapping[str, str]:
    """What was said in each group, with the refs as they are; of a group that stands there again, the first."""
    groups: dict[str, str] = {}
    for name, value in match.groupdict().items():
        if value is not None:
            said_so = re.sub(r"§(\d+)", lambda found: refs[int(found[1])], value)
            groups.setdefault(re.sub(r"_\d+$", "", name), said_so.strip(" ,"))
    return groups


def _about(do: str, sentence: str, groups: Mapping[str, str], refs: Sequence[str]) -> str | list[str] | None:
    """The items that are meant, or the people who are chased; None where the sentence does not say."""
    if named := _refs_named(groups, refs):
        return named
    if groups.get("many") and do in ("accept", "chase"):
        return "all"
    marked = set(re.findall(r"§(\d+)", sentence))
    if do in WITH_REF and len(marked) == 1:
        return refs[int(marked.pop())]
    if do in ("snooze", "not_mine") and len(refs) == 2 and re.search(r"\bboth\b", sentence, re.IGNORECASE):
        return list(refs)
    return None


def _refs_named(groups: Mapping[str, str], refs: Sequence[str]) -> str | list[str] | None:
    """The refs that are named; after 'all but', the others."""
    if groups.get("ref"):
        return groups["ref"]
    named = re.findall(r"[^\s,&#]+", re.sub(r"\band\b", " ", groups.get("refs", "")))
    if named and groups.get("many"):
        others = {name.casefold() for name in named}
        named = [ref for ref in refs if ref.casefold() not in others]
    return named[0] if len(named) == 1 else named or None


def _days(do: str, sentence: str, when: str | None, today: date) -> Mapping[str, str] | None:
    """The day of an act by the name it has there; None for a day that does not exist."""
    if not when:
        return {}
    if do == "leave" and re.search(r"\b(?:has )?left\b", sentence, re.IGNORECASE):
        day = to_date(when, today, is_past=True)
    else:
        day = _day(when, today, today + timedelta(days=do == "snooze"))
    if day is None:
        return None if re.fullmatch(RELATIVE_DAY, when, re.IGNORECASE) else {}
    return {DAY_NAMES.get(do, "until"): day.isoformat()}


def _day(words: str, today: date, earliest: date) -> date | None:
    """The day that words for a time name, if they do: 'Friday' and 'the 9th' are from `earliest` on."""
    words = words.lower()
    if words in ("morning", "the morning"):
        return today + timedelta(days=1)
    words = re.sub(r" (?:morning|afternoon|evening)$| at \S+$", "", words)
    if words == "next week":
        return today + timedelta(days=7 - today.weekday())
    return parse_day(words, today, earliest) if re.fullmatch(RELATIVE_DAY, words, re.IGNORECASE) else None


def _absence(groups: Mapping[str, str], today: date, is_first_person: bool) -> Act | None:
    """A leave: its days, or what is plain of them, and who is asked meanwhile."""
    days: Mapping[str, str] | None = {}
    if groups.get("first"):
        first = parse_day(groups["first"], today, today)
        days = {"from": first.isoformat()} if first else None
    elif groups.get("period"):
        days = leave_days(groups["period"], today, is_first_person)
    if days is None:
        return None
    delegate = groups.get("name") or groups.get("deputy") or groups.get("cover")
    return Act("absence", {**days, "delegate": delegate} if delegate else days)
