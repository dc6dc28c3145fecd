"""Delegating a return: somebody else is asked for it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from remembrancer.bot.core.forms import field, form, other_people, person_choices
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import answerable, choose_return
from remembrancer.bot.people.leave_delegate import find_people, name_error
from remembrancer.bot.returns.answer import open_return, unanswered_return
from remembrancer.cards.stored_answer import lead_post
from remembrancer.models import Return
from remembrancer.models.message import Button, Form, Message, message
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.services.context import Context, as_id
from remembrancer.services.returns import delegate
from remembrancer.wording import escape, phrase, render


def press_delegate(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_form(context, _delegable_return(context, incoming)))


def _delegable_return(context: Context, incoming: Incoming) -> Return:
    return unanswered_return(context, incoming.value, Act.HAND_ON, closed="closed_no_delegate")


def submit_delegate(context: Context, incoming: Incoming) -> Reply:
    """Delegate the return to the chosen person, who may then answer it."""
    ret = _delegable_return(context, incoming)
    chosen = context.facts.people.get(as_id(incoming.typed("person")))
    if chosen is None or not chosen.active or chosen.id == context.person.id:
        return Reply(form=_form(context, ret, phrase("errors.choose_person")))
    if recipients.is_away(context.facts, chosen, context.now):
        return Reply(form=_form(context, ret, phrase("errors.on_leave", name=chosen.name)))
    delegate(context.session, ret, chosen.id, context.now, stored_id(context.person.id))
    ref = context.item(ret).ref
    take_back = Button(action="take_back", value=str(ret.id), label=phrase("buttons.take_back"), about=ref)
    text = phrase("replies.delegated", ref=escape(ref), name=escape(chosen.name))
    return Reply(messages=(message(text, buttons=(take_back,)),))


def _form(context: Context, ret: Return, error: str = "") -> Form:
    """The form that asks for the person; `error` says what is wrong with the one that was chosen."""
    person = field("person", "person", error=error, choices=person_choices(other_people(context)))
    return form("delegate", ret.id, person, ref=context.item(ret).ref)


def text_delegate_return(context: Context, incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'delegate 52 Ellen': delegate one return; without a plain name, the form asks for it."""
    ret = choose_return(context, said["ref"], answerable(context, Act.HAND_ON))
    if isinstance(ret, Message):
        return Reply(messages=(ret,))
    act = replace(incoming, value=str(ret.id))
    if not said["name"]:
        return press_delegate(context, act)
    found = find_people(context, said["name"])
    error = name_error(said["name"], found)
    if error:
        return Reply(form=_form(context, _delegable_return(context, act), error))
    return submit_delegate(context, replace(act, fields={"person": str(found[0].id)}))


def press_take_back(context: Context, incoming: Incoming) -> Reply:
    """End the delegation."""
    ret = open_return(context, incoming.value, Act.HAND_ON)
    delegate(context.session, ret, None, context.now, stored_id(context.person.id))
    text = render("messages/taken_back.md", item=context.item(ret), lead=lead_post(context, ret))
    return Reply(messages=(message(text),))
