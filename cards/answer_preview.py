"""A draft answer, read back before it is submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remembrancer.cards.offers import offer_buttons, offers
from remembrancer.models import Draft, Return
from remembrancer.models.message import Button, Message, Part
from remembrancer.queries.organisation import organisation
from remembrancer.queries.returns import last_answers
from remembrancer.reports.answer_text import changed_dates_in_words, in_words, slip_in_words
from remembrancer.rules.facts import stored_id
from remembrancer.rules.programmes.answers import Circumstances, is_asked, wrongs
from remembrancer.rules.programmes.slips import Slip, find_slips
from remembrancer.rules.programmes.spec import Programme, Question
from remembrancer.services.context import Context
from remembrancer.wording import escape, phrase, render

MAX_OPTIONS_IN_CHAT = 12


def evaluation_context(context: Context, ret: Return, answers: Mapping[str, Any]) -> Circumstances:
    """What the answer's questions and conditions are evaluated with: answers, last answers, facts, year."""
    item, window = context.item(ret), context.window(ret)
    return Circumstances(
        answers=answers,
        last=last_answers(context.session, stored_id(item.id), window),
        facts=item.facts,
        year=window.year,
        year_start=organisation(context.session).year_start,
    )


def find_errors(context: Context, ret: Return, answers: Mapping[str, Any]) -> dict[str, str]:
    """The error sentence for each question that is missing or wrong."""
    programme = context.programme(context.window(ret))
    found = wrongs(programme, evaluation_context(context, ret, answers))
    return {
        wrong.question.key: phrase(f"errors.{wrong.why}", label=wrong.question.label, none=wrong.question.none_word)
        for wrong in found
    }


def slip_sentences(slips: Sequence[Slip]) -> list[str]:
    """Each slip in words, with both readings."""
    return [slip_in_words(slip, escape(slip.label), escape(slip.said)) for slip in slips]


def condition_keys(programme: Programme) -> set[str]:
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


@dataclass(frozen=True)
class Row:
    """One answer in words; `was` is what it replaces, and `same` whether it carries over from last time."""

    label: str
    words: str
    same: bool = False
    was: str = ""


def answer_rows(
    programme: Programme, circumstances: Circumstances, replaced: Mapping[str, Any] | None = None
) -> list[Row]:
    """Every answer that is given, in the form's order, with the value that it replaced."""
    found = []
    for question in programme.form.questions:
        kind, value = question.kind, circumstances.answers.get(question.key)
        if not value and value != 0:
            continue
        if not is_asked(programme, question, circumstances):
            continue
        last = circumstances.last.get(question.key)
        before = (replaced or {}).get(question.key)
        if kind.dates_each_option and before:
            found.append(Row(question.label, changed_dates_in_words(question, value, before)))
            continue
        old = kind.replaced(value, before)
        was = in_words(question, old) if old else ""
        found.append(Row(question.label, in_words(question, value), kind.is_same(value, last), was))
    return found


def draft_message(context: Context, ret: Return, draft: Draft) -> Message:
    """The draft in words, what is missing, and the buttons to submit, edit or discard it.

    Each value that the last words took the place of is shown beside what replaces it; what they mention is offered.
    """
    programme, answers = context.programme(context.window(ret)), draft.answers
    given = evaluation_context(context, ret, answers)
    errors = find_errors(context, ret, answers)
    rows = answer_rows(programme, given, draft.replaced)
    mentioned = list(offers(programme, given, draft.offered))
    about, has_status = context.item(ret).ref, bool(answers.get(programme.status.key))
    names = ["edit", "discard"] if errors else ["confirm", "edit", "discard"]
    actions = {"edit": "answer", "confirm": "confirm", "discard": "discard"}
    buttons = [
        Button(
            action=actions[name],
            value=str(ret.id),
            label=phrase(f"buttons.{name}"),
            about=about,
            style="primary" if name == names[0] and has_status else "",
        )
        for name in names
    ]
    if not has_status:
        buttons = [*_status_buttons(programme, ret, about), *buttons]
    buttons = [*offer_buttons(stored_id(ret.id), about, mentioned), *buttons]
    text = render("messages/play_back.md", item=context.item(ret), understood=rows)
    slips = slip_sentences(find_slips(programme, given, context.today))
    missing = [(sentence, _words_to_choose_from(programme.question(key))) for key, sentence in errors.items()]
    foot = render("messages/play_back_foot.md", missing=missing, stands=has_status, slips=slips, mentioned=mentioned)
    parts = (Part(text=text), Part(text=foot, buttons=tuple(buttons)))
    return Message(parts=parts, follows=f"draft {ret.id}.{ret.versions}")


def _words_to_choose_from(question: Question) -> list[str]:
    """The options in words, where they are few enough to read on a phone; the form lists the rest."""
    words = [option.word for option in question.choices if not option.hidden]
    return words if len(words) <= MAX_OPTIONS_IN_CHAT else []


def _status_buttons(programme: Programme, ret: Return, about: str) -> list[Button]:
    """A button for each status."""
    return [
        Button(action="say_status", value=f"{ret.id}.{option.key}", label=f"{option.symbol} {option.word}", about=about)
        for option in programme.status.choices
        if not option.hidden
    ]
