"""Reads dates in free text, and the questions they answer: 'go live slipped from 31 March to 30 June'."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from remembrancer.rules.programmes.spec import Programme, Question

MONTHS = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?"
    r"|may(?!\s+(?:be|not|have|well|need|take|slip|move|change)\b)"  # 'phase 2 may slip'
    "|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
YEAR = r"20\d{2}"
WITHIN = r"(?:in|by|(?:by )?(?:the )?end of)"  # before a month without a year, these make it a date
DAY = (
    r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    rf"|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTHS}\.?(?:,? {YEAR})?"
    rf"|(?:{WITHIN} )?{MONTHS},? {YEAR}"
    rf"|{WITHIN} {MONTHS}(?!\s+\d))\b"
)
OLD_DAY = rf"from\s+(?:the\s+)?(?:{DAY}|{MONTHS}\b(?:\s+{YEAR})?)"
CHANGED = "(?:moved|moves|slipped|slips|delayed|pushed back|put back|brought forward)"
# Words between a name and its date. 'Slipped from 31 March' alone gives only the old date.
GAP = (
    rf"(?:\s*(?:\b(?:{CHANGED}\s+)?{OLD_DAY}\s+(?:to|until)\b|\b{CHANGED}\b(?!\s+from\b)"
    r"|\b(?:is|are|now|to|on|by|has|been|date|will|be|from|in|set|for)\b|[:=]))*\s*"
)
DONE = (
    r"\b(?:went|gone|had|held|took|made|did|launched|completed|finished|closed|began|started|opened|achieved|passed"
    r"|reached|published|saw)\b(?!.*\b(?:and|but|so|then)\b)"
)
"""Verbs that make a date without a year a past one: 'we went live on 3 September'; a later clause undoes that."""
TO_COME = r"\b(?:is|are|now|will|be|to|until)\b"
REACH = 200  # characters before a date in which its name is looked for


def dates_said(programme: Programme, piece: str, today: date) -> tuple[list[tuple[Question, str, date]], str]:
    """The dates after the names of milestones, boards (by key) and date questions, and the text without them."""
    dates: list[tuple[Question, str, date]] = []
    end = len(piece)
    for match in reversed(list(re.finditer(DAY, piece, re.IGNORECASE))):
        target = _name_before(programme, piece[: match.start()]) if match.end() <= end else None
        day = to_date(match[0], today) if target else None
        if target and day:
            if _is_past(piece[: match.start()], target[2]) and not has_year(match[0]):
                day = last_before(day, today)
            question, key, end = target
            dates.append((question, key, day))
            old = re.match(rf"\s+{OLD_DAY}", piece[match.end() :], re.IGNORECASE)
            piece = piece[:end] + piece[match.end() + (old.end() if old else 0) :]
    return dates, piece


def _is_past(before: str, named_at: int) -> bool:
    """Whether a verb before the name says that it happened, with none after the name that says it will."""
    clause = re.split(r"[.,;:!?\n]", before[:named_at])[-1]
    done = re.search(DONE, clause, re.IGNORECASE)
    return bool(done) and not re.search(TO_COME, before[named_at:], re.IGNORECASE)


def begins_with_a_date(programme: Programme, text: str) -> bool:
    """Whether the text begins with the words of a date and the date: 'go live now 31 March'."""
    ways = [words for question in programme.form.questions for words, _ in question.kind.date_words()]
    return any(re.match(rf"\s*{re.escape(words)}{GAP}{DAY}", text, re.IGNORECASE) for words in ways)


def _name_before(programme: Programme, before: str) -> tuple[Question, str, int] | None:
    """The question or option whose name stands last before a date, with only filler words between, and its offset."""
    best: tuple[int, int, Question, str] | None = None
    near = max(0, len(before) - REACH)
    for question in programme.form.questions:
        for words, key in question.kind.date_words():
            said = re.search(rf"(?:^|(?<=\W)){re.escape(words)}{GAP}$", before[near:], re.IGNORECASE)
            if said and (best is None or len(words) > best[1]):
                best = (near + said.start(), len(words), question, key)
    return (best[2], best[3], best[0]) if best else None


def to_date(text: str, today: date) -> date | None:
    """The day of a date's text, day first; without a year the next one to come; a month alone is its last day."""
    import dateparser

    settings: Any = {
        "DATE_ORDER": "DMY",
        "PREFER_DATES_FROM": "future",
        "PREFER_DAY_OF_MONTH": "last",
        "RELATIVE_BASE": datetime.combine(today - timedelta(days=1), time()),  # so that today is still to come
    }
    plain = re.sub(r"^(?:(?:the|in|by|end of)\s+)+", "", text.strip(), flags=re.IGNORECASE).replace(" of ", " ")
    parsed = dateparser.parse(plain, languages=["en"], settings=settings)
    if parsed is None:
        return None
    day = parsed.date()
    # Without a year the library may answer with one just past.
    if not has_year(plain) and day < today:
        return _in_year(day, day.year + 1)
    return day


def has_year(text: str) -> bool:
    return bool(re.search(r"\d{4}|[/.]\d{2}$", text))


def last_before(day: date, today: date) -> date:
    """The same day in the last year in which it was not after today."""
    return day if day <= today else _in_year(day, today.year - ((day.month, day.day) > (today.month, today.day)))


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"
OF_MONTH = r"(?:the )?(\d{1,2})(?:st|nd|rd|th)"
RELATIVE_DAY = (
    rf"(?:today|tomorrow|(?:(?:this|next) )?{WEEKDAY}|(?:{WEEKDAY},? )?(?:{DAY}|(?:the )?\b\d{{1,2}}(?:st|nd|rd|th)\b))"
)
"""A day relative to today or without a year: 'tomorrow', 'next Friday', 'the 12th', 'Thu 12 September'."""


def parse_day(text: str, today: date, earliest: date) -> date | None:
    """The day that a RELATIVE_DAY text names; for a weekday or a day without a year, the next from `earliest` on."""
    words = text.strip().lower()
    if words in ("today", "tomorrow"):
        return today + timedelta(days=words == "tomorrow")
    weekday = re.fullmatch(rf"(?:(?:this|next) )?({WEEKDAY})", words)
    if weekday:
        number = next(n for n, name in enumerate(WEEKDAYS) if name.startswith(weekday[1][:3]))
        return earliest + timedelta(days=(number - earliest.weekday()) % 7)
    of_month = re.fullmatch(OF_MONTH, words)
    if of_month:
        days = (earliest + timedelta(days=n) for n in range(62))
        return next((day for day in days if day.day == int(of_month[1])), None)
    return to_date(re.sub(rf"^{WEEKDAY},? ", "", words), earliest)
