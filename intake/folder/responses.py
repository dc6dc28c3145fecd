"""Recorded answers: responses/*.csv or *.xlsx, a row for each item that answered (docs/organisation-folder.md)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.date_cells import read_day, to_day
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Row, Table
from remembrancer.intake.tables.time_cells import read_moment
from remembrancer.problems import Problems
from remembrancer.rules.checked_model import slugify
from remembrancer.rules.programmes.spec import Option, Programme, Question


@dataclass(frozen=True)
class Response:
    """A whole answer. A column that the file lacks is not recorded: its key is absent."""

    ref: str
    answers: dict[str, Any]
    answered_at: datetime | None


def read_responses(
    path: Path,
    programme: Programme,
    refs: Collection[str],
    zone: str,
    problems: Problems,
    spec: TableColumns | None = None,
) -> list[Response]:
    """The rows of one window's file; `programme` has its boards (Programme.with_boards)."""
    file = f"responses/{path.name}"
    table = read_table(path, wanted(programme, "responses"), problems, name=file, spec=spec)
    _note_unknown_columns(table, programme, problems)
    found: list[Response] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        ref = known_ref(row[programme.ref_column], refs)
        if ref not in refs:
            row.wrong(problems, programme.ref_column, "no_such_ref", ref=ref)
        elif seen.setdefault(ref, row.number) != row.number:
            row.wrong(problems, programme.ref_column, "ref_twice", ref=ref, other=seen[ref])
        else:
            answered_at = read_moment(row, "answered_at", zone, problems)
            found.append(Response(ref, read_answers(row, programme, problems), answered_at))
    return found


def wanted(programme: Programme, table: str) -> Wanted:
    """The columns of a file of answers. A question that asks for several dates may have a column for each of them."""
    known = [programme.ref_column, "answered_at"]
    for question in programme.form.questions:
        known += [column_of(question), *_date_columns(question).values()]
    return Wanted(f"{table}.{programme.key}", [programme.ref_column], known)


def column_of(question: Question) -> str:
    return question.column or question.key


def _date_columns(question: Question) -> dict[str, str]:
    """For each option of a question of dates its own column: milestones.go_live."""
    options = question.choices if question.type == "dates" else []
    return {option.key: f"{column_of(question)}.{option.key}" for option in options}


def known_ref(text: str, refs: Collection[str]) -> str:
    """The ref that is meant; 52.0 is what a spreadsheet makes of 52."""
    whole = re.sub(r"\.0+$", "", text)
    return whole if text not in refs and whole in refs else text


def _note_unknown_columns(table: Table, programme: Programme, problems: Problems) -> None:
    """A misspelt header would turn its answers into 'not recorded' without a word."""
    known = wanted(programme, "responses").known
    for column in table.rows[0].cells if table.rows else ():
        if column not in known:
            table.source.note(problems, 1, column, "unknown_column", column=column)


def read_answers(row: Row, programme: Programme, problems: Problems) -> dict[str, Any]:
    """The answers that a row holds, by the questions' keys; a question whose column is absent is absent."""
    answers: dict[str, Any] = {}
    for question in programme.form.questions:
        columns = {key: name for key, name in _date_columns(question).items() if row.has(name)}
        if row.has(column_of(question)):
            answers[question.key] = _value(row, question, problems)
        if columns:
            answers[question.key] = answers.get(question.key, {}) | _dates_apart(row, columns, problems)
    return answers


def _dates_apart(row: Row, columns: Mapping[str, str], problems: Problems) -> dict[str, str]:
    """Dates that have a column each; a blank is no date of that kind."""
    days = {key: read_day(row, name, problems) for key, name in columns.items()}
    return {key: day.isoformat() for key, day in days.items() if day}


def _value(row: Row, question: Question, problems: Problems) -> Any:
    text = row[column_of(question)]
    if question.type == "text":
        return text or question.none_word
    if question.type == "date":
        day = to_day(text, row, column_of(question), problems) if text else None
        return day.isoformat() if day else ""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if question.type == "dates":
        return _dates(row, question, parts, problems)
    chosen = [
        key
        for part in ([text] if question.type == "choice" and text else parts)
        if (key := _option(row, question, part, problems))
    ]
    return (chosen[0] if chosen else "") if question.type == "choice" else chosen


def _dates(row: Row, question: Question, parts: list[str], problems: Problems) -> dict[str, str]:
    column = column_of(question)
    dates: dict[str, str] = {}
    for part in parts:
        word, _, text = part.partition("=")
        key = _option(row, question, word.strip(), problems)
        day = to_day(text.strip(), row, column, problems) if text.strip() else None
        if not text.strip() and not question.date_optional:
            row.wrong(problems, column, "date_missing", word=word.strip())
        if key in dates:
            row.wrong(problems, column, "kind_twice", word=word.strip())
        if key:
            dates[key] = day.isoformat() if day else ""
    return dates


def _option(row: Row, question: Question, text: str, problems: Problems) -> str | None:
    option = find_option(question, text)
    if option is None:
        words = "; ".join(option.word for option in question.choices)
        row.wrong(problems, column_of(question), "no_such_option", text=text, words=words)
    return option.key if option else None


def find_option(question: Question, text: str) -> Option | None:
    """The option that the text names: by its key or its word, whatever the case and punctuation."""
    wanted = slugify(text)
    return next((o for o in question.choices if wanted in (slugify(o.word), o.key)), None)
