"""Calendar feeds and committee systems: what each last said, and how it goes with reading it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class Feed(SQLModel, table=True):
    """One calendar or committee system that is read from an address. `key` is its spec's; the address is not kept.

    `address` is a fingerprint of it: what was known of another address (`etag`, `last_modified`) says nothing of this
    one. `body` is what was last read without a problem, at `fetched_at`; a feed that fails keeps it. `failures` are
    those in a row, the first at `failing_since` and the last for the reason `problem`; the secretaries were told of
    them at `told_at`. Without failures, `problem` is what of the last reading could not be used. It is read again at
    `due_at`, unless a process has it until `leased_until`; `attempts` says which. A committee system has no `body`:
    its meetings are in the store.
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
