"""Calendar feeds and committee systems: when each is read, what it last returned, and how it fails."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class Feed(SQLModel, table=True):
    """One calendar feed or committee system that is polled; `key` is the key of its specification.

    `address` is a hash of the URL, which may be secret; `etag` and `last_modified` are used only while it is the same.
    `body` is the last response without a problem, read at `fetched_at`; a feed that fails keeps it. `failures` counts
    consecutive failures: the first was at `failing_since`, the last for the reason `problem`, and the secretaries were
    told at `told_at`. Without failures, `problem` names the parts of the last response that could not be used. The feed
    is read again at `due_at`, unless a process holds it until `leased_until`; `attempts` identifies the holder. A
    committee system has no `body`: its meetings are in the database.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    address: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body: bytes | None = None
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str | None = None
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
