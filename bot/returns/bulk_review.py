"""What a secretary does with several returns at once: chase a person, accept all answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import col, func, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import answerable, permitted
from remembrancer.bot.people.leave_delegate import find_people
from remembrancer.bot.returns.answer import must_be_open, open_return
from remembrancer.models import Person, Return, ReturnState, ReturnVersion, Window
from remembrancer.models.message import Button, Message, Part, message
from remembrancer.queries.returns import current, returns_of, unreachable
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.nearest_name import nearest_of
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.chase import WANTED
from remembrancer.rules.prompts.pilot import is_outside
from remembrancer.services.context import Context, NotPossibleError, as_id, as_version, refusal_text
from remembrancer.services.returns import accept, chase
from remembrancer.wording import escape, phrase, render


def press_chase(context: Context, incoming: Incoming) -> Reply:
    """Ask one person again now for everything that is still missing from them in this window."""
    ret = open_return(context, incoming.value, Act.CHASE)
    if ret.state not in WANTED:
        raise NotPossibleError("not_wanted_now", ref=context.item(ret).ref, state=phrase(f"states.{ret.state}"))
    person, because = recipients.lead(context.facts, ret, context.now)[0]
    if person.id == context.person.id or because == recipients.Reason.NOBODY_ELSE:
        raise NotPossibleError("nobody_to_chase", ref=context.item(ret).ref)
    if stored_id(person.id) in unreachable(context.session):
        raise NotPossibleError("cannot_be_reached", name=person.name)
    query = select(Return).where(Return.window_id == ret.window_id, col(Return.state).in_(WANTED)).with_for_update()
    missing = permitted(context, context.session.exec(query.order_by(col(Return.id))), Act.CHASE)
    facts, now = context.facts, context.now
    wanted = [each for each in missing if any(who.id == person.id for who, _ in recipients.lead(facts, each, now))]
    if any(each.chased_at == context.now for each in wanted):
        raise NotPossibleError("chased_already", name=person.name)
    for each in wanted:
        chase(context.session, each, context.now, stored_id(context.person.id))
    zone = person.time_zone
    goes_at = context.facts.time_of(person).next_in_hours(context.now)
    text = render(
        "messages/chased.md",
        person=person,
        refs=[context.item(each).ref for each in wanted],
        waits=goes_at != context.now,
        at=goes_at,
        zone=zone,
        paused=context.facts.paused,
        withheld=is_outside(context.facts.pilot, person.id),
    )
    return Reply(messages=(message(text),))


def chase_named(
    context: Context, incoming: Incoming, names: Sequence[str], among: Sequence[Return], lead: str | None = None
) -> Reply:
    """Chase for the returns that refs name, and whoever is named for all that is missing from them.

    Nobody is asked unless each name is understood. `lead` is the person whom the words name beside a ref. Whoever
    need not or cannot be chased has a sentence that says why.
    """
    found: list[Return | str] = []
    for name in names:
        of_ref = [ret for ret in among if context.item(ret).ref.lower() == name.lower()]
        if of_ref:
            _must_lead(context, of_ref[0], lead)
        found.append(of_ref[0] if of_ref else _missing_from(context, _person(context, name), among))
    messages: list[Message] = []
    for each in found:
        try:
            messages += [message(each)] if isinstance(each, str) else _chased(context, incoming, each)
        except RefusalError as refusal:
            messages.append(message(refusal_text(refusal)))
    return Reply(messages=tuple(messages))


def _chased(context: Context, incoming: Incoming, ret: Return) -> Sequence[Message]:
    return press_chase(context, replace(incoming, value=str(ret.id))).messages


def _person(context: Context, name: str) -> Person:
    """The one person of this name, or who holds the post of this name.

    Raises NotPossibleError for a name that fits nobody, or several people.
    """
    posts = [id_ for id_, post in context.facts.posts.items() if post.name.casefold() == name.casefold()]
    holders = [person for id_ in posts for person in recipients.holders(context.facts, id_, context.now)]
    found = find_people(context, name) or holders
    if len(found) != 1:
        raise NotPossibleError("chase_which" if found else "chase_nobody", name=name, near=_nearest(context, name))
    return found[0]


def _nearest(context: Context, name: str) -> str:
    """A sentence with the nearest name there is; empty where none is near."""
    known = [person.name for person in context.facts.people.values() if person.active]
    near = nearest_of(name, known)
    return phrase("problems.nearest", name=near) if near else ""


def _must_lead(context: Context, ret: Return, name: str | None) -> None:
    """Raises NotPossibleError where the words name another person than the one who is asked for this return."""
    asked = recipients.lead(context.facts, ret, context.now)
    if name and asked and all(person.id != asked[0][0].id for person in find_people(context, name)):
        raise NotPossibleError("chase_of_another", ref=context.item(ret).ref, asked=asked[0][0].name, name=name)


def _missing_from(context: Context, person: Person, among: Sequence[Return]) -> Return | str:
    """The first return that is missing from a person; the sentence that nothing is, where none is."""
    for ret in among:
        asked = recipients.lead(context.facts, ret, context.now) if ret.state in WANTED else []
        if asked and asked[0][0].id == person.id:
            return ret
    return phrase("refusals.nothing_missing_from", name=person.name)


def press_accept_all(context: Context, incoming: Incoming) -> Reply:
    """Accept every answer that had been given when the list was shown; later ones are left to be read."""
    window = context.session.get(Window, as_id(incoming.value.split(".")[0]))
    if window is None:
        raise NotPossibleError("no_such_item")
    return _accept_all(context, window, as_version(incoming.value) or 0)


def accept_all(context: Context, _words: Sequence[str] = ()) -> Reply:
    """Handle 'accept all': accept every answer given; if several windows have some, offer a button for each."""
    waiting = (ret for ret in answerable(context, Act.ACCEPT) if ret.state == ReturnState.SUBMITTED)
    counts = Counter(ret.window_id for ret in waiting)
    found = [(window, count) for window in context.facts.windows if (count := counts[stored_id(window.id)])]
    if not found:
        raise NotPossibleError("nothing_to_accept")
    if len(found) == 1:
        return _accept_all(context, found[0][0], newest_version_id(context, found[0][0]))
    parts = [Part(text=phrase("replies.accept_all_which"))]
    for window, count in found:
        title = f"**{escape(context.programme(window).title)}: {escape(window.title)}**"
        parts.append(Part(text=title, buttons=(accept_all_button(context, window, count),)))
    return Reply(messages=(Message(parts=tuple(parts)),))


def accept_all_button(context: Context, window: Window, count: int) -> Button:
    """The button; its value holds the newest version's id, so that answers given later are not accepted unread."""
    value = f"{window.id}.{newest_version_id(context, window)}"
    label = phrase("buttons.accept_all", count=count)
    return Button(action="accept_all", value=value, label=label, about=window.title)


def _accept_all(context: Context, window: Window, last_seen_id: int) -> Reply:
    """Accept the submitted answers up to the version with the id `last_seen_id`."""
    submitted = [
        (locked, item)
        for ret, item in returns_of(context.session, window)
        if (locked := context.ret_if(ret, Act.ACCEPT)) is not None and locked.state == ReturnState.SUBMITTED
    ]
    if not submitted:
        raise NotPossibleError("nothing_to_accept")
    must_be_open(context, submitted[0][0])
    newest = {ret.id: stored_id(version.id) for ret, _ in submitted if (version := current(context.session, ret))}
    done = [ret for ret, _ in submitted if newest[ret.id] <= last_seen_id]
    changed = [item.ref for ret, item in submitted if ret not in done]
    refs = [item.ref for ret, item in submitted if ret in done]
    for ret in done:
        accept(context.session, ret, context.now, stored_id(context.person.id))
    return Reply(messages=(message(render("messages/accepted_all.md", done=refs, changed=changed)),))


def newest_version_id(context: Context, window: Window) -> int:
    """The id of the newest version of any answer in the window; 0 where there is none."""
    query = select(func.max(ReturnVersion.id)).join(Return).where(Return.window_id == window.id)
    return context.session.exec(query).one() or 0
