"""Which returns a text is about: by the ref it names, by the thread it replies to, or what the person is asked for."""

from collections.abc import Sequence

from sqlmodel import select

from remembrancer.bot.core.incoming import Incoming
from remembrancer.cards.post_names import post_with_holders
from remembrancer.cards.prompts.outstanding_papers import wanted_papers
from remembrancer.models import OutgoingMessage, Prompt, Return, ReturnVersion
from remembrancer.models.message import Button, Message, Part, message
from remembrancer.rules.facts import known
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.prompts.returns import RUNNING, WANTED
from remembrancer.services.context import Context
from remembrancer.services.returns import draft_of
from remembrancer.wording import escape, render, say


def answerable(context: Context, act: Act = Act.ANSWER) -> list[Return]:
    """The returns of running windows on which the person may do this act."""
    return [
        ret
        for window in context.facts.windows
        if window.state in RUNNING
        for ret in context.facts.returns.get(known(window.id), ())
        if may(context.facts, context.person, act, ret, context.now)
    ]


def asked_before(context: Context) -> list[Return]:
    """The unanswered returns of running windows that the person was ever asked for, whoever is asked now."""
    asked = select(Prompt.return_id).where(Prompt.person_id == context.person.id, Prompt.to == "lead")
    ids = set(context.session.exec(asked))
    running = [window for window in context.facts.windows if window.state in RUNNING]
    returns = (ret for window in running for ret in context.facts.returns.get(known(window.id), ()))
    return [ret for ret in returns if ret.id in ids and ret.state in WANTED]


def may_still(context: Context, act: Act = Act.ANSWER) -> list[Return]:
    """Of the returns that the person was ever asked for, those on which they may still do this act, even on leave."""
    return [ret for ret in asked_before(context) if may(context.facts, context.person, act, ret, context.now)]


def own_answered(context: Context) -> list[Return]:
    """The returns of running windows that the person answered and may still change."""
    query = select(ReturnVersion.return_id).where(ReturnVersion.given_by_id == context.person.id)
    ids = set(context.session.exec(query))
    return [ret for ret in answerable(context) if ret.id in ids and ret.state not in WANTED]


def lead_sentences(context: Context, rets: Sequence[Return]) -> str:
    """Sentences that say who leads each of these returns now."""
    found = [
        say(
            "replies.led_by",
            ref=escape(ref_of(context, ret)),
            lead=escape(post_with_holders(context, context.facts.items[ret.item_id].lead_post_id)),
        )
        for ret in rets
    ]
    return " ".join(found)


def drafted(context: Context) -> list[Return]:
    """The returns for which the person has a draft."""
    person = known(context.person.id)
    return [ret for ret in answerable(context) if draft_of(context.session, ret, person)]


def of_thread(context: Context, incoming: Incoming) -> list[Return]:
    """The returns on the card that the text replies to: those still unanswered, or all where none is."""
    if incoming.about is None:
        return []
    query = (
        select(Return)
        .join(Prompt)
        .join(OutgoingMessage)
        .where(OutgoingMessage.remote_id == incoming.about, OutgoingMessage.person_id == context.person.id)
    )
    found = [
        ret for ret in context.session.exec(query) if may(context.facts, context.person, Act.ANSWER, ret, context.now)
    ]
    return [ret for ret in found if ret.state in WANTED] or found


def ref_of(context: Context, ret: Return) -> str:
    return context.facts.items[ret.item_id].ref


def refs(context: Context) -> list[str]:
    return [ref_of(context, ret) for ret in answerable(context)]


def not_stored(context: Context, ref: str | None) -> Message:
    """The message that a typed answer is not stored; it names who leads the returns the person was asked for."""
    moved = [ret for ret in asked_before(context) if ref is None or ref_of(context, ret).lower() == ref.lower()]
    if not moved:
        return nothing_wanted(context, "nothing_wanted_not_stored")
    return message(say("replies.not_stored", leads=lead_sentences(context, moved)))


def choose(context: Context, ref: str | None, among: Sequence[Return], none: str = "no_such_ref") -> Return | Message:
    """The one return with this ref (any ref where `ref` is None), or the message that asks which one is meant.

    `none` names the reply for an unknown ref.
    """
    found = [ret for ret in among if ref is None or ref_of(context, ret).lower() == ref.lower().lstrip("#")]
    if len(found) == 1:
        return found[0]
    if not found:
        return context.says(none, ref=ref) if ref else nothing_wanted(context)
    head = Part(text=render("messages/which_item.md"))
    return Message(parts=(head, *(_choice(context, ret) for ret in found)))


def _choice(context: Context, ret: Return) -> Part:
    item, window = context.item(ret), context.window(ret)
    about = f"{item.ref} {item.title}, {window.title}"
    button = Button(action="answer", value=str(ret.id), label=say("buttons.answer"), about=about)
    return Part(text=render("messages/which_item_row.md", item=item, window=window), buttons=(button,))


def nothing_wanted(context: Context, name: str = "nothing_wanted") -> Message:
    """The message that no update is wanted; `name` is the reply's name where no paper is wanted either."""
    papers = len(wanted_papers(context))
    return context.says(f"{name}_but_papers", count=papers) if papers else context.says(name)
