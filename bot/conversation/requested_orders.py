"""What secretaries and admins get when they ask in plain words: each of their acts, and its handler."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from remembrancer.bot.conversation.act_handlers import ActHandler, on_chosen
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.replies import enqueue_reply
from remembrancer.bot.core.target_returns import answerable, lead_sentences, ref_of
from remembrancer.bot.digests import draft_review
from remembrancer.bot.language.acts import Act as Requested
from remembrancer.bot.language.dates import RELATIVE_DAY, WEEKDAY
from remembrancer.bot.people import posts
from remembrancer.bot.people.forms import form
from remembrancer.bot.people.leave_delegate import find_people
from remembrancer.bot.returns import bulk_review, review
from remembrancer.bot.sending import pause, preview
from remembrancer.bot.windows import commands as window_commands
from remembrancer.cards import answer_card
from remembrancer.models import DigestState, Person, Return, ReturnState
from remembrancer.models.message import message
from remembrancer.queries.post_holders import today
from remembrancer.queries.returns import GIVEN
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.chase import RUNNING
from remembrancer.services.context import Context, NotPossibleError

_ALL_BUT = re.compile(r"\b(?:but|except|apart from|bar)\b", re.IGNORECASE)


def _must_be_a_secretary(context: Context, permitted: Sequence[Return]) -> None:
    """Raises NotPossibleError for whoever may do this to no return, such as an admin who looks after no board."""
    if not permitted and not review.is_secretary(context):
        raise NotPossibleError("secretaries_only")


def _see(context: Context, _incoming: Incoming, act: Requested) -> Reply:
    """The answer that is in, or how the item stands."""
    return on_chosen(
        context,
        act.get("ref"),
        answerable(context, Act.SEE),
        lambda ret: Reply(messages=(answer_card.answer_message(context, ret),)),
        "no_such_ref_to_see",
        "see",
    )


def _preview(context: Context, _incoming: Incoming, act: Requested) -> Reply:
    """What will be sent: of the day and to the person whom the words name, or of the days to come."""
    day = re.search(RELATIVE_DAY, act.words, re.IGNORECASE)
    said = re.findall(r"[A-Z][\w'-]+(?: [A-Z][\w'-]+)?|(?<=\bto )[a-z][\w'-]+", act.words)
    to = [found[0].name for name in said if len(found := find_people(context, name)) == 1]
    return preview.preview(context, [*([day[0]] if day else []), *to[:1]])


def _accept(context: Context, incoming: Incoming, act: Requested) -> Reply:
    refs, permitted = act.get("ref"), answerable(context, Act.ACCEPT)
    _must_be_a_secretary(context, permitted)
    if refs == "all":
        return bulk_review.accept_all(context)
    submitted = [ret for ret in permitted if ret.state == ReturnState.SUBMITTED]
    named = refs if isinstance(refs, list) else [refs]
    if refs is None and not submitted:
        raise NotPossibleError("nothing_to_accept")
    if _ALL_BUT.search(act.words):
        named = [ref for ref in named if ref in [ref_of(context, ret) for ret in submitted]]
        if not named:
            raise NotPossibleError("nothing_to_accept")
    replies = [
        on_chosen(
            context,
            ref,
            permitted if ref else submitted,
            lambda ret: review.press_accept(context, replace(incoming, value=str(ret.id))),
            "no_such_ref_to_see",
            "accept",
        )
        for ref in named
    ]
    return Reply(messages=tuple(each for reply in replies for each in reply.messages))


def _send_back(context: Context, incoming: Incoming, act: Requested) -> Reply:
    reason, to = act.get("reason"), act.get("to")
    _must_be_a_secretary(context, answerable(context, Act.RETURN))

    def then(ret: Return) -> Reply:
        pressed = replace(incoming, value=str(ret.id))
        leads = recipients.holders(context.facts, context.item(ret).lead_post_id, context.now)
        is_to_another = to is not None and not any(person in leads for person in find_people(context, to))
        if reason is None or is_to_another:
            return review.press_return(context, pressed)
        return review.submit_return(context, replace(pressed, fields={"reason": reason}))

    given = [ret for ret in answerable(context, Act.RETURN) if ret.state in GIVEN]
    among = given if act.get("ref") is None else answerable(context, Act.RETURN)
    return on_chosen(context, act.get("ref"), among, then, "no_such_ref_to_see", "return")


def _chase(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Chase one person for all that is missing from them; without a name, show who is missing, with the buttons."""
    who = act.get("who") or act.get("post")
    may_chase = answerable(context, Act.CHASE)
    _must_be_a_secretary(context, may_chase)
    if who in (None, "all"):
        return review.status(context, only_missing=True)
    return bulk_review.chase_named(
        context, incoming, who if isinstance(who, list) else [who], may_chase, act.get("name")
    )


_FOR_SOME = re.compile(r"\bonly\b|\bjust for\b|\bnot for\b", re.IGNORECASE)
_TO_WEEKDAY = re.compile(rf"\b(?:to|until|till?|by) (?:(?:this|next|on) )?{WEEKDAY}(?! (?:the )?\d)", re.IGNORECASE)


def _window(name: str) -> ActHandler:
    """A change of a window, as its command does it: a preview first."""

    def handle(context: Context, incoming: Incoming, act: Requested) -> Reply:
        if _FOR_SOME.search(act.words):
            raise NotPossibleError("window_is_for_all")
        running = [window.key for window in context.facts.windows if window.state in RUNNING]
        only = running[0] if len(running) == 1 and name in ("move", "extend") else None
        said = {"act": name, "named": act.get("window") or only, "to": act.get("to"), "by": act.get("by")}
        said["is_weekday"] = _TO_WEEKDAY.search(act.words)
        reply = window_commands.text_change(context, incoming, said)
        return reply or Reply(messages=(context.says("no_such_window_here", named=act.get("window")),))

    return handle


def _hold_digest(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Hold the one draft that waits; of several, or where 'it' is held, which is meant is chosen by its button."""
    running = [digest for digest in draft_review.waiting(context) if digest.state != DigestState.HELD]
    if len(running) != 1 or "digest" not in act.words.lower():
        return _post_digest(context, incoming, act)
    return draft_review.press_hold(context, replace(incoming, value=str(running[0].id)))


def _post_digest(context: Context, _incoming: Incoming, _act: Requested) -> Reply:
    """The drafts with their buttons: what a board is told is seen before it is posted."""
    if draft_review.waiting(context):
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
    "hold_digest": _hold_digest,
    "post_digest": _post_digest,
    "move_window": _window("move"),
    "extend_window": _window("extend"),
    "open_window": _window("open"),
    "close_window": _window("close"),
    "reopen_window": _window("reopen"),
    "leave": _leave,
    "leave_of": _leave_of,
    "hand_over": _hand_over,
    "pause": lambda context, _incoming, _act: pause.pause(context),
    "resume": lambda context, _incoming, _act: pause.resume(context),
}
