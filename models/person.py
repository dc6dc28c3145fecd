"""People, their chat accounts and their leave."""

from datetime import date

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class Person(SQLModel, table=True):
    """A person in the organisation; `roles` holds 'admin' and 'director', and other permissions come from posts.

    `email` tells people apart: an address, or a name and an address that several people share ('jo hall
    <clerks@example.org>'). `works` are the days of the week that the person works ('Mon-Wed') and `prompt_hour` the
    hour from which they are messaged ('10:00'); both are empty where the organisation's hold.
    """

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    time_zone: str
    works: str = ""
    prompt_hour: str = ""
    roles: list[str] = Field(default_factory=list, sa_type=JSON)
    active: bool = True


class ChatAccount(SQLModel, table=True):
    """A person's account on one platform, and the conversation where the person is messaged.

    `account` is the platform's own id of the person, as its events carry it; where it is empty, `conversation` is used
    instead. While `problem` is set, the platform refuses messages to this account.
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
    """A person's leave, first and last day included, and the delegate who is asked meanwhile."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    first_day: date
    last_day: date
    delegate_id: int | None = Field(default=None, foreign_key="person.id")
