"""Reads one row of people.csv: a person and a post, and when the person works."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from remembrancer.intake.folder.leave_cells import Leave, read_leave
from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.time_cells import to_time
from remembrancer.rules.calendar.time_zones import known_zones
from remembrancer.rules.calendar.weekdays import read_weekdays, weekdays_text
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.people.person_fields import EMAIL, ROLES

COLUMNS = ("name", "email", "post", "reports_to", "time_zone", "works", "prompt_hour", "roles", "leave")
LONGEST_EMAIL, LONGEST_WORKS = 254, 200  # RFC 5321, 4.5.3.1.3


@dataclass(frozen=True)
class PersonRow:
    """A row with a person and a post; a vacant post has neither name nor e-mail, and `post` may be empty.

    `email`, `works` and `prompt_hour` are as `Person` has them.
    """

    row: int
    name: str
    email: str
    post: str
    reports_to: str
    time_zone: str
    works: str
    prompt_hour: str
    roles: tuple[str, ...]
    leave: tuple[Leave, ...]


def read_person(row: Row, time: WorkingTime) -> PersonRow | None:
    """Read a row; None, and a problem, where it names nobody. `time` is the organisation's working time."""
    name, email, post = row["name"], row["email"].lower(), row["post"]
    if bool(name) != bool(email):
        row.wrong("email" if name else "name", "name_without_email")
        return None
    if not name and not post:
        row.wrong("post", "nobody_and_no_post")
        return None
    if email and not (len(email) <= LONGEST_EMAIL and EMAIL.fullmatch(email)):
        row.wrong("email", "not_an_email", text=email)
        return None
    zone = row["time_zone"]
    if zone and zone not in known_zones():
        row.wrong("time_zone", "no_such_zone", text=zone)
    return PersonRow(
        row=row.number,
        name=name,
        email=email,
        post=post,
        reports_to=row["reports_to"],
        time_zone=zone or time.zone,
        works=_works(row),
        prompt_hour=_prompt_hour(row, time.ends),
        roles=tuple(_roles(row)),
        leave=tuple(read_leave(row)),
    )


def _works(row: Row) -> str:
    text = row["works"]
    days = read_weekdays(text) if len(text) <= LONGEST_WORKS else None
    if text and not days:
        row.wrong("works", "not_weekdays", text=text)
    return weekdays_text(days or ())


def _prompt_hour(row: Row, ends: time) -> str:
    text = row["prompt_hour"]
    hour = to_time(text) if text else None
    if text and hour is None:
        row.wrong("prompt_hour", "not_an_hour", text=text)
    elif hour is not None and hour >= ends:
        row.wrong("prompt_hour", "hour_after_work", text=text, ends=f"{ends:%H:%M}")
    return f"{hour:%H:%M}" if hour else ""


def _roles(row: Row) -> Iterator[str]:
    for role in (role.strip().lower() for role in row["roles"].split(";") if role.strip()):
        if role not in ROLES:
            row.wrong("roles", "no_such_role", text=role, roles=", ".join(ROLES))
        yield role
