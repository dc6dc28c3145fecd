"""People: who holds which post, who joins, leaves, is away, and is reached where."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from remembrancer.bot.people import replies
from remembrancer.cli.database import store
from remembrancer.cli.shared import DAY_FORMATS, AsJson, print_json, print_table, stop, the_moment
from remembrancer.cli.slack import where_on
from remembrancer.cli.teams import account_on
from remembrancer.models import Absence, ChatAccount, Person, Post, Programme
from remembrancer.queries.facts import load_facts, load_people
from remembrancer.queries.person_lookup import people_called
from remembrancer.queries.post_holders import today
from remembrancer.queries.returns import unreachable
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.recipients import holders, to_come
from remembrancer.services import chat_accounts, people, posts
from remembrancer.services.leave import current_and_future_leave
from remembrancer.wording import phrase, short_day

app = typer.Typer(no_args_is_help=True)
Email = Annotated[str, typer.Argument(help=phrase("people.cli_email"))]
PostName = Annotated[str, typer.Argument(help=phrase("people.cli_post"))]
Platform = Annotated[str, typer.Argument(help=phrase("people.cli_platform"))]


@contextmanager
def changing() -> Iterator[Session]:
    """The store; what cannot be done is said in a sentence, and then nothing is changed."""
    with store() as session:
        try:
            yield session
        except RefusalError as refusal:
            stop(phrase(f"refusals.{refusal.name}", **refusal.values))


def _person(session: Session, email: str) -> Person:
    found = people_called(session, email)
    if not found:
        raise RefusalError("no_such_person", text=email)
    if len(found) > 1:
        raise RefusalError("several_people", text=email, keys="; ".join(person.email for person in found))
    return found[0]


def _post(session: Session, name: str) -> Post:
    post = session.exec(select(Post).where(Post.name == name.strip())).first()
    if post is None:
        raise RefusalError("no_such_post", text=name)
    return post


@app.command("list", help=phrase("people.cli_list"))
def people_list(as_json: AsJson = False) -> None:
    with store() as session:
        found = {"posts": _posts(session), "people": _people(session)}
    if as_json:
        print_json(found)
        return
    print_table("people.post_columns", map(_post_cells, found["posts"]))
    print_table("people.person_columns", map(_person_cells, found["people"]))


def _post_cells(post: dict[str, Any]) -> tuple[str, ...]:
    coming = [phrase("people.from_day", day=short_day(c["first_day"]), name=c["holder"]) for c in post["to_come"]]
    held = ", ".join(post["holders"]) or phrase("people.nobody")
    return post["post"], "; ".join([held, *coming]), ", ".join(item["ref"] for item in post["items"])


def _person_cells(person: dict[str, Any]) -> tuple[str, ...]:
    days = [
        phrase("people.from_to", first=short_day(a["first_day"]), last=short_day(a["last_day"]))
        for a in person["leave"]
    ]
    reached = ", ".join(person["accounts"]) or phrase("people.unreachable")
    works = " ".join(filter(None, (person["works"], person["prompt_hour"])))
    return person["name"], person["email"], ", ".join(person["roles"]), works, "; ".join(days), reached


def _posts(session: Session) -> list[dict[str, Any]]:
    """Each post with the e-mail addresses of those who hold it, who is asked first before the others."""
    facts, now = load_facts(session), the_moment()
    names = {post.id: post.name for post in facts.posts.values()}
    programmes = {programme.id: programme.key for programme in session.exec(select(Programme))}
    return [
        {
            "post": post.name,
            "reports_to": names.get(post.reports_to_id),
            "holders": [person.email for person in holders(facts, stored_id(post.id), now)],
            "to_come": [
                {"first_day": first_day.isoformat(), "holder": person.email}
                for first_day, person in to_come(facts, stored_id(post.id), now)
            ],
            "items": [
                {"programme": programmes[item.programme_id], "ref": item.ref}
                for item in posts.items_led(session, [stored_id(post.id)])
            ],
        }
        for post in sorted(facts.posts.values(), key=lambda post: post.name)
    ]


def _people(session: Session) -> list[dict[str, Any]]:
    """Everybody who is here, with the leave that they are on or that is to come, and where they are reached."""
    day = today(session, the_moment())
    leave = session.exec(select(Absence).where(Absence.last_day >= day).order_by(col(Absence.first_day))).all()
    linked = session.exec(select(ChatAccount).order_by(col(ChatAccount.platform))).all()
    emails = {person.id: person.email for person in session.exec(select(Person))}
    here = session.exec(select(Person).where(Person.active).order_by(col(Person.name)))
    return [
        {
            "name": person.name,
            "email": person.email,
            "time_zone": person.time_zone,
            "works": person.works,
            "prompt_hour": person.prompt_hour,
            "roles": person.roles,
            "leave": [
                {
                    "first_day": absence.first_day.isoformat(),
                    "last_day": absence.last_day.isoformat(),
                    "delegate": emails.get(absence.delegate_id),
                }
                for absence in leave
                if absence.person_id == person.id
            ],
            "accounts": {a.platform: a.conversation for a in linked if a.person_id == person.id},
        }
        for person in here
    ]


@app.command("join", help=phrase("people.cli_join"))
def people_join(
    email: Email,
    name: Annotated[str, typer.Option(help=phrase("people.cli_name"))],
    time_zone: Annotated[str, typer.Option(help=phrase("people.cli_time_zone"))] = "",
    role: Annotated[list[str] | None, typer.Option(help=phrase("people.cli_role"))] = None,
    post: Annotated[str, typer.Option(help=phrase("people.cli_vacant"))] = "",
) -> None:
    with changing() as session:
        held = _post(session, post) if post else None
        person = people.join(session, email, name, the_moment(), None, time_zone, role or (), held)
        is_reached = person.id not in unreachable(session)
        typer.echo(replies.joined(person, is_reached, str))


@app.command("leave", help=phrase("people.cli_leave"))
def people_leave(email: Email) -> None:
    with changing() as session:
        typer.echo(replies.left(people.leave(session, _person(session, email), the_moment(), None), str))


@app.command("away", help=phrase("people.cli_away"))
def people_away(
    email: Email,
    first: Annotated[datetime, typer.Option("--from", formats=DAY_FORMATS, help=phrase("people.cli_first"))],
    last: Annotated[datetime, typer.Option("--to", formats=DAY_FORMATS, help=phrase("people.cli_last"))],
    delegate: Annotated[str, typer.Option(help=phrase("people.cli_delegate"))] = "",
) -> None:
    with changing() as session:
        person, instead = _person(session, email), _person(session, delegate) if delegate else None
        absence = people.begin_leave(session, person, first.date(), last.date(), instead, the_moment(), None)
        typer.echo(replies.away_in_all(load_people(session), absence, str))


@app.command("back", help=phrase("people.cli_back"))
def people_back(email: Email) -> None:
    with changing() as session:
        person = _person(session, email)
        ended = people.end_leave(session, person, the_moment(), None)
        still = current_and_future_leave(session, stored_id(person.id), today(session, the_moment()))
        typer.echo(replies.back(person, ended, still, str))


@app.command("hand-over", help=phrase("people.cli_hand_over"))
def people_hand_over(
    post: PostName,
    to: Annotated[str, typer.Option(help=phrase("people.cli_to"))],
    first_day: Annotated[
        datetime | None, typer.Option("--from", formats=DAY_FORMATS, help=phrase("people.cli_from"))
    ] = None,
    instead_of: Annotated[str, typer.Option(help=phrase("people.cli_instead_of"))] = "",
) -> None:
    with changing() as session:
        replaced = _person(session, instead_of) if instead_of else None
        day = first_day.date() if first_day else None
        holder = _person(session, to)
        done = posts.hand_over(session, _post(session, post), holder, the_moment(), None, day, replaced)
        typer.echo(replies.handed_over(done, str))


@app.command("hold", help=phrase("people.cli_hold"))
def people_hold(
    post: PostName,
    email: Email,
    first: Annotated[bool, typer.Option("--first", help=phrase("people.cli_asked_first"))] = False,
) -> None:
    with changing() as session:
        done = posts.hold(session, _post(session, post), _person(session, email), the_moment(), None, first)
        typer.echo(replies.handed_over(done, str))


@app.command("release", help=phrase("people.cli_release"))
def people_release(post: PostName, email: Email) -> None:
    with changing() as session:
        done = posts.release(session, _post(session, post), _person(session, email), the_moment(), None)
        typer.echo(replies.handed_over(done, str))


@app.command("link", help=phrase("people.cli_link"))
def people_link(
    email: Email,
    platform: Platform,
    conversation: Annotated[str, typer.Argument(help=phrase("people.cli_conversation"))],
) -> None:
    with changing() as session:
        person = _person(session, email)
        in_teams = account_on(platform, conversation)
        conversation, account = (in_teams, in_teams) if in_teams else where_on(platform, conversation)
        chat_accounts.link(session, person, platform, conversation, the_moment(), None, account)
        typer.echo(phrase("people.linked", name=person.name, platform=platform, conversation=conversation))


@app.command("unlink", help=phrase("people.cli_unlink"))
def people_unlink(email: Email, platform: Platform) -> None:
    with changing() as session:
        person = _person(session, email)
        chat_accounts.unlink(session, person, platform, the_moment(), None)
        typer.echo(phrase("people.unlinked", name=person.name, platform=platform))
