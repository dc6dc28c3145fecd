"""Posts, which lead items, and the people who hold them."""

from datetime import date

from sqlmodel import Field, SQLModel


class Post(SQLModel, table=True):
    """A post that leads items ('Head of Adult Safeguarding') and reports to another post."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    reports_to_id: int | None = Field(default=None, foreign_key="post.id")


class Tenure(SQLModel, table=True):
    """A person's time in a post; an open end is None. A post without a tenure today is vacant.

    Several people, such as a management team, may hold a post: each may answer, and one is `asked_first`.
    """

    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    first_day: date | None = None
    last_day: date | None = None
    asked_first: bool = False
