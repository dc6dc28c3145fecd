"""What secretaries and admins decide

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import remembrancer.models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = remembrancer.models.base.UtcDateTime(timezone=True)
DIGEST_STATE = sa.Enum("DRAFT", "HELD", "POSTED", "SUPERSEDED", "WITHHELD", name="digeststate")
STANDING = sa.Enum("REPORTED", "WITHDRAWN", "SUSPENDED", name="standing")


def upgrade() -> None:
    _new_tables()
    _more_words("return", "returnstate", ["WITHDRAWN", "SUSPENDED"])
    _more_words("outgoing_message", "sendstate", ["WITHHELD"])
    if op.get_bind().dialect.name == "postgresql":
        DIGEST_STATE.create(op.get_bind())
        STANDING.create(op.get_bind())
    _more_columns()
    _digests_by_board()


def _new_tables() -> None:
    op.create_table(
        "folder_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model", "name"),
    )
    op.create_table(
        "sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("paused_by_id", sa.Integer(), nullable=True),
        sa.Column("pilot", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["paused_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "window_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["window.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("window_id", "edition"),
    )


def _more_words(table: str, enum: str, words: list[str]) -> None:
    """PostgreSQL keeps the words of an enumeration in a type; SQLite keeps text as long as the longest."""
    if op.get_bind().dialect.name == "postgresql":
        for word in words:
            op.execute(f"ALTER TYPE {enum} ADD VALUE '{word}'")
    else:
        with op.batch_alter_table(table) as batch:
            batch.alter_column("state", type_=sa.String(max(len(word) for word in words)), nullable=False)


def _digests_by_board() -> None:
    """What boards were told before, to all of them at once, is what each was told."""
    op.execute("UPDATE digest SET posted_at = made_at")
    op.execute(
        """
        INSERT INTO digest (window_id, board_id, kind, slot, state, made_at, posted_at, figures, told, text)
        SELECT d.window_id, b.board_id, d.kind,
               CASE WHEN d.kind = 'ADDENDUM' THEN 'r' || w.revision || '-' || d.slot ELSE d.slot END
                 || '-b' || b.board_id,
               'POSTED', d.made_at, d.made_at, d.figures, d.told, d.text
        FROM digest d
        JOIN "window" w ON w.id = d.window_id
        JOIN programme_board b ON b.programme_id = w.programme_id
        WHERE d.kind <> 'PROGRESS' AND d.text <> ''
        """
    )


def _more_columns() -> None:
    with op.batch_alter_table("return") as table:
        table.add_column(sa.Column("set_aside_reason", sa.String(), nullable=True))
        table.add_column(sa.Column("chased_at", MOMENT, nullable=True))
        table.add_column(sa.Column("disowned_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("disowned_to_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("disowned_reason", sa.String(), nullable=True))
        table.create_foreign_key("return_disowned_by", "person", ["disowned_by_id"], ["id"])
        table.create_foreign_key("return_disowned_to", "post", ["disowned_to_id"], ["id"])
    with op.batch_alter_table("return_version") as table:
        table.add_column(sa.Column("restated_reason", sa.String(), nullable=True))
    with op.batch_alter_table("programme_board") as table:
        table.add_column(sa.Column("hears", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("item") as table:
        table.add_column(sa.Column("standing", STANDING, nullable=False, server_default="REPORTED"))
        table.add_column(sa.Column("standing_reason", sa.String(), nullable=True))
        table.add_column(sa.Column("review_on", sa.Date(), nullable=True))
    with op.batch_alter_table("window") as table:
        table.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("settles_at", MOMENT, nullable=True))
    with op.batch_alter_table("tenure") as table:
        table.add_column(sa.Column("asked_first", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("digest") as table:
        table.add_column(sa.Column("board_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("state", DIGEST_STATE, nullable=False, server_default="POSTED"))
        table.add_column(sa.Column("covering_note", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("left_out", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("due_at", MOMENT, nullable=True))
        table.add_column(sa.Column("posted_at", MOMENT, nullable=True))
        table.create_foreign_key("digest_board", "board", ["board_id"], ["id"])
    with op.batch_alter_table("outgoing_message") as table:
        table.add_column(sa.Column("digest_id", sa.Integer(), nullable=True))
        table.create_foreign_key("outgoing_message_digest", "digest", ["digest_id"], ["id"])
        table.create_index("ix_outgoing_message_digest_id", ["digest_id"])
    with op.batch_alter_table("audit_event") as table:
        table.create_index("ix_audit_event_subject", ["subject"])
