"""Leave in few words: 'until 12 September', '3 Sept to 12 Sept', 'next week'. The last day said is a day away."""

import re
from datetime import date, timedelta

from remembrancer.bot.language.dates import MONTHS, SAID_DAY, WEEKDAY, said_day

FAR = timedelta(days=183)  # further off than that, a date without a year was most likely meant otherwise
UNTIL = r"(?:until|till?|through|up to)"
AND = rf"(?: ?(?:to|{UNTIL}|-|–|and|&) ?)"
PERIOD_WORD = (
    rf"(?:until|till?|through|up|to|from|between|and|for|on|the|a|an|one|two|three|four|this|next|end|rest|of|in|couple"
    rf"|few|day|days|week|weeks|weekend|month|months|fortnight|early|mid|late|today|tomorrow|soon|further|notice"
    rf"|christmas|easter|half|term|{MONTHS}|{WEEKDAY}|[\d./–-]+(?:st|nd|rd|th)?)"
)
PERIOD_WORDS = rf"{PERIOD_WORD}(?: {PERIOD_WORD})*"
"""Nothing but words that tell of a time: 'for a couple of weeks', 'until further notice'."""


def said_period(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day away; None for anything that does not say both plainly."""
    words = " ".join(text.lower().split())
    found = _weeks(words, today) or _from_to(words, today) or _until(words, today)
    if found is None or found[1] < found[0]:
        return None
    far = not re.search(r"\d{4}|[/.]\d{2}\b", words) and (found[1] - found[0] > FAR or found[0] - today > FAR)
    return None if far else found


def _weeks(words: str, today: date) -> tuple[date, date] | None:
    monday = today - timedelta(days=today.weekday())
    if re.fullmatch(r"(?:for )?(?:the )?(?:rest of )?(?:this|the) week|(?:for )?the rest of (?:this|the) week", words):
        return today, max(today, monday + timedelta(days=4))
    if re.fullmatch(r"(?:for )?(?:all )?next week", words):
        return monday + timedelta(days=7), monday + timedelta(days=11)
    return None


def _until(words: str, today: date) -> tuple[date, date] | None:
    """'Until Friday' begins today; a single day is the first and the last."""
    said = re.fullmatch(rf"(?:from )?(?:today )?{UNTIL} (?:and including )?(?:the )?(?P<day>{SAID_DAY})", words)
    if said:
        last = said_day(said["day"], today, today)
        return (today, last) if last else None
    only = re.fullmatch(rf"(?:on )?(?P<day>{SAID_DAY})", words)
    day = said_day(only["day"], today, today) if only else None
    return (day, day) if day else None


def _from_to(words: str, today: date) -> tuple[date, date] | None:
    number = r"(?:the )?(?P<number>\d{1,2})(?:st|nd|rd|th)?"
    said = re.fullmatch(rf"(?:from |between |on )?(?:(?P<first>{SAID_DAY})|{number}){AND}(?P<last>{SAID_DAY})", words)
    if said is None:
        return None
    if said["first"] is None:
        return _in_one_month(int(said["number"]), said_day(said["last"], today, today))
    first = said_day(said["first"], today, today)
    if first is None:
        return None
    last = said_day(said["last"], today, first)
    return _begun_already(said["first"], said["last"], today) or ((first, last) if last else None)


def _in_one_month(number: int, last: date | None) -> tuple[date, date] | None:
    """'3 to 12 September'."""
    try:
        return (last.replace(day=number), last) if last else None
    except ValueError:
        return None


def _begun_already(first: str, last: str, today: date) -> tuple[date, date] | None:
    """'3 Sept to 12 Sept', said on the 10th: it began a week ago, and not next year."""
    if not re.search(r"\d", first):
        return None
    began = said_day(first, today, today - timedelta(days=60))
    ends = said_day(last, today, today)
    return (began, ends) if began and ends and began < today <= ends and ends - began <= FAR else None
