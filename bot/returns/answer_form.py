"""The answer's form as it is shown and read: what is asked, what is wrong, and what was understood, played back."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from remembrancer.bot.core.typed_days import typed_day
from remembrancer.cards.answer_preview import condition_keys, evaluation_context
from remembrancer.models import Return
from remembrancer.models.message import Form, FormField
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.programmes.answers import Circumstances, all_hold, is_asked, is_required
from remembrancer.rules.programmes.slips import Slip, standing_end
from remembrancer.rules.programmes.spec import Programme, Question
from remembrancer.services.context import Context
from remembrancer.wording import phrase, render, short_day


def read_fields(
    programme: Programme, fields: Mapping[str, Any], today: date | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """A form's fields as answers, and the sentence for each that cannot be read.

    Where `today` is given, a date box takes a day as the chat does: '13/09/2019', '18 September'.
    """
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in programme.form.questions:
        if question.key in fields:
            value = question.kind.from_field(_with_iso_days(question, fields[question.key], today))
            if value is None:
                errors[question.key] = phrase("errors.unreadable", label=question.label)
            else:
                answers[question.key] = value
    return answers, errors


def _with_iso_days(question: Question, typed: Any, today: date | None) -> Any:
    """What was typed into date boxes, with each day that was written out as an ISO day; the rest as it was typed."""
    if today is None or question.kind.spoken not in ("day", "days"):
        return typed
    if isinstance(typed, Mapping):
        return {key: _with_iso_days(question, day, today) for key, day in typed.items()}
    if not isinstance(typed, str):
        return typed
    day = typed_day(typed, today)
    return day.isoformat() if day else typed


def answer_form(
    context: Context,
    ret: Return,
    answers: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    typed: Mapping[str, Any] | None = None,
    begun_from: int | None = None,
    asked_about: Sequence[Slip] = (),
) -> Form:
    """The form as it should be now: what is asked, prefilled, each error beside its field.

    `typed` is shown where it could not be read as an answer. The form's value names the version that it was begun from,
    `begun_from` where it was shown before: an answer that came in since is not replaced unseen. It names too what the
    form asks about (`asked_about`), so that sending it again says that it is meant.
    """
    item, window = context.item(ret), context.window(ret)
    programme = context.programme(window)
    judged = evaluation_context(context, ret, answers)
    errors = errors or {}
    return Form(
        action="answer",
        value=f"{ret.id}.{ret.versions if begun_from is None else begun_from}{slips_key(asked_about)}",
        title=f"{item.ref} – {item.title}",
        intro=render(
            "messages/form_intro.md",
            programme=programme,
            window=window,
            ret=ret,
            zone=context.person.time_zone,
            ends=standing_end(programme, judged),
        ),
        fields=tuple(
            _field(programme, question, judged, errors.get(question.key, ""), typed or {})
            for question in programme.form.questions
            if is_asked(programme, question, judged)
        ),
        submit=phrase("buttons.send"),
        notice=phrase("forms.look_again", count=len(errors)) if errors and not notice else notice,
    )


def slips_key(slips: Sequence[Slip]) -> str:
    """The part of a form's value that names what it has asked about; empty where it asks about nothing."""
    keys = ";".join(sorted(slip.key for slip in slips))
    return f"!{hashlib.sha256(keys.encode()).hexdigest()[:12]}" if slips else ""


def _field(
    programme: Programme, question: Question, judged: Circumstances, error: str, typed: Mapping[str, Any]
) -> FormField:
    now, before, kind = judged.answers.get(question.key), judged.last.get(question.key), question.kind
    wants_new_words = question.fresh_unless and not all_hold(programme, question.fresh_unless, judged)
    shows_before = before and not kind.dates_each_option and (now != before or wants_new_words)
    about: dict[str, Any] = {
        "required": is_required(programme, question, judged),
        "steers": question.key in condition_keys(programme),
        "error": error,
        "was": in_words(question, before) if shows_before else "",
        "was_dates": {key: short_day(day) for key, day in kind.moved(now, before).items()},
    }
    if error and not now and typed.get(question.key):
        about["value"] = typed[question.key]
    return kind.form_field(now).model_copy(update=about)
