"""Reads what is said of one item: what it puts right, what it asks for, what it states, and the words that stay."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from remembrancer.bot.language.acts import Act
from remembrancer.bot.language.asked_for import (
    day_asked_for,
    day_corrected,
    day_of,
    is_about_another,
    is_none,
    status_asked_for,
)
from remembrancer.bot.language.clauses import sentence_of, sentences, split, without
from remembrancer.bot.language.corrections import Correction, correction, removal
from remembrancer.bot.language.dates import pattern
from remembrancer.bot.language.field_statements import Statement
from remembrancer.bot.language.mentions import mentions
from remembrancer.bot.language.message_text import CIRCLES, STRAIGHT
from remembrancer.bot.language.requests import EXPLAINED, NO_CHANGE, Request, find_request
from remembrancer.bot.language.situation import AskedItem, ItemReading, Reading, Situation
from remembrancer.bot.language.small_talk import AGREED, DRAFTS, INTERJECTION, NO_MORE, REPLIES, match_small_talk
from remembrancer.bot.language.statement_patterns import POLITE_TAIL
from remembrancer.bot.language.statements import StatementReader
from remembrancer.bot.language.vocabulary import vocabulary

FEW = 3
"""Fewer words than this, of which none is understood, are no account of anything."""
SHORT = 9
"""Fewer words than this that name a status, said to an answer that is there already, may put it right."""
DENIAL = 7
"""Fewer words than this with a 'not' in them, said to a draft, may put it right: 'its two posts not three'."""
_NO_CHANGE = re.compile(f"(?:{NO_CHANGE}){POLITE_TAIL}", re.IGNORECASE)
_NO_CHANGE_BUT = re.compile(
    rf"(?:{NO_CHANGE})[\s,]+(?:except|apart from|other than|but|bar|besides|only)(?: for| that)?[\s:,]+", re.IGNORECASE
)
_ADDRESSED = re.compile(r"\b(?:me|i|i'm|you|please|this|who|my)\b", re.IGNORECASE)
_POLITE = re.compile(
    r"(?:(?:many )?thanks?(?: you)?(?: (?:very|so) much| a lot)?|cheers|please|pls|ta|sorry|hi|hello"
    r"|(?:good )?(?:morning|afternoon)|diolch|regards)(?: (?:all|both|again|team))?",
    re.IGNORECASE,
)
_CIRCLE = re.compile(f"[{''.join(CIRCLES)}]")
_ORDER = re.compile(
    r"(?:please )?(?:remove|delete|drop|take out|take off|cut|replace|change|swap|correct|fix|get rid of|make)\b",
    re.IGNORECASE,
)
"""What begins an order about the answer that is there, of which the rest was not understood."""
_REASON = re.compile(
    r"(?:sorry|apologies|he|she|they|i|i'm|i've|it|it's|we|we're|not sure|can't|cannot|in (?:a )?meetings?|busy|away|as"
    r"|because|since|there(?:'s| is))\b",
    re.IGNORECASE,
)
"""What begins the reason of a request in a sentence of its own: 'She has the latest figures.'"""
_QUESTION = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|should|shall|will|would|may|have|has|what|when|who|why|how|where|which)\b",
    re.IGNORECASE,
)
_STANDS_IN = re.compile(
    r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)? (?:will|can|could|is going to|is) (?:pick(?:ing)? (?:it |this |\S*\d )?up"
    r"|tak(?:e|ing)|cover(?:ing)?|do(?:ing)?|handl(?:e|ing)|answer(?:ing)?|look(?:ing)? after|stand(?:ing)? in)\b"
)
_STATUS_LABEL = re.compile(
    r"(?:overall|current|delivery|project)?(?: ?rag)?(?: ?(?:status|rating|position|assessment))?", re.IGNORECASE
)
"""A label that people give the status, whatever the programme calls it."""


class SegmentReader:
    """Reads what is said of one item; `is_named` where the message names it."""

    def __init__(self, text: str, item: AskedItem, situation: Situation, is_named: bool) -> None:
        self.text, self.item, self.situation, self.is_named = text, item, situation, is_named
        self.words = vocabulary(item.programme, situation.today)
        self.refs = [each.ref for each in situation.items]
        draft = situation.draft
        self.draft = draft if draft and draft.ref == item.ref else None
        self.is_answered = self.draft is not None or item.is_stored
        self.lacking = situation.lacking if self.draft else None
        self.lacking_field = self.words.field(self.lacking) if self.lacking else None
        self.put_right = self._correction()
        self.source = text if self.put_right.rest is None else self.put_right.rest
        self.plain = self.source.translate(STRAIGHT)
        self.clauses = split(self.source)
        self.dropped: set[int] = set()
        """The clauses that are no part of the person's account."""

    def _correction(self) -> Correction:
        if not self.is_answered or is_none(self.text, self.lacking_field):
            return Correction()
        return correction(self.text, self.words, self.draft) or Correction()

    def read(self) -> Reading:
        """What is said of the item, under its own ref."""
        if self.is_named and match_small_talk(self.text):
            return Reading()
        found = ItemReading(self.item.ref, dict(self.put_right.values))
        if status := status_asked_for(self.text, self.words, self.draft):
            return Reading([ItemReading(self.item.ref, {self.words.status.key: status})])
        if self.put_right.ask or self.put_right.act or found.values:
            return Reading([found] if found.values else [], self.put_right.act, self.put_right.ask)
        known = self.draft.answers if self.draft else self.item.last
        if day := (
            day_asked_for(self.text, self.words, self.draft, self.lacking_field)
            or (day_corrected(self.text, self.words, known) if self.is_answered else {})
        ):
            return Reading([ItemReading(self.item.ref, day)])
        return self._account(found)

    def _account(self, found: ItemReading) -> Reading:
        """What the person's own account of the item states, asks for and leaves unsure."""
        act, doubts = self._requests()
        same, lead = self._no_change()
        statements = self._statements(lead)
        if lead and not any(each.value is not None for each in statements):
            same = ""  # what is taken out of 'no change except' was not understood
        act = act or (Act("no_change", words=same) if same else None)
        is_contradiction = self._fill(found, statements)
        is_doubtful = any(not any(begin <= each.start < end for each in statements) for begin, end in doubts)
        if is_doubtful:
            self._drop_doubts(doubts, is_answer=bool(found.values))
        self._drop_orders_to_send()
        left = self._left()
        if self.is_answered and self.put_right.is_correcting and left and not self._is_added(found, left):
            return Reading([ItemReading(self.item.ref, text=left)], ask=True)
        self._take_left(found, left)
        ask = is_contradiction or self._is_unsure(found, act is not None or is_doubtful, left, statements)
        if act and not found.values and not statements and _is_reason(act, left):
            return Reading([], act, ask or is_doubtful, beside=left)
        if found.text or found.values:
            found.offered |= mentions(self.words, self.plain, self.clauses, found.values)
        items = [found] if found.values or found.text or found.offered else []
        unsure = [self.source[begin:end].strip() for begin, end in doubts] if found.values and not ask else []
        return Reading(items, act, ask or is_doubtful, unsure if is_doubtful else [])

    def _is_added(self, found: ItemReading, left: str) -> bool:
        """Whether what is left are sentences after the one that puts something right: they are added to the account."""
        first, last = sentence_of(self.clauses, 0)
        is_first_gone = self.dropped.issuperset(range(first, last + 1))
        return bool(found.values) and is_first_gone and len(left.split()) >= FEW and not re.match(r"(?i)not\b", left)

    def _requests(self) -> tuple[Act | None, list[tuple[int, int]]]:
        """What sentences ask for, and where those begin and end that may be requests; drops those that are."""
        act: Act | None = None
        doubts: list[tuple[int, int]] = []
        for first, last in sentences(self.clauses):
            taken_out = None if self.is_answered else removal(self._sentence(first, last), self.words)
            if taken_out and taken_out.act and self.item.last.get(taken_out.act.get("field")):
                act = act or replace(taken_out.act, words=self._sentence(first, last))
                self.dropped |= set(range(first, last + 1))
                continue
            begin, request = self._request_in(first, last)
            is_question = "?" in self.clauses[last].gap and (
                last == len(self.clauses) - 1 or _QUESTION.match(self._sentence(first, last))
            )
            if request is None and not is_question:
                continue
            if request is not None and request.act:
                act = act or request.act
                self.dropped |= set(range(begin, last + 1))
            else:
                mark = "?" if is_question else ""
                doubts.append((self.clauses[begin].start, self.clauses[last].end + len(mark)))
        return act, doubts

    def _sentence(self, first: int, last: int) -> str:
        return self.plain[self.clauses[first].start : self.clauses[last].end].strip()

    def _request_in(self, first: int, last: int) -> tuple[int, Request | None]:
        """What a sentence asks for, and the clause that begins it; words before it are its reason or an answer."""
        ending = "?" if "?" in self.clauses[last].gap else ""
        doubtful: tuple[int, Request | None] = (first, None)
        for begin in range(first, last + 1):
            words = self.plain[self.clauses[begin].start : self.clauses[last].end]
            if begin > first and (len(words.split()) < 3 or not _ADDRESSED.search(words)):
                continue
            is_alone = begin == 0 and last == len(self.clauses) - 1
            request = self._request(words + ending, is_alone)
            if (request is None or request.is_unsure) and begin == first and self.is_named:
                request = self._request(f"{self.item.ref} {words}{ending}", is_alone) or request
            if request is not None and request.act:
                return begin, request
            doubtful = (begin, request) if request is not None else doubtful
        return doubtful

    def _request(self, sentence: str, is_alone: bool) -> Request | None:
        return find_request(sentence, self.refs, self.situation.role, self.situation.today, is_alone)

    def _no_change(self) -> tuple[str, int]:
        """The words that say that nothing changed, and where words that take something out of that end."""
        for index, clause in enumerate(self.clauses):
            begins = index == sentence_of(self.clauses, index)[0]
            is_same = _NO_CHANGE.fullmatch(self.plain, clause.start, clause.end)
            if index not in self.dropped and is_same and begins and not self.lacking:
                self.dropped.add(index)
                return is_same[0], 0
            but = _NO_CHANGE_BUT.match(self.plain, clause.start) if index == 0 else None
            if but:
                return but[0].strip(), but.end()
        return "", 0

    def _statements(self, lead: int) -> list[Statement]:
        """What it states; what follows a `lead`, such as 'no change except', never takes up a clause."""
        clauses = split(self.source, lead) if lead else [c for n, c in enumerate(self.clauses) if n not in self.dropped]
        reader = StatementReader(
            self.words, self.source, clauses, self.item.title, self.item.last, self.is_answered, self.is_named
        )
        is_list = self.lacking_field is not None and self.lacking_field.kind == "list"
        found = reader.statements(self.lacking if is_list else None)
        return [replace(each, is_whole=False) for each in found] if lead else found

    def _fill(self, found: ItemReading, statements: Sequence[Statement]) -> bool:
        """Set what is stated once and without condition; tell whether the status was contradicted."""
        contradicted = _contradicted(statements)
        for each in statements:
            if each.value is None:
                continue
            if each.is_conditional or each.field in contradicted:
                found.offered[each.field] = each.value
                continue
            self._set(found, each)
            if each.is_whole:
                found.words[each.field] = self.source[each.start : each.end]
                self.dropped |= {n for n, c in enumerate(self.clauses) if c.start < each.end and c.end > each.start}
        self._drop_labels()
        return self.words.status.key in contradicted

    def _set(self, found: ItemReading, statement: Statement) -> None:
        key, value = statement.field, statement.value
        before = found.values.get(key)
        if "/" in key:
            for part, said in zip(key.split("/"), value, strict=True):
                number = self.words.field(part)
                found.values[part] = number.parse(said, False) if number else said
        elif isinstance(value, list) and isinstance(before, list):
            found.values[key] = list(dict.fromkeys([*before, *value]))
        else:
            found.values[key] = self._without_old(key, value)

    def _without_old(self, key: str, value: Any) -> Any:
        """'Gold calls every week, not bank staff' without what it replaces."""
        old = self.draft.answers.get(key) if self.draft else None
        if isinstance(value, str) and isinstance(old, str) and old:
            return re.sub(rf",?\s+not\s+{re.escape(old)}\s*\Z", "", value, flags=re.IGNORECASE)
        return value

    def _drop_labels(self) -> None:
        """A label alone goes with the value after it: 'Status:', 'Milestones:', 'Progress:'."""
        form = self.item.programme.form
        named = (*(question.label for question in form.questions), self.item.title)
        labels = {label.casefold() for label in named if label}
        progress = self.words.field(form.progress)
        for index in reversed(range(len(self.clauses))):
            clause = self.clauses[index]
            words = self.plain[clause.start : clause.end].strip()
            is_label = (words.casefold() in labels or _STATUS_LABEL.fullmatch(words)) and index + 1 in self.dropped
            is_progress = progress is not None and re.fullmatch(progress.label, words, re.IGNORECASE)
            if re.search(r"[:=–—\n-]", clause.gap) and (is_label or (is_progress and ":" in clause.gap)):
                self.dropped.add(index)

    def _drop_orders_to_send(self) -> None:
        """'Send it' behind an answer, 'don't send it yet, but draft:' before one: they are no part of it.

        It is read back first anyway.
        """
        for number, clause in enumerate(self.clauses[:4]):
            if DRAFTS.fullmatch(self.plain, clause.start, clause.end):
                self.dropped |= {number} if len(self.clauses) > 1 else set()
            elif number not in self.dropped:
                break
        last = len(self.clauses) - 1
        words = self.plain[self.clauses[last].start : self.clauses[last].end] if self.clauses else ""
        if last > 0 and pattern(r"(?:please )?(?:send|submit|store)(?: (?:it|this|that))?").fullmatch(words):
            self.dropped.add(last)

    def _drop_doubts(self, doubts: Sequence[tuple[int, int]], is_answer: bool) -> None:
        """Drop what may be requests, unless nothing would be left."""
        doubtful = {n for n, c in enumerate(self.clauses) if any(begin <= c.start < end for begin, end in doubts)}
        if is_answer or len(doubtful | self.dropped) < len(self.clauses):
            self.dropped |= doubtful

    def _left(self) -> str:
        """The words that stay, without what is only polite."""
        told = [self.plain[clause.start : clause.end].strip() for clause in self.clauses]
        polite = {n for n, words in enumerate(told) if _POLITE.fullmatch(words)}
        polite |= {0} if told and len(told) > 1 and AGREED.fullmatch(told[0]) else set()
        if self.is_answered:
            polite |= {n for n, words in enumerate(told) if NO_MORE.fullmatch(words)}
        gone = self.dropped | polite
        words = without(self.source, self.clauses, gone)
        if gone or _CIRCLE.search(words):
            words = _CIRCLE.sub("", words).strip(" \t")
        return words.strip("\n") if re.search(r"\w", words) else ""

    def _take_left(self, found: ItemReading, left: str) -> None:
        """What is left answers the question that was lacking, or is the progress."""
        field = self.lacking_field
        if not left or field is None or self.lacking == self.item.programme.form.progress:
            found.text = left
        elif is_none(left, field):
            found.values.setdefault(field.key, field.question.none_word)
        elif field.kind == "text" and field.key not in found.values and not is_about_another(left, self.words, field):
            found.values[field.key] = left[:1].upper() + left[1:]
        elif (
            field.kind == "date"
            and field.key not in found.values
            and (day := day_of(left, field, self.draft, self.situation.today))
        ):
            found.values[field.key] = day
        else:
            found.text = left

    def _is_unsure(self, found: ItemReading, is_asking: bool, left: str, statements: Sequence[Statement]) -> bool:
        """Whether the words may be no answer at all: a question, a word or two, 'yes' to nothing."""
        if INTERJECTION.fullmatch(self.text):
            return True
        if not left:
            return False
        if (
            self.lacking_field is not None
            and self.lacking_field.kind == "text"
            and is_about_another(left, self.words, self.lacking_field)
        ):
            return not found.values
        if self.is_answered and _ORDER.match(left) and not found.values:
            return True
        if left.rstrip().endswith("?") or (self.text.rstrip().endswith("?") and not is_asking):
            return True
        if is_asking or found.values or statements or self.is_named:
            return False
        if REPLIES.match(self.text) or (self.lacking and _NO_CHANGE.fullmatch(left.strip(" .!"))):
            return True
        return self._may_put_right(left) or (len(re.findall(r"[\w'’/]+", left)) < FEW and "\n" not in left)

    def _may_put_right(self, left: str) -> bool:
        """Whether the words may change an answer that is there already, though not by their form."""
        length = len(left.split())
        if self.draft and pattern(r"\bnot\b").search(left) and length < DENIAL:
            return True
        return self.is_answered and length < SHORT and bool(pattern(self.words.status.value).search(left))


def _is_reason(act: Act, left: str) -> bool:
    """Whether the words beside a request are its reason, or say who stands in."""
    if act.do in EXPLAINED and _REASON.match(left):
        return True
    return act.do in (*EXPLAINED, "absence") and _STANDS_IN.match(left) is not None


def _contradicted(statements: Sequence[Statement]) -> set[str]:
    """The fields that are given two values, or one that may be either."""
    plain = [each for each in statements if not each.is_conditional] or statements
    two_values = {
        each.field
        for each in plain
        if not isinstance(each.value, list)
        and any(other.field == each.field and other.value != each.value for other in plain)
    }
    return two_values | {each.field for each in statements if each.value is None}
