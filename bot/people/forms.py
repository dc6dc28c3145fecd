"""The forms with which an admin changes posts, people, leave and chat accounts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from sqlmodel import col, select

from remembrancer.bot.core.forms import field, person_choices
from remembrancer.bot.core.typed_days import typed_day
from remembrancer.models import ChatAccount, Person, Post
from remembrancer.models.message import Choice, Form, FormField
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.person_fields import ROLES
from remembrancer.services.chat_accounts import PLATFORMS
from remembrancer.services.context import Context, as_id, refusal_text
from remembrancer.wording import phrase

FieldType = Literal["choice", "choices", "short", "date", "person"]
FORMS: Mapping[str, Sequence[tuple[str, FieldType, bool]]] = {
    "hand_over": (
        ("post", "choice", True),
        ("person", "person", True),
        ("first_day", "date", True),
        ("instead_of", "person", False),
    ),
    "members": (("post", "choice", True), ("person", "person", True), ("change", "choice", True)),
    "join": (
        ("email", "short", True),
        ("name", "short", True),
        ("time_zone", "short", False),
        ("roles", "choices", False),
        ("vacant", "choice", False),
    ),
    "leaver": (("person", "person", True),),
    "leave": (
        ("person", "person", True),
        ("first", "date", True),
        ("last", "date", True),
        ("delegate", "person", False),
    ),
    "link": (("person", "person", True), ("platform", "choice", True), ("conversation", "short", True)),
    "unlink": (("person", "person", True), ("platform", "choice", True)),
}
"""Each form's fields: key, type, and whether it is required; in the order of the forms' buttons."""
CHANGES = ("hold", "ask_first", "release")
BLANK_REFUSALS = {"post": "choose_post", "person": "choose_person", "change": "choose_change", "name": "no_name"}
BLANK_REFUSALS |= {"email": "email_needed", "platform": "platform_needed", "conversation": "no_conversation"}
"""The refusal for a required field that is blank; a field that is not listed is a date."""


def blank_errors(name: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The error for each required field of the form that is blank."""
    needed = [key for key, _, required in FORMS[name] if required]
    return {key: phrase(f"refusals.{BLANK_REFUSALS.get(key, 'no_day')}") for key in needed if not values.get(key)}


def form(
    context: Context,
    name: str,
    values: Mapping[str, Any],
    refusal: RefusalError | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    """The form as it was filled in; a refusal is shown beside its field, or above them all."""
    text = refusal_text(refusal) if refusal else ""
    field_errors = {refusal.field: text} if refusal else errors or {}
    fields = tuple(_field(context, name, *spec, values, field_errors.get(spec[0], "")) for spec in FORMS[name])
    return Form(
        action=f"people_{name}",
        value=name,
        title=phrase(f"people.{name}_title"),
        intro=phrase(f"people.{name}_intro"),
        fields=fields,
        submit=phrase(f"people.{name}_submit"),
        notice="" if any(each.error for each in fields) else text,
    )


def _field(
    context: Context, form: str, key: str, type_: FieldType, required: bool, values: Mapping[str, Any], error: str
) -> FormField:
    name = "to" if (form, key) == ("hand_over", "person") else key
    hint = phrase("people.hint_time_zone") if key == "time_zone" else ""
    value, choices = values.get(key) or ([] if type_ == "choices" else ""), _choices(context, key, type_)
    label = f"people.field_{name}"
    return field(key, type_, value, error, label=label, hint=hint, choices=choices, required=required)


def _choices(context: Context, key: str, type_: FieldType) -> tuple[Choice, ...]:
    if type_ == "person":
        return tuple(person_choices(person for person in context.facts.people.values() if person.active))
    if key == "roles":
        return tuple(Choice(key=role, word=role) for role in ROLES)
    if key == "change":
        return tuple(Choice(key=change, word=phrase(f"people.change_{change}")) for change in CHANGES)
    if key == "platform":
        return tuple(Choice(key=platform, word=platform) for platform in PLATFORMS)
    if type_ == "choice":
        posts = sorted(context.facts.posts.values(), key=lambda post: post.name)
        held = ((post, recipients.holders(context.facts, stored_id(post.id), context.now)) for post in posts)
        return tuple(
            Choice(key=str(post.id), word=f"{post.name} ({', '.join(p.name for p in by) or phrase('people.nobody')})")
            for post, by in held
            if key != "vacant" or not by
        )
    return ()


def default_platform(context: Context) -> str:
    """The platform of the admin's own account, most likely that of the others too; empty for none."""
    query = select(ChatAccount.platform).where(ChatAccount.person_id == context.person.id)
    return context.session.exec(query.order_by(col(ChatAccount.id))).first() or ""


def person_in(context: Context, fields: Mapping[str, Any], key: str = "person") -> Person:
    """The person that a field names. Raises RefusalError where it names nobody."""
    person = context.session.get(Person, as_id(str(fields.get(key) or "")))
    if person is None:
        raise RefusalError("choose_person", field=key)
    return person


def person_or_none_in(context: Context, fields: Mapping[str, Any], key: str) -> Person | None:
    return person_in(context, fields, key) if fields.get(key) else None


def post_in(context: Context, fields: Mapping[str, Any], key: str = "post") -> Post:
    """The post that a field names. Raises RefusalError where it names none."""
    post = context.session.get(Post, as_id(str(fields.get(key) or "")))
    if post is None:
        raise RefusalError("choose_post", field=key)
    return post


def with_iso_days(context: Context, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields, with each day that was written out as an ISO day."""
    dates = [key for key, type_, _ in FORMS[name] if type_ == "date"]
    days = {key: day.isoformat() for key in dates if (day := typed_day(fields.get(key), context.today))}
    return {**fields, **days}


def day_in(fields: Mapping[str, Any], key: str) -> date:
    """The date in a field. Raises RefusalError for anything else."""
    try:
        return date.fromisoformat(str(fields.get(key) or ""))
    except ValueError as error:
        raise RefusalError("no_day", field=key) from error
