"""The secret that signs the addresses of personal calendar feeds: one row."""

from sqlmodel import Field, SQLModel


class CalendarSecret(SQLModel, table=True):
    """The signing secret, made with the first address; replacing it makes all earlier addresses invalid."""

    __tablename__ = "signing"

    id: int = Field(default=1, primary_key=True)
    secret: str
