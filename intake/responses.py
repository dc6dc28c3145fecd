"""Recorded answers: responses/*.csv, a row for each item that answered (docs/organisation-folder.md)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from intake.problems import Problems
from intake.tables import Row, read_table, to_day
from rules.programme import Option, Programme, Question, slugify


@dataclass(frozen=True)
class Response:
    """A whole answer. A column that the file lacks is not recorded: its key is absent."""

    ref: str
    answers: dict[str, Any]
    answered_at: datetime | None


def read_responses(
    path: Path, programme: Programme, refs: Collection[str], zone: str, problems: Problems
) -> list[Response]:
    """The rows of one window's file; `programme` has its boards (Programme.with_boards)."""
    file = f"responses/{path.name}"
    found: list[Response] = []
    seen: dict[str, int] = {}
    rows = read_table(path, (programme.ref_column,), problems, name=file)
    _note_unknown_columns(file, rows, programme, problems)
    for row in rows:
        ref = row[programme.ref_column]
        if ref not in refs:
            problems.add(file, row.number, programme.ref_column, "no_such_ref", ref=ref)
        elif seen.setdefault(ref, row.number) != row.number:
            problems.add(file, row.number, programme.ref_column, "ref_twice", ref=ref, other=seen[ref])
        else:
            found.append(Response(ref, _answers(row, programme, problems), _answered_at(row, zone, problems)))
    return found


def _note_unknown_columns(file: str, rows: Sequence[Row], programme: Programme, problems: Problems) -> None:
    """A misspelt header would turn its answers into 'not recorded' without a word."""
    known = {question.column or question.key for question in programme.form.questions}
    for column in rows[0].cells if rows else ():
        if column not in known | {programme.ref_column, "answered_at"}:
            problems.note(file, 1, column, "unknown_column", column=column)


def _answers(row: Row, programme: Programme, problems: Problems) -> dict[str, Any]:
    return {
        question.key: _value(row, question, problems)
        for question in programme.form.questions
        if row.has(question.column or question.key)
    }


def _value(row: Row, question: Question, problems: Problems) -> Any:
    text = row[question.column or question.key]
    if question.type == "text":
        return text or question.none_word
    if question.type == "date":
        day = to_day(text, row.file, row.number, question.column or question.key, problems) if text else None
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
    column = question.column or question.key
    dates: dict[str, str] = {}
    for part in parts:
        word, _, text = part.partition("=")
        key = _option(row, question, word.strip(), problems)
        day = to_day(text.strip(), row.file, row.number, column, problems) if text.strip() else None
        if not text.strip() and not question.date_optional:
            problems.add(row.file, row.number, column, "date_missing", word=word.strip())
        if key in dates:
            problems.add(row.file, row.number, column, "kind_twice", word=word.strip())
        if key:
            dates[key] = day.isoformat() if day else ""
    return dates


def _option(row: Row, question: Question, text: str, problems: Problems) -> str | None:
    option = find_option(question, text)
    if option is None:
        words = "; ".join(option.word for option in question.choices)
        problems.add(row.file, row.number, question.column or question.key, "no_such_option", text=text, words=words)
    return option.key if option else None


def find_option(question: Question, text: str) -> Option | None:
    """The option that the text names: by its key or its word, whatever the case and punctuation."""
    wanted = slugify(text)
    return next((o for o in question.choices if wanted in (slugify(o.word), o.key)), None)


def _answered_at(row: Row, zone: str, problems: Problems) -> datetime | None:
    text = row["answered_at"]
    if not text:
        return None
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text):
        problems.add(row.file, row.number, "answered_at", "not_a_moment", text=text)
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problems.add(row.file, row.number, "answered_at", "not_a_moment", text=text)
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
