"""A type of question that is new is one class: it is read, checked, asked, understood, counted and told of at once."""

import re
from datetime import date
from typing import Any

import pytest

from remembrancer.bot.language.reader import read
from remembrancer.bot.language.situation import AskedItem, Situation
from remembrancer.bot.returns.answer_form import read_fields
from remembrancer.intake.folder.responses import read_answers
from remembrancer.intake.tables.rows import Row, Source
from remembrancer.problems import Problems
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.programmes import spec
from remembrancer.rules.programmes.answers import Circumstances, complete, wrongs
from remembrancer.rules.programmes.field_types import QUESTION_TYPES
from remembrancer.rules.programmes.field_types.base import AnswerCell, QuestionType
from remembrancer.rules.programmes.figures import Period, Told, figures

WHOLE_NUMBER = re.compile(r"\d+")


class WholeNumber(QuestionType):
    """A number of something. A value is its digits."""

    input = "short"
    spoken = "number"

    def check(self, value: Any, required: bool, last: Any = None) -> str:
        return super().check(value, required, last) or ("unreadable" if value and len(value) > 6 else "")

    def in_words(self, value: Any) -> list[list[str]]:
        return [[f"{int(value):,}"]]

    def from_field(self, value: Any) -> str | None:
        text = str(value or "").strip()
        return text if not text or WHOLE_NUMBER.fullmatch(text) else None

    def from_cell(self, cell: AnswerCell) -> str:
        if cell.text and self.from_field(cell.text) is None:
            cell.wrong("not_a_day", text=cell.text)
            return ""
        return cell.text


DEFINITION: dict[str, Any] = {
    "key": "libraries",
    "title": "Libraries",
    "item_word": "library",
    "items_word": "libraries",
    "form": {
        "status": "open",
        "progress": "progress",
        "no_change_if": [],
        "questions": [
            {
                "key": "open",
                "label": "Open",
                "ask": "Is it open?",
                "type": "choice",
                "options": [{"key": "yes", "word": "Open"}, {"key": "no", "word": "Shut"}],
            },
            {"key": "progress", "label": "Progress", "ask": "What has happened?", "type": "text"},
            {
                "key": "visits",
                "label": "Visits",
                "ask": "How many visits?",
                "type": "whole_number",
                "required": True,
                "said_as": ["visits"],
            },
        ],
    },
    "chase": {"steps": [], "late_working_days": 0},
    "figures": {"visits": {"measure": "with_or_without", "of": "visits"}},
    "digest": [],
}


@pytest.fixture
def programme(monkeypatch: pytest.MonkeyPatch) -> spec.Programme:
    """A programme that asks for a number."""
    monkeypatch.setitem(QUESTION_TYPES, "whole_number", WholeNumber)
    return spec.Programme.model_validate(DEFINITION)


def test_a_form_asks_for_it_and_reads_it(programme: spec.Programme) -> None:
    field = programme.question("visits").kind.form_field("1200")
    assert (field.type, field.value, field.has_input) == ("short", "1200", True)
    assert read_fields(programme, {"visits": " 1250 "}) == ({"visits": "1250"}, {})
    assert read_fields(programme, {"visits": "many"})[1] == {
        "visits": "Visits could not be read; please choose or write it again."
    }


def test_a_table_gives_it_and_what_is_none_is_a_problem(programme: spec.Programme) -> None:
    problems = Problems()
    given = [read_answers(Row(Source("q1.csv", problems), 2, {"visits": text}), programme) for text in ("1250", "lots")]
    assert given == [{"visits": "1250"}, {"visits": ""}]
    assert [(problem.row, problem.column) for problem in problems.found] == [(2, "visits")]


def test_it_is_understood_in_free_text_beside_the_rest(programme: spec.Programme) -> None:
    situation = Situation(date(2019, 9, 6), (AskedItem("L1", "", programme),))
    [said] = read("open, visits 1250. The roof is mended", situation).items
    assert (said.values, said.text) == ({"open": "yes", "visits": "1250"}, "The roof is mended")


def test_of_two_values_neither_is_taken_and_the_words_stay(programme: spec.Programme) -> None:
    situation = Situation(date(2019, 9, 6), (AskedItem("L1", "", programme),))
    [said] = read("Visits 1250. Visits 1300", situation).items
    assert (said.values, said.text) == ({}, "Visits 1250. Visits 1300")


@pytest.mark.parametrize(("visits", "why"), [("", ["required"]), ("1250", []), ("12345678", ["unreadable"])])
def test_it_is_checked(programme: spec.Programme, visits: str, why: list[str]) -> None:
    assert [wrong.why for wrong in wrongs(programme, Circumstances({"visits": visits}))] == why


def test_it_is_stored_told_of_and_counted(programme: spec.Programme) -> None:
    question = programme.question("visits")
    assert complete(programme, Circumstances({"visits": "1250"})) == {"open": "", "progress": "", "visits": "1250"}
    assert [in_words(question, value) for value in ("1250", "")] == ["1,250", "not given"]
    returns = [Told("1", {}, {"visits": "1250"}), Told("2", {}, {"visits": ""})]
    counted = {"with": 1, "of": 2, "percent": 50, "without": ["2"]}
    assert figures(programme, Period(returns, 2019), None) == {"visits": counted}


def test_a_type_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="Input should be 'choice', 'choices', 'text', 'date', 'dates' or 'number'"):
        spec.Programme.model_validate(DEFINITION)
