"""Finds what a text plainly states of a programme's fields: 'on track', 'go live moved from 31 March to 30 June'.

A statement begins its clause, its value follows at once, and it is neither denied, conditional nor a question. All else
in the text is the person's account, and sets nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from remembrancer.bot.language.clauses import Clause, sentence_of
from remembrancer.bot.language.dates import pattern
from remembrancer.bot.language.field_statements import FieldReader, Statement
from remembrancer.bot.language.message_text import STRAIGHT
from remembrancer.bot.language.statement_patterns import (
    CLAUSE_FOLLOWS,
    CONDITION,
    LETTERS,
    NOT_SO,
    NOT_SURE,
    OF_A_PART,
    POLITE_TAIL,
    PREFIX,
    PRONOUN,
    STATUS_DENIED,
    STATUS_FOLLOWED,
    expression,
    polite_end,
    value_of,
)
from remembrancer.bot.language.vocabulary import Field, Vocabulary

_SEPARATOR = re.compile(r"[ \t,]*(?:and[ \t]+)?")
_CONJUNCTION = re.compile(r"\s(?:but|so|and|although|though)\s+", re.IGNORECASE)
_LISTED = r"(?:\s*[:=]\s*|\s+[-–—]\s+|\s*\n\s*|\s+(?:(?:are|is|the)\s+)*)(?:[-*•·▪]\s+)?"
"""What stands between the label of a list and its first option."""
_LIST_TAIL = re.compile(rf"(?: issues?)?{POLITE_TAIL}", re.IGNORECASE)
_STATEMENT_TAIL = re.compile(rf"[.\s]*{POLITE_TAIL}", re.IGNORECASE)
_BETWEEN_OPTIONS = r"\s*(?:,|;|&|/|\+|\band\b|\n\s*[-*•·▪]\s+)+\s*(?:(?:and|the)\s+)*"


class StatementReader:
    """Reads one text in the words of one programme. `last` are last time's answers, for 'the same as last'."""

    def __init__(
        self,
        words: Vocabulary,
        text: str,
        clauses: Sequence[Clause],
        title: str = "",
        last: Mapping[str, Any] | None = None,
        is_amending: bool = False,
        is_named: bool = False,
    ) -> None:
        self.words, self.clauses, self.is_named = words, clauses, is_named
        self.fields = FieldReader(words, text, clauses, last or {}, is_amending)
        self.plain = self.fields.plain
        name = rf"(?:{re.escape(title.translate(STRAIGHT))}\s+)?" if title else ""
        self.prefix = re.compile(PREFIX + name + PREFIX, re.IGNORECASE)

    def statements(self, lacking: str | None = None) -> list[Statement]:
        """Every statement, in order; for the list question that is `lacking`, its options alone are one."""
        found: list[Statement] = []
        index = 0
        while index < len(self.clauses):
            new = self._in_clause(index, found, lacking)
            found += new
            end = new[-1].end if new else self.clauses[index].end
            index = next((n for n, each in enumerate(self.clauses) if each.start >= end), len(self.clauses))
        return self._joined([self._judged(each) for each in found])

    def _joined(self, found: list[Statement]) -> list[Statement]:
        """With those whole that take up a clause together: 'go live 2 May and decision 3 May'."""
        for first in range(len(found)):
            last = first
            while last + 1 < len(found) and self._is_joint(found[last].end, found[last + 1].start):
                last += 1
            run = found[first : last + 1]
            begins = any(clause.start == run[0].start for clause in self.clauses)
            if len(run) > 1 and begins and self.fields.is_clause_end(run[-1].end) and all(e.is_plain for e in run):
                found[first : last + 1] = [replace(each, is_whole=not each.is_conditional) for each in run]
        return found

    def _is_joint(self, end: int, start: int) -> bool:
        """Whether nothing but a space or 'and' stands between two places of one clause."""
        between = pattern(r"[ \t]*(?:and[ \t]+)?").fullmatch(self.plain[end:start])
        return between is not None and not any(clause.start == start for clause in self.clauses)

    def _in_clause(self, index: int, before: Sequence[Statement], lacking: str | None) -> list[Statement]:
        """The statements that begin a clause, one right after the other, and one after its 'but' or 'and'."""
        clause = self.clauses[index]
        may_list = bool(lacking) or self._only_statements_before(index, before)
        found: list[Statement] = []
        place = clause.start
        while place < clause.end:
            at = self._after_prefix(place)
            last = [*before, *found][-1:]
            statement = self._at(at, index, may_list or bool(found), lacking, *last)
            if statement is None and at > place:
                statement = self._at(place, index, may_list or bool(found), lacking, *last)
            if statement is None or (found and self._is_of_the_same_subject(found[-1].end, statement)):
                break
            found.append(self._told(statement, statement.start if found else place))
            more = _SEPARATOR.match(self.plain, statement.end)
            place = more.end() if more else statement.end
        later = self._after_conjunction(place, clause.end)
        return [*found, later] if later else found

    def _is_of_the_same_subject(self, end: int, statement: Statement) -> bool:
        """Whether 'and ends 12 November' goes on about what was named before it, and is no end date of the item."""
        joint, words = self.plain[end : statement.start], self.plain[statement.start : statement.end]
        return bool(pattern(r"\band\b").search(joint) and re.match(r"(?:\w+s|\w+ing)\s+\S*\d", words))

    def _after_prefix(self, place: int) -> int:
        prefix = self.prefix.match(self.plain, place)
        return prefix.end() if prefix else place

    def _told(self, statement: Statement, start: int) -> Statement:
        """The statement with the words from `start` on that stand before it, which may tell more than it does."""
        words = self.plain[start : statement.start]
        is_told = statement.field != self.words.status.key and pattern(r"\b(?:we|i)\b").search(words)
        is_told = is_told or pattern(r"(?:but|so|although|though)\b").match(words)
        return replace(statement, start=start, is_plain=statement.is_plain and not is_told)

    def _after_conjunction(self, place: int, end: int) -> Statement | None:
        """The status after the first 'but' or 'and' that has one; after 'and', other words must lead to it."""
        for conjunction in _CONJUNCTION.finditer(self.plain, place, end):
            at = self._after_prefix(conjunction.end())
            if conjunction[0].strip().lower() != "and" or at > conjunction.end():
                statement = self._status(at)
                if statement is not None:
                    return statement
        return None

    def _only_statements_before(self, index: int, before: Sequence[Statement]) -> bool:
        """Whether a status was said, and in the sentence so far nothing but statements stands."""
        first, _ = sentence_of(self.clauses, index)
        return bool(before) and all(
            any(each.start <= clause.start and clause.end <= each.end + 1 for each in before)
            for clause in self.clauses[first:index]
        )

    def _at(
        self, at: int, index: int, may_list: bool, lacking: str | None, before: Statement | None = None
    ) -> Statement | None:
        """The longest statement that begins just there; options without a label only where nothing else does."""
        stated = (
            self._status(at),
            self._letter(at),
            self.fields.labelled(at, before),
            self._listed(at),
            self.fields.introduced(at),
            self.fields.number(at, index),
            self.fields.chosen(at),
        )
        found = [each for each in stated if each is not None]
        if found:
            return max(found, key=lambda each: (each.end, each.value is not None))
        return self._bare_list(at, lacking) if may_list else None

    def _status(self, at: int) -> Statement | None:
        field = self.words.status
        match = expression(field.value, is_status=True).match(self.plain, at)
        if match is None or (match.lastgroup == "rest" and not pattern(field.value).match(match["rest"])):
            return None
        listed = rf"\s*,\s*(?:and\s+)?{field.value}\s*(?:,|and|or|&)\s*{field.value}"
        if pattern(listed).match(self.plain, match.end()):
            return None  # 'red, amber and green stickers'
        more = pattern(rf"\s*(?:/|\bor\b)\s*{field.value}").match(self.plain, match.end())
        if more:
            return Statement(field.key, None, at, more.end())
        value = value_of(match, field)
        end = polite_end(self.plain, match.end())
        if self.fields.is_clause_end(end):
            return Statement(field.key, value, at, end)
        if STATUS_DENIED.match(self.plain, match.end()) or self._is_of_a_part(match.end()):
            return Statement(field.key, value, at, match.end(), is_conditional=True)
        if CLAUSE_FOLLOWS.match(match[0]) and PRONOUN.match(self.plain, match.end()):
            return None
        return Statement(field.key, value, at, match.end()) if self._may_go_on(match.end()) else None

    def _is_of_a_part(self, at: int) -> bool:
        """Whether a status is said of a part, and something else of the rest: 'on track for phase 1'."""
        end = next((clause.end for clause in self.clauses if clause.end >= at), len(self.plain))
        part = OF_A_PART.replace("<status>", self.words.status.value)
        return pattern(part).match(self.plain[at:end] + " ") is not None

    def _may_go_on(self, at: int) -> bool:
        """Whether a status may end there: its clause ends, or goes on with the reason or with another field."""
        return bool(self.fields.is_clause_end(at) or STATUS_FOLLOWED.match(self.plain, at) or self._begins_another(at))

    def _begins_another(self, at: int) -> bool:
        """Whether another field follows at once, 'on track go live now 31 March', or 'and' with what is no status."""
        space = re.compile(r"[ \t]+").match(self.plain, at)
        if space is None:
            return False
        place = space.end()
        if pattern(rf"and\s+(?!{self.words.status.value})\w").match(self.plain, place):
            return True
        found = self.fields.labelled(place) or self._listed(place) or self.fields.introduced(place)
        return (found or self._bare_list(place, None)) is not None

    def _letter(self, at: int) -> Statement | None:
        """'R', 'A' or 'G': alone in its sentence, or after what names the status."""
        match = re.compile(r"([RAGB])(?!\w|/)").match(self.plain, at)
        if match is None or not self.fields.is_clause_end(match.end()):
            return None
        named = pattern(r"(?:rag|status|delivery)(?: is|:| =|=)?\s*\Z").search(self.plain[:at])
        is_first = self.is_named and at == self.clauses[0].start
        line = self.plain[self.plain.rfind("\n", 0, at) + 1 : (self.plain + "\n").index("\n", at)]
        if not named and not is_first and line.strip(" .!") != match[1]:
            return None
        value = self.words.status.parse(LETTERS[match[1]], False)
        return Statement(self.words.status.key, value, at, match.end()) if value else None

    def _listed(self, at: int) -> Statement | None:
        """A label and nothing but options."""
        for field in self.words.fields:
            if field.kind == "list":
                label = pattern(field.label + _LISTED).match(self.plain, at)
                listed = self._options(field, label.end()) if label else None
                if listed:
                    return replace(listed, start=at)
        return None

    def _bare_list(self, at: int, lacking: str | None) -> Statement | None:
        """Options alone, to the end of their sentence."""
        for field in self.words.fields:
            if field.kind != "list" or (lacking and lacking != field.key):
                continue
            listed = self._options(field, at)
            if listed and (lacking or not self._is_shared(field, listed)) and self._ends_sentence(listed.end):
                return listed
        return None

    def _is_shared(self, field: Field, listed: Statement) -> bool:
        """Whether another list or the boards have one of these options too."""
        others = [each for each in self.words.fields if each.kind in ("list", "board")]
        return any(
            each.question.option(key) for key in listed.value for each in others if each.question is not field.question
        )

    def _options(self, field: Field, at: int) -> Statement | None:
        """Nothing but options, to the end of their clause, where no more of the list follows."""
        listed = rf"(?:the\s+)?{field.value}(?:{_BETWEEN_OPTIONS}{field.value})*"
        match = pattern(listed).match(self.plain, at)
        tail = _LIST_TAIL.match(self.plain, match.end()) if match else None
        if match is None or tail is None or not self.fields.is_clause_end(tail.end()):
            return None
        following = next((n for n, clause in enumerate(self.clauses) if clause.start >= tail.end()), None)
        if following is not None and not self.clauses[following - 1].ends_sentence and not self._states(following):
            return None
        keys = [field.parse(each[0], False) for each in pattern(field.value).finditer(match[0])]
        return Statement(field.key, list(dict.fromkeys(key for key in keys if key)), at, tail.end())

    def _states(self, index: int) -> bool:
        """Whether a clause begins with a statement of another kind."""
        at = self._after_prefix(self.clauses[index].start)
        found = self._status(at) or self._letter(at) or self.fields.labelled(at) or self.fields.introduced(at)
        return (found or self.fields.number(at, index) or self.fields.chosen(at)) is not None

    def _ends_sentence(self, place: int) -> bool:
        index = next((n for n, clause in enumerate(self.clauses) if clause.end >= place), None)
        if index is None or self.clauses[index].ends_sentence:
            return True
        return index + 1 < len(self.clauses) and self._states(index + 1)

    def _judged(self, statement: Statement) -> Statement:
        """With whether it takes up its clauses, and whether a condition or a question takes it back."""
        first = next(n for n, clause in enumerate(self.clauses) if clause.end > statement.start)
        last = next((n for n, clause in enumerate(self.clauses) if clause.end >= statement.end), len(self.clauses) - 1)
        tail = _STATEMENT_TAIL.match(self.plain, statement.end)
        is_conditional = statement.is_conditional or self._is_taken_back(statement, first, last)
        is_whole = (
            statement.is_plain
            and not is_conditional
            and self.clauses[first].start == statement.start
            and (tail.end() if tail else statement.end) >= self.clauses[last].end
        )
        return replace(statement, is_whole=is_whole, is_conditional=is_conditional)

    def _others_say(self, before: Sequence[str], value: Any) -> bool:
        """Whether the sentence began with how somebody else sees it: 'Stephen reckons amber, I'd call it green'."""
        status = self.words.status
        said = [
            each
            for words in before
            for each in pattern(
                rf"\b(?:reckons?|thinks?|says?|said|believes?|has it (?:as|at))\b.*?(?P<v>{status.value})"
            ).finditer(words)
        ]
        return any(status.parse(each["v"], False) not in (None, value) for each in said)

    def _span(self, index: int) -> tuple[int, int]:
        return self.clauses[index].start, self.clauses[index].end

    def _is_taken_back(self, statement: Statement, first: int, last: int) -> bool:
        """Whether its sentence is a question, or has a condition before or after its clauses `first` to `last`."""
        begin, finish = sentence_of(self.clauses, first)
        asks = pattern(r"(?:is|are)\s+(?:it|this|that|we|the|they)\b").match(self.plain[statement.start :])
        if asks or ("?" in self.clauses[finish].gap and sentence_of(self.clauses, last)[1] == finish):
            return True
        before = [self.plain[clause.start : clause.end] for clause in self.clauses[begin:first]]
        after = self.plain[statement.end : self.clauses[last].end]
        following = self.plain[self.clauses[last + 1].start :] if last < finish else ""
        if statement.field == self.words.status.key and self._others_say(before, statement.value):
            return True
        has_condition = any(CONDITION.match(each) for each in (*before, after, following))
        is_followed = last < finish and NOT_SURE.fullmatch(self.plain, *self._span(last + 1))
        if is_followed and not self.plain[statement.end : self.clauses[last].end].strip():
            return True
        if statement.field != self.words.status.key and NOT_SO.match(self.plain, statement.end):
            return True
        return has_condition or pattern(r"or\b").match(following) is not None
