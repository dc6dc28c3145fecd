"""What a person asks the product to do, as an act with what was said: who, which item, until which day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from remembrancer.bot.language.dates import RELATIVE_DAY, has_just_been, parse_day, to_date
from remembrancer.bot.language.leave_periods import leave_days

WITH_REF = ("delegate", "not_mine", "snooze", "snooze_when", "extension", "who_reads", "history", "change")
"""Acts that may be about one item, wherever in the sentence it is named."""
WINDOW_CHANGES = ("move_window", "extend_window", "reopen_window")
DAY_NAMES = {"move_window": "to", "extend_window": "to", "reopen_window": "to", "leave": "on", "hand_over": "on"}
"""What the day of an act is called, where it is no 'until'."""


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


def act_of(do: str, match: re.Match[str], refs: Sequence[str], today: date) -> Act | None:
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
    if days is None:
        return None
    said: dict[str, Any] = {}
    whom = groups.get("name") or groups.get("deputy")
    if groups.get("people"):
        said["who"] = [name.strip() for name in re.split(r",| and | & ", groups["people"]) if name.strip()]
    if whom:
        said["who" if do == "chase" else "to"] = whom.removesuffix("'s")
    said |= {"name": whom} if do == "chase" and whom and groups.get("ref") else {}
    if about := _about(do, match[0], groups, refs):
        said["who" if do == "chase" else "ref"] = about
    said |= {key: groups[key] for key in ("reason", "post", "by") if groups.get(key)}
    said |= {"who": groups["person"]} if groups.get("person") else {}
    said |= {"window": groups["window"]} if groups.get("window") and do != "when_due" else {}
    return Act("snooze" if do == "snooze_when" else do, {**said, **days})


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
    """The day of an act by the name it has there; None for a day that does not exist, or may be past where none may."""
    if not when:
        return {}
    if do == "leave" and re.search(r"\b(?:has )?left\b", sentence, re.IGNORECASE):
        day = to_date(when, today, is_past=True)
    else:
        day = _day(when, today, today + timedelta(days=do == "snooze"))
    if day is None:
        return None if re.fullmatch(RELATIVE_DAY, when, re.IGNORECASE) else {}
    if do in WINDOW_CHANGES and has_just_been(when, today, day):
        return None
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
        back = parse_day(groups["when"], today, first) if first and groups.get("when") else None
        if first and back and back > first:
            days = {"from": first.isoformat(), "to": (back - timedelta(days=1)).isoformat()}
    elif groups.get("period"):
        days = leave_days(groups["period"], today, is_first_person)
    if days is None:
        return None
    delegate = groups.get("name") or groups.get("deputy") or groups.get("cover")
    return Act("absence", {**days, "delegate": delegate} if delegate else days)
