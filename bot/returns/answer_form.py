"""The answer's form as it is shown and read: what is asked, what is wrong, and what was understood, played back."""

from collections.abc import Mapping
from typing import Any

from remembrancer.cards.answer_preview import circumstances, steering
from remembrancer.models import Return
from remembrancer.models.message import Form, FormField
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.programmes.answers import Circumstances, all_hold, is_asked, is_required
from remembrancer.rules.programmes.spec import Programme, Question
from remembrancer.services.context import Context
from remembrancer.wording import render, say, short_day


def read_fields(programme: Programme, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A form's fields as answers, and the sentence for each that cannot be read."""
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in programme.form.questions:
        if question.key in fields:
            value = question.kind.from_field(fields[question.key])
            if value is None:
                errors[question.key] = say("errors.unreadable", label=question.label)
            else:
                answers[question.key] = value
    return answers, errors


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
    now, before, kind = judged.answers.get(question.key), judged.last.get(question.key), question.kind
    shows_before = before and not kind.dates_each_option and _is_fresh(programme, question, judged)
    about: dict[str, Any] = {
        "required": is_required(programme, question, judged),
        "steers": question.key in steering(programme),
        "error": error,
        "was": in_words(question, before) if shows_before else "",
        "was_dates": {key: short_day(day) for key, day in kind.moved(now, before).items()},
    }
    if error and not now and typed.get(question.key):
        about["value"] = typed[question.key]
    return kind.form_field(now).model_copy(update=about)


def _is_fresh(programme: Programme, question: Question, judged: Circumstances) -> bool:
    """Whether last time's words are shown beside the field, because new ones are wanted."""
    unless = question.fresh_unless
    changed = judged.answers.get(question.key) != judged.last.get(question.key)
    return changed or (bool(unless) and not all_hold(programme, unless, judged))
