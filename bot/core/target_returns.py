"""Which returns a text is about: by the ref it names, by the thread it replies to, or what the person is asked for."""

from collections.abc import Iterable, Sequence

from sqlmodel import select

from remembrancer.bot.core.incoming import Incoming
from remembrancer.cards.post_names import post_with_holders
from remembrancer.cards.prompts.outstanding_papers import wanted_papers
from remembrancer.models import Item, OutgoingMessage, Prompt, Return, ReturnVersion, Window
from remembrancer.models.message import Button, Message, Part, message
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.prompts.chase import RUNNING, WANTED
from remembrancer.services.context import Context
from remembrancer.services.returns import draft_of
from remembrancer.wording import escape, phrase, render


def running_returns(context: Context) -> list[Return]:
    """The returns of running windows."""
    running = (window for window in context.facts.windows if window.state in RUNNING)
    return [ret for window in running for ret in context.facts.returns.get(stored_id(window.id), ())]


def permitted(context: Context, rets: Iterable[Return], act: Act = Act.ANSWER) -> list[Return]:
    """Those of the returns on which the person may do this act."""
    return [ret for ret in rets if may(context.facts, context.person, act, ret, context.now)]


def answerable(context: Context, act: Act = Act.ANSWER) -> list[Return]:
    """The returns of running windows on which the person may do this act."""
    return permitted(context, running_returns(context), act)


def previously_asked(context: Context) -> list[Return]:
    """The unanswered returns of running windows that the person was ever asked for, whoever is asked now."""
    asked = select(Prompt.return_id).where(Prompt.person_id == context.person.id, Prompt.to == "lead")
    ids = set(context.session.exec(asked))
    return [ret for ret in running_returns(context) if ret.id in ids and ret.state in WANTED]


def previously_asked_permitted(context: Context, act: Act = Act.ANSWER) -> list[Return]:
    """Of the returns that the person was ever asked for, those on which they may still do this act, even on leave."""
    return permitted(context, previously_asked(context), act)


def own_answered(context: Context) -> list[Return]:
    """The returns of running windows that the person answered and may still change."""
    query = select(ReturnVersion.return_id).where(ReturnVersion.given_by_id == context.person.id)
    ids = set(context.session.exec(query))
    return [ret for ret in answerable(context) if ret.id in ids and ret.state not in WANTED]


def lead_sentences(context: Context, rets: Sequence[Return]) -> str:
    """Sentences that say who leads each of these returns now."""
    items = (context.facts.items[ret.item_id] for ret in rets)
    leads = ((item.ref, post_with_holders(context, item.lead_post_id)) for item in items)
    return " ".join(phrase("replies.led_by", ref=escape(ref), lead=escape(lead)) for ref, lead in leads)


def returns_with_draft(context: Context) -> list[Return]:
    """The returns for which the person has a draft."""
    person = stored_id(context.person.id)
    return [ret for ret in answerable(context) if draft_of(context.session, ret, person)]


def thread_returns(context: Context, incoming: Incoming) -> list[Return]:
    """The returns on the card that the text replies to: those still unanswered, or all where none is."""
    if incoming.about is None:
        return []
    query = (
        select(Return)
        .join(Prompt)
        .join(OutgoingMessage)
        .where(OutgoingMessage.remote_id == incoming.about, OutgoingMessage.person_id == context.person.id)
    )
    found = permitted(context, context.session.exec(query))
    return [ret for ret in found if ret.state in WANTED] or found


def ref_of(context: Context, ret: Return) -> str:
    return context.facts.items[ret.item_id].ref


def shared_returns_message(context: Context) -> Message | None:
    """The message on unanswered returns of shared posts for which another member is asked; None if there are none."""
    facts, now = context.facts, context.now
    found = [
        (ret, asked[0][0].name)
        for ret in running_returns(context)
        if ret.state in WANTED
        and len(members := recipients.holders(facts, facts.items[ret.item_id].lead_post_id, now)) > 1
        and any(person.id == context.person.id for person in members)
        and (asked := recipients.lead(facts, ret, now))
        and all(person.id != context.person.id for person, _ in asked)
    ]
    if not found:
        return None
    items = [phrase("people.also_one", ref=escape(ref_of(context, ret)), name=escape(name)) for ret, name in found]
    return message(phrase("people.also_yours", items="; ".join(items)))


def answerable_refs(context: Context) -> list[str]:
    return [ref_of(context, ret) for ret in answerable(context)]


def not_stored_message(context: Context, ref: str | None) -> Message:
    """The message that a typed answer is not stored; it names who leads the returns the person was asked for."""
    moved = [ret for ret in previously_asked(context) if ref is None or ref_of(context, ret).lower() == ref.lower()]
    if not moved:
        return nothing_wanted_message(context, "nothing_wanted_not_stored")
    return message(phrase("replies.not_stored", leads=lead_sentences(context, moved)))


def choose_return(
    context: Context, ref: str | None, among: Sequence[Return], none: str = "no_such_ref", action: str = "answer"
) -> Return | Message:
    """The one return with this ref (any ref where `ref` is None), or the message that asks which one is meant.

    `none` names the reply for an unknown ref, and `action` that of the buttons which ask.
    """
    found = [ret for ret in among if ref is None or ref_of(context, ret).lower() == ref.lower().lstrip("#")]
    if len(found) == 1:
        return found[0]
    if not found:
        return context.says(none, ref=ref) if ref else nothing_wanted_message(context)
    rows = (window_choice(action, ret, context.item(ret), context.window(ret)) for ret in found)
    return Message(parts=(Part(text=render("messages/which_item.md")), *rows))


def window_choice(action: str, ret: Return, item: Item, window: Window) -> Part:
    """A row that names an item in a window, with the button of this action."""
    about = f"{item.ref} {item.title}, {window.title}"
    button = Button(action=action, value=f"{ret.id}.{ret.versions}", label=phrase(f"buttons.{action}"), about=about)
    return Part(text=render("messages/which_item_row.md", item=item, window=window), buttons=(button,))


def nothing_wanted_message(context: Context, name: str = "nothing_wanted") -> Message:
    """The message that no update is wanted; `name` is the reply's name where no paper is wanted either."""
    papers = len(wanted_papers(context))
    return context.says(f"{name}_but_papers", count=papers) if papers else context.says(name)
