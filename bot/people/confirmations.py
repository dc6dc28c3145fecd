"""What takes something from somebody: shown before it is done, and done only if it would still do the same."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.people import replies
from remembrancer.bot.people.forms import a_day, a_person, a_person_or_none, a_post
from remembrancer.models import Person, Post
from remembrancer.models.message import Button, Message, message
from remembrancer.queries import chat_accounts as account_queries
from remembrancer.queries.organisation import fingerprint
from remembrancer.rules.facts import known
from remembrancer.services import chat_accounts, people, posts
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.wording import escape, render, say


def show_hand_over(context: Context, fields: Mapping[str, Any]) -> Message:
    """What handing over would do, with the button that does it."""
    return _hand_over_shown(context, *_hand_over_named(context, fields))


def _hand_over_named(context: Context, fields: Mapping[str, Any]) -> tuple[Post, Person, date, Person | None]:
    post, to = a_post(context, fields), a_person(context, fields)
    return post, to, a_day(fields, "first_day"), a_person_or_none(context, fields, "instead_of")


def _hand_over_shown(context: Context, post: Post, to: Person, day: date, instead_of: Person | None) -> Message:
    planned = posts.plan_hand_over(context.session, post, to, context.now, day, instead_of)
    text = render("messages/hand_over_preview.md", planned=planned)
    value = f"{post.id}.{to.id}.{day}.{instead_of.id if instead_of else ''}"
    return _to_confirm(text, "hand_over", value, post.name)


def _to_confirm(text: str, name: str, value: str, about: str) -> Message:
    """What would be done; its button's value ends with a name for what was shown."""
    button = Button(
        action=f"people_{name}_now",
        value=f"{value}.{_named(text)}",
        label=say(f"people.confirm_{name}"),
        about=about,
        style="danger",
    )
    return message(text, buttons=[button])


def _named(text: str) -> str:
    """A name for a text: another as soon as it says something else."""
    return fingerprint(text)[:12]


def press_hand_over(context: Context, incoming: Incoming) -> Reply:
    """Do what was shown; where it would do something else by now, show that instead."""
    context.must_be_admin("admins_only_people")
    named = _parts(incoming.value, "post", "person", "first_day", "instead_of", "shown")
    post, to, day, instead_of = _hand_over_named(context, named)
    shown = _hand_over_shown(context, post, to, day, instead_of)
    if _named(shown.text) != named["shown"]:
        return _changed_meanwhile(shown)
    done = posts.hand_over(context.session, post, to, context.now, known(context.person.id), day, instead_of)
    return Reply(messages=(message(replies.handed_over(done, escape)),))


def show_release(context: Context, post: Post, person: Person) -> Message:
    """What taking a post from one of its holders would do, with the button that does it."""
    planned = posts.plan_release(context.session, post, person, context.now)
    text = render("messages/release_preview.md", planned=planned)
    return _to_confirm(text, "release", f"{post.id}.{person.id}", f"{post.name}, {person.name}")


def press_release(context: Context, incoming: Incoming) -> Reply:
    """Do what was shown; where it would do something else by now, show that instead."""
    context.must_be_admin("admins_only_people")
    named = _parts(incoming.value, "post", "person", "shown")
    post, person = a_post(context, named), a_person(context, named)
    shown = show_release(context, post, person)
    if _named(shown.text) != named["shown"]:
        return _changed_meanwhile(shown)
    done = posts.release(context.session, post, person, context.now, known(context.person.id))
    return Reply(messages=(message(replies.handed_over(done, escape)),))


def show_unlink(context: Context, fields: Mapping[str, Any]) -> Message:
    """What taking a link away would do, with the button that does it."""
    person, platform = a_person(context, fields), str(fields.get("platform") or "")
    account = account_queries.linked(context.session, person, platform)
    others = account_queries.linked_on(context.session, person, but_not=account)
    text = render("messages/unlink_preview.md", person=person, account=account, others=others)
    return _to_confirm(text, "unlink", f"{person.id}.{account.platform}", person.name)


def press_unlink(context: Context, incoming: Incoming) -> Reply:
    """Do what was shown; where it would do something else by now, show that instead."""
    context.must_be_admin("admins_only_people")
    named = _parts(incoming.value, "person", "platform", "shown")
    shown = show_unlink(context, named)
    if _named(shown.text) != named["shown"]:
        return _changed_meanwhile(shown)
    person = a_person(context, named)
    chat_accounts.unlink(context.session, person, named["platform"], context.now, known(context.person.id))
    said = say("people.unlinked", name=escape(person.name), platform=escape(named["platform"]))
    return Reply(messages=(message(said),))


def _parts(value: str, *names: str) -> dict[str, str]:
    """The parts of a button's value. Raises NotPossibleError where there are more or fewer."""
    parts = value.split(".")
    if len(parts) != len(names):
        raise NotPossibleError("no_such_button")
    return dict(zip(names, parts, strict=True))


def _changed_meanwhile(shown: Message) -> Reply:
    return Reply(messages=(message(say("people.changed_meanwhile")), shown))


def show_leaver(context: Context, fields: Mapping[str, Any]) -> Message:
    """What somebody's leaving would do, with the button that does it."""
    person = a_person(context, fields)
    planned = people.plan_leaving(context.session, person, context.now)
    return _to_confirm(render("messages/leaver_preview.md", planned=planned), "leaver", f"{person.id}", person.name)


def press_leaver(context: Context, incoming: Incoming) -> Reply:
    """Do what was shown; where it would do something else by now, show that instead."""
    context.must_be_admin("admins_only_people")
    named = _parts(incoming.value, "person", "shown")
    shown = show_leaver(context, named)
    if _named(shown.text) != named["shown"]:
        return _changed_meanwhile(shown)
    done = people.leave(context.session, a_person(context, named), context.now, known(context.person.id))
    return Reply(messages=(message(replies.left(done, escape)),))
