"""Reads the days of a leave: 'until 12 September', '3 Sept to 12 Sept', 'next week'. The last day named is included."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from remembrancer.bot.language.dates import MONTHS, RELATIVE_DAY, WEEKDAY, parse_day, pattern

MAX_DISTANCE = timedelta(days=183)  # a date without a year that is further off was most likely read wrongly
UNTIL = r"(?:until|till?|through|up to)"
AND = rf"(?: ?(?:to|{UNTIL}|-|–|and|&) ?)"
PERIOD_WORD = (
    rf"(?:until|till?|through|up|to|from|between|and|for|on|the|a|an|one|two|three|four|this|next|end|rest|of|in|couple"
    rf"|few|day|days|week|weeks|weekend|month|months|fortnight|early|mid|late|today|tomorrow|soon|further|notice"
    rf"|christmas|easter|half|term|{MONTHS}|{WEEKDAY}|[\d./–-]+(?:st|nd|rd|th)?)"
)
PERIOD_WORDS = rf"{PERIOD_WORD}(?: {PERIOD_WORD})*"
"""Only words about time: 'for a couple of weeks', 'until further notice'."""
FEW = 6
"""Words of a period that may be one, though its days are not plain: 'until the cows come home'."""
_MONTH = rf"{MONTHS}(?: \d{{4}})?"
_UP_TO = r"(?:until|till|til|to|through|up to)"


def parse_period(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of the leave; None for a text that does not give both plainly."""
    words = " ".join(text.lower().split())
    found = _weeks(words, today) or _from_to(words, today) or _until(words, today)
    if found is None or found[1] < found[0]:
        return None
    is_far = not re.search(r"\d{4}|[/.]\d{2}\b", words) and (
        found[1] - found[0] > MAX_DISTANCE or found[0] - today > MAX_DISTANCE
    )
    return None if is_far else found


def leave_days(words: str, today: date, is_first_person: bool) -> Mapping[str, str] | None:
    """The days of a leave as `from` and `to`, without those that are not plain; None for words that are no leave's."""
    period = parse_period(words, today)
    if period:
        return {"from": period[0].isoformat(), "to": period[1].isoformat()}
    begun = pattern(rf"from (?P<first>{RELATIVE_DAY})\b").match(words)
    if begun and not re.search(_UP_TO, words[begun.end() :]):
        first = parse_day(begun["first"], today, today)
        return {"from": first.isoformat()} if first else None
    open_end = pattern(rf"(?:from )?(?P<first>{RELATIVE_DAY}) {_UP_TO} (?P<month>{_MONTH})").fullmatch(words)
    first = parse_day(open_end["first"], today, today) if open_end else None
    if open_end and first:
        return {"from": first.isoformat(), "to": _month_after(open_end["month"], first)}
    is_time = re.fullmatch(PERIOD_WORDS, words, re.IGNORECASE)
    begins = pattern(rf"(?!.*\b(?:and|but|so|or)\b)(?:{_UP_TO}|from|for)\b").match(words)
    return {} if is_time or (is_first_person and begins and len(words.split()) <= FEW) else None


def _month_after(words: str, first: date) -> str:
    """'June 2027' as 2027-06; without a year, the next such month."""
    found = re.search(r"\d{4}", words)
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    month = next(n for n, name in enumerate(names, 1) if words.lower().startswith(name))
    year = int(found[0]) if found else first.year + (month < first.month)
    return f"{year}-{month:02}"


def _weeks(words: str, today: date) -> tuple[date, date] | None:
    monday = today - timedelta(days=today.weekday())
    if re.fullmatch(r"(?:for )?(?:the )?(?:rest of )?(?:this|the) week|(?:for )?the rest of (?:this|the) week", words):
        return today, max(today, monday + timedelta(days=4))
    if re.fullmatch(r"(?:for )?(?:all )?next week", words):
        return monday + timedelta(days=7), monday + timedelta(days=11)
    return None


def _until(words: str, today: date) -> tuple[date, date] | None:
    """'Until Friday' begins today; a single day is both first and last."""
    match = re.fullmatch(rf"(?:from )?(?:today )?{UNTIL} (?:and including )?(?:the )?(?P<day>{RELATIVE_DAY})", words)
    if match:
        last = parse_day(match["day"], today, today)
        return (today, last) if last else None
    one_day = re.fullmatch(rf"(?:on )?(?P<day>{RELATIVE_DAY})", words)
    day = parse_day(one_day["day"], today, today) if one_day else None
    return (day, day) if day else None


def _from_to(words: str, today: date) -> tuple[date, date] | None:
    number = rf"(?:{WEEKDAY},? )?(?:the )?(?P<number>\d{{1,2}})(?:st|nd|rd|th)?"
    match = re.fullmatch(
        rf"(?:from |between |on )?(?:(?P<first>{RELATIVE_DAY})|{number}){AND}(?P<last>{RELATIVE_DAY})", words
    )
    if match is None:
        return None
    if match["first"] is None:
        return _in_one_month(int(match["number"]), parse_day(match["last"], today, today))
    if of_month := re.fullmatch(rf"(?:{WEEKDAY},? )?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)", match["first"]):
        days = _before(int(of_month[1]), match["first"], parse_day(match["last"], today, today))
        return days if days and days[0] >= today else None  # else it has begun, or is of the next month
    first = parse_day(match["first"], today, today)
    if first is None:
        return None
    last = parse_day(match["last"], today, first)
    return _already_begun(match["first"], match["last"], today) or ((first, last) if last else None)


def _before(number: int, words: str, last: date | None) -> tuple[date, date] | None:
    """The days of 'the 28th to 5 October': the first is the newest such day of a month that is not after the last."""
    if last is None:
        return None
    first = next((day for n in range(62) if (day := last - timedelta(days=n)).day == number), None)
    return (first, last) if first and parse_day(words, first, first) == first else None


def _in_one_month(number: int, last: date | None) -> tuple[date, date] | None:
    """The days of '3 to 12 September'."""
    try:
        return (last.replace(day=number), last) if last else None
    except ValueError:
        return None


def _already_begun(first: str, last: str, today: date) -> tuple[date, date] | None:
    """The days of a leave that has begun: '3 Sept to 12 Sept', typed on the 10th, began a week ago, not next year."""
    if not re.search(r"\d", first):
        return None
    began = parse_day(first, today, today - timedelta(days=60))
    ends = parse_day(last, today, today)
    return (began, ends) if began and ends and began < today <= ends and ends - began <= MAX_DISTANCE else None
