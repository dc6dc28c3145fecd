"""Delegating a return: somebody else is asked for it."""

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.returns.answer import must_be_open
from remembrancer.cards.stored_answer import lead_post
from remembrancer.models import Return, WindowState
from remembrancer.models.message import Button, Choice, Form, FormField, message
from remembrancer.queries.returns import GIVEN
from remembrancer.rules.facts import known
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.returns import delegate
from remembrancer.wording import escape, render, say


def press_delegate(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=delegate_form(context, delegable_return(context, incoming)))


def delegable_return(context: Context, incoming: Incoming) -> Return:
    """The return that the button names. Raises NotPossibleError if it cannot be delegated, or not by this person."""
    ret = context.ret(incoming.value, Act.HAND_ON)
    must_be_open(context, ret)
    if ret.state in GIVEN:
        raise NotPossibleError("already_answered")
    if context.window(ret).state != WindowState.OPEN:
        raise NotPossibleError("closed_no_delegate")
    return ret


def submit_delegate(context: Context, incoming: Incoming) -> Reply:
    """Delegate the return to the chosen person, who may then answer it."""
    ret = delegable_return(context, incoming)
    chosen = context.facts.people.get(as_id(str(incoming.fields.get("person") or "")))
    if chosen is None or not chosen.active or chosen.id == context.person.id:
        return Reply(form=delegate_form(context, ret, say("errors.choose_person")))
    if recipients.is_away(context.facts, chosen, context.now):
        return Reply(form=delegate_form(context, ret, say("errors.on_leave", name=chosen.name)))
    delegate(context.session, ret, chosen.id, context.now, known(context.person.id))
    ref = context.item(ret).ref
    take_back = Button(action="take_back", value=str(ret.id), label=say("buttons.take_back"), about=ref)
    text = say("replies.delegated", ref=escape(ref), name=escape(chosen.name))
    return Reply(messages=(message(text, buttons=(take_back,)),))


def delegate_form(context: Context, ret: Return, error: str = "") -> Form:
    """The form that asks for the person; `error` says what is wrong with the one that was chosen."""
    item = context.item(ret)
    others = sorted(
        (p for p in context.facts.people.values() if p.active and p.id != context.person.id), key=lambda p: p.name
    )
    return Form(
        action="delegate",
        value=str(ret.id),
        title=say("forms.delegate_title", ref=item.ref),
        intro=say("forms.delegate_intro"),
        fields=(
            FormField(
                key="person",
                label=say("fields.person"),
                ask=say("fields.person"),
                type="person",
                choices=tuple(Choice(key=str(person.id), word=person.name) for person in others),
                required=True,
                error=error,
            ),
        ),
        submit=say("buttons.save"),
    )


def press_take_back(context: Context, incoming: Incoming) -> Reply:
    """End the delegation."""
    ret = context.ret(incoming.value, Act.HAND_ON)
    must_be_open(context, ret)
    delegate(context.session, ret, None, context.now, known(context.person.id))
    text = render("messages/taken_back.md", item=context.item(ret), lead=lead_post(context, ret))
    return Reply(messages=(message(text),))


ROUTES: Routes = {
    "press": {
        "delegate": press_delegate,
        "take_back": press_take_back,
    },
    "submit": {
        "delegate": submit_delegate,
    },
}
