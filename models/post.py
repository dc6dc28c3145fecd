"""Posts lead items; people hold posts for a time."""

from datetime import date

from sqlmodel import Field, SQLModel


class Post(SQLModel, table=True):
    """A role that leads items ('Head of Adult Safeguarding'). It reports to another post."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    reports_to_id: int | None = Field(default=None, foreign_key="post.id")


class Tenure(SQLModel, table=True):
    """Who holds a post and when; an open end is None. A post with no tenure today is vacant.

    A post may be held by a body, such as a management team: each member may answer, and one is `asked_first`.
    """

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    first_day: date | None = None
    last_day: date | None = None
    asked_first: bool = False
