"""A draft answer, read back before it is submitted."""

from collections.abc import Mapping
from typing import Any

from remembrancer.models import Return
from remembrancer.models.message import Button, Message, Part
from remembrancer.queries.organisation import organisation
from remembrancer.queries.returns import last_answers
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.facts import known
from remembrancer.rules.programmes.answers import Circumstances, is_asked, wrongs
from remembrancer.rules.programmes.spec import Programme
from remembrancer.services.context import Context
from remembrancer.wording import render, say


def circumstances(context: Context, ret: Return, answers: Mapping[str, Any]) -> Circumstances:
    """What the answer's questions and conditions are evaluated with: answers, last answers, facts, year."""
    item, window = context.item(ret), context.window(ret)
    return Circumstances(
        answers=answers,
        last=last_answers(context.session, known(item.id), window),
        facts=item.facts,
        year=window.year,
        year_start=organisation(context.session).year_start,
    )


def find_errors(context: Context, ret: Return, answers: Mapping[str, Any]) -> dict[str, str]:
    """The error sentence for each question that is missing or wrong."""
    programme = context.programme(context.window(ret))
    found = wrongs(programme, circumstances(context, ret, answers))
    return {
        wrong.question.key: say(f"errors.{wrong.why}", label=wrong.question.label, none=wrong.question.none_word)
        for wrong in found
    }


def steering(programme: Programme) -> set[str]:
    """The keys of the questions on whose answers other questions depend."""
    conditions = [
        condition
        for question in programme.form.questions
        for condition in (
            *question.asked_if,
            *question.asked_unless,
            *question.required_if,
            *question.required_unless,
        )
    ]
    return {condition.question for condition in conditions if condition.question}


def play_back(context: Context, ret: Return, answers: Mapping[str, Any]) -> Message:
    """The draft in words, what is missing, and the buttons to submit, edit or discard it."""
    programme = context.programme(context.window(ret))
    given = circumstances(context, ret, answers)
    errors = find_errors(context, ret, answers)
    rows = [
        (
            question.label,
            in_words(question, answers[question.key]),
            answers[question.key] == given.last.get(question.key),
        )
        for question in programme.form.questions
        if answers.get(question.key) and is_asked(programme, question, given)
    ]
    about, has_status = context.item(ret).ref, bool(answers.get(programme.status.key))
    names = ["edit", "discard"] if errors else ["confirm", "edit", "discard"]
    actions = {"edit": "answer", "confirm": "confirm", "discard": "discard"}
    buttons = [
        Button(
            action=actions[name],
            value=str(ret.id),
            label=say(f"buttons.{name}"),
            about=about,
            style="primary" if name == names[0] and has_status else "",
        )
        for name in names
    ]
    if not has_status:
        buttons = [*_status_buttons(programme, ret, about), *buttons]
    text = render("messages/play_back.md", item=context.item(ret), understood=rows)
    foot = render("messages/play_back_foot.md", missing=errors.values(), stands=has_status)
    parts = (Part(text=text), Part(text=foot, buttons=tuple(buttons)))
    return Message(parts=parts, follows=f"draft {ret.id}.{ret.versions}")


def _status_buttons(programme: Programme, ret: Return, about: str) -> list[Button]:
    """A button for each status."""
    return [
        Button(action="say_status", value=f"{ret.id}.{option.key}", label=f"{option.symbol} {option.word}", about=about)
        for option in programme.status.choices
        if not option.hidden
    ]
