"""Platforms

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

import remembrancer.models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", remembrancer.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Enum("WAITING", "DONE", "FAILED", name="heardstate"), nullable=False),
        sa.Column("done_at", remembrancer.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("leased_until", remembrancer.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("platform", "key"),
    )
    with op.batch_alter_table("incoming_event", schema=None) as batch_op:
        batch_op.create_index("ix_incoming_event_state_id", ["state", "id"], unique=False)

    op.create_table(
        "open_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("opened_at", remembrancer.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    with op.batch_alter_table("open_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open_form_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("chat_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("problem", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_chat_account_account"), ["account"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("chat_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_account_account"))
        batch_op.drop_column("problem")
        batch_op.drop_column("account")

    with op.batch_alter_table("open_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_form_person_id"))

    op.drop_table("open_form")
    with op.batch_alter_table("incoming_event", schema=None) as batch_op:
        batch_op.drop_index("ix_incoming_event_state_id")

    op.drop_table("incoming_event")
