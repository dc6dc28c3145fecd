"""Finds what happened to each item since a board was last told: what is worse, what is better, which dates moved."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from remembrancer.reports.answer_text import in_lines, in_words, option_in_words
from remembrancer.reports.digests.sections import Source
from remembrancer.rules.programmes.answers import Answers
from remembrancer.rules.programmes.spec import Option, Programme, Question
from remembrancer.wording import short_day

Kind = Literal["worse", "better", "other", "received", "counted_again", "sent_back", "answer_changed", "same"]
RANKS = {"blue": 0, "green": 0, "amber": 1, "red": 2}
"""How bad a colour is; grey and none say nothing of it."""
LONGEST_QUOTE = 240  # characters; some three lines on a phone


@dataclass(frozen=True)
class MovedDate:
    """A date that is another than it was, in words."""

    label: str
    was: str
    now: str
    is_earlier: bool


@dataclass(frozen=True)
class ItemNews:
    """What happened to one item; statuses and `lists` (label, words) are in words, and empty where there are none.

    `quote` is the beginning of what was written, to the end of a sentence; `is_cut` where it goes on.
    """

    kind: Kind
    ref: str
    title: str
    was: str
    now: str
    late: bool
    quote: str
    is_cut: bool
    lists: tuple[tuple[str, str], ...]
    dates: tuple[MovedDate, ...]


def news_of(source: Source, ref: str, before: Answers | None, was_counted: bool, late: Collection[str]) -> ItemNews:
    """Compare an item's answer with the one `before`, which is None where there was none."""
    now = source.returns[ref].answers
    base = before if before is not None else source.last.get(ref)
    quote, is_cut = first_sentences(_written(source.programme, now), LONGEST_QUOTE)
    return ItemNews(
        kind=_kind(source.programme, before, now, was_counted),
        ref=ref,
        title=source.titles[ref],
        was=_status_word(source.programme, before),
        now=_status_word(source.programme, now),
        late=ref in late,
        quote=quote,
        is_cut=is_cut,
        lists=tuple(_lists(source.programme, now)),
        dates=tuple(moved_dates(source, ref, base, now)),
    )


def _kind(programme: Programme, before: Answers | None, now: Answers | None, was_counted: bool) -> Kind:
    if not was_counted:
        return "counted_again"
    if now is None:
        return "sent_back" if before is not None else "same"
    if before is None:
        return "received"
    key = programme.status.key
    if before.get(key) == now.get(key):
        return "same" if before == now else "answer_changed"
    was, is_ = (_rank(programme, answers) for answers in (before, now))
    if was is None or is_ is None or was == is_:
        return "other"
    return "worse" if is_ > was else "better"


def _rank(programme: Programme, answers: Answers) -> int | None:
    """How bad a status is: by its colour, or where options have none by their order, the best first."""
    options = programme.status.choices
    option = programme.status.option(str(answers.get(programme.status.key)))
    if option is None:
        return None
    return RANKS.get(option.colour) if any(each.colour for each in options) else options.index(option)


def is_good(option: Option) -> bool:
    """Whether a status asks for no attention."""
    return RANKS.get(option.colour, 0) == 0


def _status_word(programme: Programme, answers: Answers | None) -> str:
    value = (answers or {}).get(programme.status.key)
    return option_in_words(programme.status, value) if value else ""


def _written(programme: Programme, answers: Answers | None) -> str:
    return str((answers or {}).get(programme.form.progress) or "")


def _lists(programme: Programme, answers: Answers | None) -> Iterator[tuple[str, str]]:
    """What was chosen in the lists that the digest shows of an item, such as its issues; not of boards."""
    shown = {key for section in programme.digest if section.group for key in section.questions}
    for question in programme.form.questions:
        value = (answers or {}).get(question.key)
        is_list = question.kind.spoken == "options" and not any(option.group for option in question.choices)
        if question.key in shown and is_list and value:
            yield question.label, in_words(question, value)


def moved_dates(source: Source, ref: str, before: Answers | None, now: Answers | None) -> Iterator[MovedDate]:
    """Yield each date of an answer that is another than it was, or than the register says where nothing was said."""
    if now is None:
        return
    facts = source.returns[ref].facts
    for question in source.programme.form.questions:
        value, old = now.get(question.key), (before or {}).get(question.key)
        for key, was in question.kind.moved(value, old).items():
            yield _moved(option_in_words(question, key), was, now[question.key][key])
        if question.kind.spoken == "day" and value:
            stood = old or (facts.get(question.last_from) if question.last_from else None)
            if stood and stood != value:
                yield _moved(question.stands_as or question.label, str(stood), str(value))


def _moved(label: str, was: str, now: str) -> MovedDate:
    return MovedDate(label, short_day(was), short_day(now), is_earlier=now[:10] < was[:10])


def first_sentences(text: str, most: int) -> tuple[str, bool]:
    """Return whole sentences of a text, at most so many characters, on one line; and whether it goes on.

    Of a first sentence that is longer, as many words as fit.
    """
    flat = " / ".join(in_lines(text))
    if len(flat) <= most:
        return flat, False
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)", flat[: most + 1])]
    return (flat[: ends[-1]], True) if ends else (flat[:most].rpartition(" ")[0] or flat[:most], True)


@dataclass(frozen=True)
class Headline:
    """How the items stand, for a digest's first sentence: each status as (words, number, number last time or None).

    `received` of `of` items have an answer.
    """

    received: int
    of: int
    counts: tuple[tuple[str, int, int | None], ...]


def headline(source: Source) -> Headline:
    """The numbers of the status, out of the figures that the programme declares of it."""
    programme = source.programme
    counts = {
        measure.window: source.figures.get(key)
        for key, measure in programme.figures.items()
        if measure.measure == "count"
        and measure.of == programme.status.key
        and measure.show == "n"
        and not measure.among
    }
    now, before = counts.get("this") or {}, counts.get("previous")
    return Headline(
        received=sum(each.answers is not None for each in source.period.returns),
        of=len(source.period.returns),
        counts=tuple(
            (said_shortly(option), now.get(option.key, 0), before.get(option.key, 0) if before else None)
            for option in programme.status.choices
        ),
    )


def said_shortly(option: Option) -> str:
    """A status within a sentence: the first way of saying it that the programme file gives, or else its word."""
    return (option.said_as or [option.word.lower()])[0]


def still_bad(source: Source, news: Mapping[str, ItemNews]) -> list[tuple[str, list[str]]]:
    """The refs of items that ask for attention and stand as they did, by their status in words."""
    found: dict[str, list[str]] = {}
    for ref, each in news.items():
        option = _option(source.programme.status, source.returns[ref].answers)
        if option and not is_good(option) and each.was == each.now:
            found.setdefault(each.now, []).append(ref)
    return list(found.items())


def _option(status: Question, answers: Answers | None) -> Option | None:
    return status.option(str((answers or {}).get(status.key)))
