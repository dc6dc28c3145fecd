"""What secretaries and admins get when they ask in plain words: each of their acts, and its handler."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from remembrancer.bot.conversation.act_handlers import ActHandler, on_chosen
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.replies import enqueue_reply
from remembrancer.bot.core.target_returns import answerable, lead_sentences, ref_of
from remembrancer.bot.digests import draft_review
from remembrancer.bot.language.dates import RELATIVE_DAY
from remembrancer.bot.language.requests import Act as Requested
from remembrancer.bot.people import posts
from remembrancer.bot.people.forms import form
from remembrancer.bot.people.leave_delegate import find_people, name_error
from remembrancer.bot.returns import bulk_review, review
from remembrancer.bot.sending import pause, preview
from remembrancer.bot.windows import commands as window_commands
from remembrancer.cards import answer_card
from remembrancer.models import Person, Return
from remembrancer.models.message import message
from remembrancer.queries.post_holders import today
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.chase import WANTED
from remembrancer.services.context import Context, NotPossibleError


def _see(context: Context, _incoming: Incoming, act: Requested) -> Reply:
    """The answer that is in, or how the item stands."""
    return on_chosen(
        context,
        act.get("ref"),
        answerable(context, Act.SEE),
        lambda ret: Reply(messages=(answer_card.answer_message(context, ret),)),
    )


def _preview(context: Context, _incoming: Incoming, act: Requested) -> Reply:
    """What will be sent: of the day and to the person whom the words name, or of the days to come."""
    day = re.search(RELATIVE_DAY, act.words, re.IGNORECASE)
    to = [word for word in re.findall(r"[A-Z][\w'-]+ [A-Z][\w'-]+", act.words) if find_people(context, word)]
    return preview.preview(context, [*([day[0]] if day else []), *to[:1]])


def _accept(context: Context, incoming: Incoming, act: Requested) -> Reply:
    refs = act.get("ref")
    if refs == "all":
        return bulk_review.accept_all(context)
    submitted = answerable(context, Act.ACCEPT)
    named = refs if isinstance(refs, list) else [refs]
    replies = [
        on_chosen(
            context, ref, submitted, lambda ret: review.press_accept(context, replace(incoming, value=str(ret.id)))
        )
        for ref in named
    ]
    return Reply(messages=tuple(each for reply in replies for each in reply.messages))


def _send_back(context: Context, incoming: Incoming, act: Requested) -> Reply:
    reason = act.get("reason")

    def then(ret: Return) -> Reply:
        pressed = replace(incoming, value=str(ret.id))
        if reason is None:
            return review.press_return(context, pressed)
        return review.submit_return(context, replace(pressed, fields={"reason": reason}))

    return on_chosen(context, act.get("ref"), answerable(context, Act.RETURN), then)


def _chase(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Chase one person for all that is missing from them; without a name, show who is missing, with the buttons."""
    who = act.get("who")
    missing = [ret for ret in answerable(context, Act.CHASE) if ret.state in WANTED]
    if who in (None, "all"):
        return review.status(context, only_missing=True)
    if isinstance(who, list):
        replies = [_chase(context, incoming, replace(act, said={"who": each})) for each in who]
        return Reply(messages=tuple(each for reply in replies for each in reply.messages))
    of_ref = [ret for ret in answerable(context, Act.CHASE) if ref_of(context, ret).lower() == who.lower()]
    if not of_ref:
        found = find_people(context, who)
        error = name_error(who, found)
        if error:
            return Reply(messages=(message(error),))
        asked = [(ret, recipients.lead(context.facts, ret, context.now)) for ret in missing]
        of_ref = [ret for ret, people in asked if people and people[0][0].id == found[0].id]
        if not of_ref:
            raise NotPossibleError("nothing_missing_from", name=found[0].name)
    return bulk_review.press_chase(context, replace(incoming, value=str(of_ref[0].id)))


