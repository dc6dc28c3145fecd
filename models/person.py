"""Someone, and where to reach them."""

from datetime import date

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class Person(SQLModel, table=True):
    """Someone in the organisation. `roles` holds 'admin' and 'director'; other powers come from posts."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    time_zone: str
    roles: list[str] = Field(default_factory=list, sa_type=JSON)
    active: bool = True


class ChatAccount(SQLModel, table=True):
    """Where a person is reached on one platform.

    `account` is the platform's own id of the person, which what they do carries; where it is empty, the conversation
    is. While there is a `problem`, the platform refuses whatever is sent there: nobody is reached so.
    """

    __tablename__ = "chat_account"
    __table_args__ = (UniqueConstraint("person_id", "platform"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    platform: str
    conversation: str
    account: str = Field(default="", index=True)
    problem: str | None = None


class Absence(SQLModel, table=True):
    """A person's leave, first and last day included, and who is asked instead."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    first_day: date
    last_day: date
    delegate_id: int | None = Field(default=None, foreign_key="person.id")
