"""The answer's form as it is shown and read: what is asked, what is wrong, and what was understood, played back."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from remembrancer.cards.answer_preview import circumstances, steering
from remembrancer.models import Return
from remembrancer.models.message import Choice, Form, FormField
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.programmes.answers import Circumstances, all_hold, empty, is_asked, is_required, moved_dates
from remembrancer.rules.programmes.spec import Programme, Question
from remembrancer.services.context import Context
from remembrancer.wording import render, say, short_day


def read_fields(programme: Programme, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A form's fields as answers, and the sentence for each that cannot be read."""
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in programme.form.questions:
        if question.key in fields:
            value = _read(question, fields[question.key])
            if value is None:
                errors[question.key] = say("errors.unreadable", label=question.label)
            else:
                answers[question.key] = value
    return answers, errors


def _read(question: Question, value: Any) -> Any:
    """A value in its question's shape; None where it cannot be one."""
    if question.type == "text":
        return re.sub(r"\r\n?", "\n", str(value or "")).strip()
    if question.type == "date":
        return value or "" if _is_day(value or "") else None
    if question.type == "choice":
        return value or "" if not value or question.option(value) else None
    if question.type == "choices":
        return [key for key in value if question.option(key)] if isinstance(value, list) else None
    if not isinstance(value, Mapping) or not all(_is_day(day or "") for day in value.values()):
        return None
    return {key: day or "" for key, day in value.items() if question.option(key) and (day or question.date_optional)}


def _is_day(text: str) -> bool:
    if not text:
        return True
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def answer_form(
    context: Context,
    ret: Return,
    answers: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    typed: Mapping[str, Any] | None = None,
) -> Form:
    """The form as it should be now: what is asked, prefilled, each error beside its field.

    `typed` is shown where it could not be read as an answer. The form's value names the version it starts from.
    """
    item, window = context.item(ret), context.window(ret)
    programme = context.programme(window)
    judged = circumstances(context, ret, answers)
    errors = errors or {}
    return Form(
        action="answer",
        value=f"{ret.id}.{ret.versions}",
        title=f"{item.ref} – {item.title}",
        intro=render(
            "messages/form_intro.md", programme=programme, window=window, ret=ret, zone=context.person.time_zone
        ),
        fields=tuple(
            _field(programme, question, judged, errors.get(question.key, ""), typed or {})
            for question in programme.form.questions
            if is_asked(programme, question, judged)
        ),
        submit=say("buttons.send"),
        notice=say("forms.look_again", count=len(errors)) if errors and not notice else notice,
    )


def _field(
    programme: Programme, question: Question, judged: Circumstances, error: str, typed: Mapping[str, Any]
) -> FormField:
    before = judged.last.get(question.key)
    moved = moved_dates(question, judged.answers, judged.last) if question.type == "dates" else {}
    return FormField(
        key=question.key,
        label=question.label,
        ask=question.ask,
        hint=question.hint,
        type=question.type,
        choices=tuple(Choice(key=o.key, word=o.word, symbol=o.symbol) for o in _offered(question, judged)),
        value=judged.answers.get(question.key) or (error and typed.get(question.key)) or empty(question),
        required=is_required(programme, question, judged),
        steers=question.key in steering(programme),
        date_optional=question.date_optional,
        error=error,
        was=in_words(question, before)
        if before and question.type != "dates" and _is_fresh(programme, question, judged)
        else "",
        was_dates={key: short_day(day) for key, day in moved.items()},
    )


def _offered(question: Question, judged: Circumstances) -> list[Any]:
    """The options, with those that are hidden only where they were chosen already."""
    chosen = judged.answers.get(question.key) or ()
    return [option for option in question.choices if not option.hidden or option.key in chosen]


def _is_fresh(programme: Programme, question: Question, judged: Circumstances) -> bool:
    """Whether last time's words are shown beside the field, because new ones are wanted."""
    unless = question.fresh_unless
    changed = judged.answers.get(question.key) != judged.last.get(question.key)
    return changed or (bool(unless) and not all_hold(programme, unless, judged))