def _window(name: str) -> ActHandler:
    """A change of a window, as its command does it: a preview first."""

    def handle(context: Context, incoming: Incoming, act: Requested) -> Reply:
        said = {"act": name, "named": act.get("window"), "to": act.get("to"), "by": act.get("by")}
        reply = window_commands.text_change(context, incoming, said)
        return reply or Reply(messages=(context.says("no_such_window_here", named=act.get("window")),))

    return handle


def _digest(context: Context, _incoming: Incoming, _act: Requested) -> Reply:
    """The drafts with their buttons: which board's is meant, and what it says, is seen before it is held or posted."""
    enqueue_reply(context, context.says("digest_by_button"), "how")
    return draft_review.digests(context)


def _leave(context: Context, _incoming: Incoming, act: Requested) -> Reply:
    """The form for a person who leaves; for one who leaves later, the form that hands their post over from then on."""
    context.must_be_admin("admins_only_people")
    person, last = _person(context, act.get("who")), act.get("on")
    if person is None:
        return posts.people_now(context)
    if last is None or date.fromisoformat(last) < today(context.session, context.now):
        return Reply(form=form(context, "leaver", {"person": str(person.id)}))
    held = [id_ for id_ in context.facts.posts if person in recipients.holders(context.facts, id_, context.now)]
    values = {"instead_of": str(person.id), "first_day": (date.fromisoformat(last) + timedelta(days=1)).isoformat()}
    return Reply(form=form(context, "hand_over", {**values, "post": str(held[0])} if len(held) == 1 else values))


def _leave_of(context: Context, _incoming: Incoming, act: Requested) -> Reply:
    """The form for somebody's leave, with the person and the days that were said."""
    context.must_be_admin("admins_only_people")
    person = _person(context, act.get("who"))
    values = {"first": act.get("from") or "", "last": act.get("to") or ""}
    return Reply(form=form(context, "leave", {**values, "person": str(person.id) if person else ""}))


def _who_leads(context: Context, _incoming: Incoming, act: Requested) -> Reply:
    among = answerable(context, Act.SEE)
    return on_chosen(
        context, act.get("ref"), among, lambda ret: Reply(messages=(message(lead_sentences(context, [ret])),))
    )


def _hand_over(context: Context, _incoming: Incoming, act: Requested) -> Reply:
    """The form that hands a post over, with the post, the person and the day that were said."""
    context.must_be_admin("admins_only_people")
    said, person = str(act.get("post") or "").lower(), _person(context, act.get("to"))
    named = [post for post in context.facts.posts.values() if post.name.lower() == said]
    named = named or [post for post in context.facts.posts.values() if said and said in post.name.lower()]
    values = {"first_day": act.get("on") or today(context.session, context.now).isoformat()}
    values |= {"post": str(named[0].id)} if len(named) == 1 else {}
    values |= {"person": str(person.id)} if person else {}
    return Reply(form=form(context, "hand_over", values))


def _person(context: Context, name: str | None) -> Person | None:
    """The one person whom the words name; None where they name nobody, or several."""
    found = find_people(context, name) if name else []
    return found[0] if len(found) == 1 else None


ORDER_HANDLERS: Mapping[str, ActHandler] = {
    "who_leads": _who_leads,
    "see": _see,
    "preview": _preview,
    "accept": _accept,
    "send_back": _send_back,
    "chase": _chase,
    "status": lambda context, _incoming, act: review.status(context, only_missing=act.get("only") == "missing"),
    "hold_digest": _digest,
    "post_digest": _digest,
    "move_window": _window("move"),
    "extend_window": _window("extend"),
    "close_window": _window("close"),
    "reopen_window": _window("reopen"),
    "leave": _leave,
    "leave_of": _leave_of,
    "hand_over": _hand_over,
    "pause": lambda context, _incoming, _act: pause.pause(context),
    "resume": lambda context, _incoming, _act: pause.resume(context),
}
