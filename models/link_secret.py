"""What signs the addresses that are given out: one row."""

from sqlmodel import Field, SQLModel


class Signing(SQLModel, table=True):
    """`secret` is made when the first address is; another secret makes every address that was given out void."""

    id: int = Field(default=1, primary_key=True)
    secret: str
