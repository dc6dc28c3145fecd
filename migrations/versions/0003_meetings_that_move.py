"""Meetings that keep their rows, and calendar feeds

Revision ID: 0003
Revises: 0002
"""

from collections import Counter
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import remembrancer.models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = remembrancer.models.base.UtcDateTime(timezone=True)
MEETING_STATE = sa.Enum("SCHEDULED", "CANCELLED", name="meetingstate")
MEETING = sa.table(
    "meeting",
    sa.column("id", sa.Integer()),
    sa.column("board_id", sa.Integer()),
    sa.column("uid", sa.String()),
    sa.column("starts_at", MOMENT),
)
# Constraints that nobody named have names in PostgreSQL alone; this is the rule by which batches name those of SQLite.
NAMING = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}


def upgrade() -> None:
    _new_tables()
    if op.get_bind().dialect.name == "postgresql":
        MEETING_STATE.create(op.get_bind())
    with op.batch_alter_table("window") as table:
        table.add_column(sa.Column("source", sa.String(), nullable=False, server_default=""))
    _tell_meetings_apart()
    with op.batch_alter_table("meeting", naming_convention=NAMING) as table:
        table.drop_constraint("meeting_board_id_uid_starts_at_key", type_="unique")
        table.add_column(sa.Column("state", MEETING_STATE, nullable=False, server_default="SCHEDULED"))
        table.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("source", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("place", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("whole_day", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("moved_from", MOMENT, nullable=True))
        table.create_unique_constraint("meeting_board_id_uid_key", ["board_id", "uid"])


def _new_tables() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )


def _tell_meetings_apart() -> None:
    """Dates of one UID were rows of their own: each is named as the recurrence that it is, by its start."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(MEETING.c.id, MEETING.c.board_id, MEETING.c.uid, MEETING.c.starts_at)).all()
    often = Counter((board_id, uid) for _, board_id, uid, _ in rows)
    for row_id, board_id, uid, starts_at in rows:
        if often[board_id, uid] > 1:
            named = f"{uid}/{_stamp(starts_at)}"
            connection.execute(MEETING.update().where(MEETING.c.id == row_id).values(uid=named))


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
