"""Reads what a text states of one field after its label, 'go live 31 March', or by a number that stands alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remembrancer.bot.language.clauses import Clause, sentence_of
from remembrancer.bot.language.dates import pattern
from remembrancer.bot.language.message_text import STRAIGHT
from remembrancer.bot.language.statement_patterns import (
    AGAINST,
    AND_ALSO,
    NOT_SO,
    NUMBER_FOLLOWED,
    OTHER_VALUE,
    PART_OF_WHOLE,
    PLAIN_JOINT,
    SAME_AGAIN,
    UNDATED,
    expression,
    introduction,
    labelled_expression,
    polite_end,
    tells_past,
    tight_label,
    value_of,
)
from remembrancer.bot.language.vocabulary import Field, Vocabulary
from remembrancer.rules.programmes.spec import Question

_BULLET = re.compile(r"[ \t]*[-*•·▪◦–][ \t]+")
_BULLETS = re.compile(rf"{_BULLET.pattern}\S[^\n]*(?:\n{_BULLET.pattern}\S[^\n]*)*")


@dataclass(frozen=True)
class Statement:
    """That a field has a value, and where the text says so. `is_whole`: the words between say nothing else.

    `value` is None where the words say that several values may be meant.
    """

    field: str
    value: Any
    start: int
    end: int
    is_whole: bool = False
    is_conditional: bool = False
    is_plain: bool = True
    """Whether no verb tells more than that it is so: 'taken', 'slipped from'."""


class FieldReader:
    """Reads the fields that one text states at a place. `last` are last time's answers, for 'the same as last'."""

    def __init__(
        self, words: Vocabulary, text: str, clauses: Sequence[Clause], last: Mapping[str, Any], is_amending: bool
    ) -> None:
        self.words, self.text, self.clauses, self.last, self.is_amending = words, text, clauses, last, is_amending
        self.plain = text.translate(STRAIGHT)

    def is_clause_end(self, place: int) -> bool:
        """Whether nothing more is said in the clause after this place."""
        if not self.plain[place:].strip():
            return True
        return any(clause.end <= place <= clause.end + len(clause.gap.rstrip()) for clause in self.clauses)

    def labelled(self, at: int, before: Statement | None = None) -> Statement | None:
        """The longest of what begins just there with a label: a date, a number or a board, by the statement before."""
        found: Statement | None = None
        for field in self.words.fields:
            if field.kind not in ("date", "number", "board"):
                continue
            statement = self._board(field, at, before) if field.kind == "board" else self._value(field, at)
            if statement is not None and (found is None or statement.end > found.end):
                found = statement
        return found

    def _value(self, field: Field, at: int) -> Statement | None:
        """A label and its value: 'go live 31 March 2027', 'likelihood down to 3', 'value the same as last'."""
        is_number = field.kind == "number"
        label = pattern(field.label).match(self.plain, at)
        if label is None and is_number:
            label = tight_label(field.question).match(self.plain, at)
        if label is None:
            return None
        same = SAME_AGAIN.match(self.plain, label.end()) if is_number else None
        if same and self.last.get(field.key) is not None:
            return Statement(field.key, self.last[field.key], at, same.end())
        match = labelled_expression(field.value, is_number).match(self.plain, label.end())
        if match is None or (is_number and not self._ends_number(match.end())):
            return None
        if OTHER_VALUE.match(self.plain, match.end()) and not self.is_clause_end(match.end()):
            return Statement(field.key, None, at, match.end())
        return self._after_label(field, label, match)

    def _after_label(self, field: Field, label: re.Match[str], match: re.Match[str]) -> Statement | None:
        """The value that was matched after a label, by what the verbs between them tell."""
        joint = self.plain[label.end() : match.start(match.lastgroup or 0)]
        value = value_of(match, field, tells_past(label[0] + joint, joint))
        if value is None or value == "":
            return None
        is_denial = match.lastgroup == "rest"
        if is_denial and NOT_SO.match(self.plain, match.end("denied")):
            return Statement(field.key, value, label.start(), match.end("denied"), is_conditional=True)
        if is_denial and not self.is_amending and not pattern(field.value).fullmatch(match["rest"].strip()):
            return Statement(field.key, value, label.start(), match.end("denied"), is_plain=False)
        tells_no_more = (
            PLAIN_JOINT.fullmatch(joint) is not None
            and match.lastgroup != "moved"
            and not pattern(r"went\b").match(label[0])
        )
        is_plain = tells_no_more or field.kind == "number" or (is_denial and self.is_amending)
        return Statement(field.key, value, label.start(), match.end(), is_plain=is_plain)

    def _ends_number(self, at: int) -> bool:
        """Whether nothing is counted by the number that ends there: 'L3 switch', 'impact on 4 schools'."""
        if self.is_clause_end(at) or OTHER_VALUE.match(self.plain, at) or NUMBER_FOLLOWED.match(self.plain, at):
            return True
        space = re.compile(r"[ \t]+").match(self.plain, at)
        return space is not None and self.labelled(space.end()) is not None

    def _board(self, field: Field, at: int, before: Statement | None) -> Statement | None:
        """A board that it will be reported to, with its date or, after words that say so or another board, without."""
        question = field.question
        reported = "|".join(map(re.escape, (question.label, *question.said_as)))
        said = pattern(rf"(?:{reported})\s*[:-]?\s*(?:the )?").match(self.plain, at)
        board = pattern(field.label).match(self.plain, said.end() if said else at)
        if board is None:
            return None
        when = re.compile(rf"(?:\s+(?:meeting|on|in)\b)*\s*(?P<v>{field.value})", re.IGNORECASE)
        dated = when.match(self.plain, board.end())
        if dated and not OTHER_VALUE.match(self.plain, dated.end()):
            value = field.parse(dated["v"], False)
            return Statement(field.key, value, at, dated.end()) if value else None
        if dated or (said is None and not self._is_listed_after(before, question, at)):
            return None
        undated = UNDATED.match(self.plain, board.end())
        end = undated.end() if undated else board.end()
        return Statement(field.key, "", at, end) if self.is_clause_end(end) or self._names_a_board(end) else None

    def _is_listed_after(self, before: Statement | None, question: Question, at: int) -> bool:
        """Whether 'and' or a comma alone stands between another board of the same question and this place."""
        if before is None or not any(
            each.key == before.field and each.question is question for each in self.words.fields
        ):
            return False
        return AND_ALSO.fullmatch(self.plain, before.end, at) is not None

    def _names_a_board(self, at: int) -> bool:
        """Whether 'and' follows with a further board."""
        joint = AND_ALSO.match(self.plain, at)
        boards = (field for field in self.words.fields if field.kind == "board")
        return joint is not None and any(pattern(field.label).match(self.plain, joint.end()) for field in boards)

    def number(self, at: int, index: int) -> Statement | None:
        """A number alone in its clause, with its unit; or a part of a whole: '900 of 1,454'."""
        if at != self.clauses[index].start or not self._is_no_list(index):
            return None
        for field in self.words.fields:
            if field.kind == "number":
                found = self._part_of_whole(field, at) or self._alone(field, at)
                if found is not None:
                    return found
        return None

    def _is_no_list(self, index: int) -> bool:
        """Whether a number is no part of a list: 'rounds 4, 7 and 12'. Statements may stand before it."""
        clause = self.clauses[index]
        return all(
            not re.fullmatch(r".*\d", self.plain[each.start : each.end]) or "%" in self.plain[each.start : clause.end]
            for each in self.clauses[sentence_of(self.clauses, index)[0] : index]
        )

    def _part_of_whole(self, field: Field, at: int) -> Statement | None:
        pair = PART_OF_WHOLE.match(self.plain, at) if field.question.out_of else None
        if pair is None or not self.is_clause_end(pair.end()):
            return None
        return Statement(f"{field.key}/{field.question.out_of}", (pair["n"], pair["d"]), at, pair.end())

    def _alone(self, field: Field, at: int) -> Statement | None:
        match = expression(field.value).match(self.plain, at) if field.question.alone else None
        if match is None or re.fullmatch(r"(?:19|20)\d\d", match[0].strip()):
            return None
        value = value_of(match, field)
        if value is None or value == "":
            return None
        if AGAINST.match(self.plain, match.end()):
            return Statement(field.key, value, at, match.end())
        end = polite_end(self.plain, match.end())
        return Statement(field.key, value, at, end) if self.is_clause_end(end) else None

    def chosen(self, at: int) -> Statement | None:
        """A label and one option: 'On the forward plan: yes'."""
        for field in self.words.fields:
            if field.kind == "choice":
                said = rf"{field.label}(?:\s*[:=]\s*|\s+[-–—]\s+|\s+(?:is\s+)?)(?P<v>{field.value})"
                match = pattern(said).match(self.plain, at)
                if match and self.is_clause_end(match.end()):
                    return Statement(field.key, field.parse(match["v"], False), at, match.end())
        return None

    def introduced(self, at: int) -> Statement | None:
        """'Label: words', or words that introduce them, to the end of the sentence or the next label."""
        found: Statement | None = None
        for field in self.words.fields:
            if field.kind != "text" or field.key == self.words.programme.form.progress:
                continue
            none = (
                pattern(rf"{field.label} (?:none|nil|n/a)").match(self.plain, at) if field.question.none_word else None
            )
            if none and self.is_clause_end(none.end()):
                return Statement(field.key, field.question.none_word, at, none.end())
            start = introduction(field).match(self.plain, at)
            if start is None or (found and found.end > start.end()):
                continue
            end = self._bullets_end(start) or next(
                (each.end for n, each in enumerate(self.clauses) if each.end > start.end() and self._ends_text(n)),
                len(self.text),
            )
            words = self.text[start.end() : end].strip(" ,;")
            if re.search(r"\w", words):
                found = Statement(field.key, words, at, end)
        return found

    def _bullets_end(self, start: re.Match[str]) -> int | None:
        """Where a list of bullets under a label ends; None where none follows, or a bullet has its own label."""
        listed = _BULLETS.match(self.plain, start.end()) if "\n" in start[0] else None
        if listed is None:
            return None
        labels = [introduction(field) for field in self.words.fields if field.kind == "text"]
        bullets = [_BULLET.sub("", line) for line in listed[0].split("\n")]
        return None if any(label.match(each) for label in labels for each in bullets) else listed.end()

    def _ends_text(self, index: int) -> bool:
        """Whether a text that was introduced ends with this clause."""
        if index + 1 == len(self.clauses) or re.search(r"[.!?\n]", self.clauses[index].gap):
            return True
        following = self.clauses[index + 1].start
        return any(
            introduction(field).match(self.plain, following) for field in self.words.fields if field.kind == "text"
        )
