"""What is said where two people answer one item: in the form that was begun before, and in a message to the other."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from remembrancer.models import OpenForm, Person, Return, ReturnVersion
from remembrancer.models.message import message
from remembrancer.queries.returns import current
from remembrancer.reports.answer_text import in_words
from remembrancer.reports.message_items import of_return
from remembrancer.services.context import Context
from remembrancer.services.outbox import enqueue
from remembrancer.wording import escape, phrase, render

FORM_IS_BEING_FILLED_IN = timedelta(hours=1)


def answered_meanwhile(context: Context, ret: Return, own: Mapping[str, Any]) -> str:
    """A sentence that says who gave which answer since this draft was begun, and what else in it differs from `own`."""
    version = current(context.session, ret)
    giver = context.session.get(Person, version.given_by_id) if version and version.given_by_id else None
    programme = context.programme(context.window(ret))
    theirs = version.answers if version else {}
    name = phrase("forms.yourself") if giver and giver.id == context.person.id else giver.name if giver else ""
    differing = [
        f"{question.label}: {in_words(question, theirs.get(question.key)) or phrase('forms.nothing')}"
        for question in programme.form.questions
        if question.key != programme.status.key
        and not question.kind.is_same(theirs.get(question.key), own.get(question.key))
    ]
    status = in_words(programme.status, theirs.get(programme.status.key)) if version else ""
    return phrase("forms.answered_meanwhile", name=name, status="; ".join([status, *differing]))


def tell_whose_answer_was_replaced(
    context: Context, ret: Return, old: ReturnVersion, answers: Mapping[str, Any]
) -> None:
    """Tell the person whose answer another's has replaced what it says now, old and new."""
    giver = context.facts.people.get(old.given_by_id or 0)
    if giver is None or giver.id == context.person.id or not giver.active:
        return
    programme, item = context.programme(context.window(ret)), context.item(ret)
    rows = [
        (
            question.label,
            in_words(question, old.answers.get(question.key)),
            in_words(question, answers.get(question.key)),
        )
        for question in programme.form.questions
        if not question.kind.is_same(old.answers.get(question.key), answers.get(question.key))
    ]
    if rows:
        enqueue(
            context.session,
            giver,
            message(render("messages/answer_replaced.md", item=item, by=context.person, rows=rows)),
            key=f"replaced-{ret.id}.{ret.versions}",
            kind="answer_replaced",
            now=context.now,
            window=context.window(ret),
            not_before=context.facts.time_of(giver).next_in_hours(context.now),
            items=[of_return(context.session, ret)],
        )


def tell_who_has_it_open(context: Context, ret: Return, old: ReturnVersion | None) -> None:
    """Tell everyone who has the item's form open that it is answered; it is asked about when they send theirs.

    Whose answer it replaced is told of that instead, and whoever answered knows. It is of use while the form is being
    filled in: what cannot go out soon - at night, or while everything is paused - is dropped.
    """
    mine = col(OpenForm.form)["value"].as_string().startswith(f"{ret.id}.")
    query = select(OpenForm.person_id).where(col(OpenForm.form)["action"].as_string() == "answer", mine)
    told = {context.person.id, old.given_by_id if old else None}
    for person_id in sorted({*context.session.exec(query)} - told):
        person, item = context.facts.people.get(person_id), context.item(ret)
        if person is not None and person.active:
            enqueue(
                context.session,
                person,
                message(phrase("replies.answered_while_open", name=escape(context.person.name), ref=escape(item.ref))),
                key=f"meanwhile-{ret.id}.{ret.versions}-{person_id}",
                kind="answered_meanwhile",
                now=context.now,
                window=context.window(ret),
                not_before=context.facts.time_of(person).next_in_hours(context.now),
                expires_at=context.now + FORM_IS_BEING_FILLED_IN,
                items=[of_return(context.session, ret)],
            )
