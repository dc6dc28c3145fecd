"""Forward plans

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

import remembrancer.models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "forward_plan_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_placed", sa.Date(), nullable=True),
        sa.Column("decision_no", sa.String(), nullable=False),
        sa.Column("key_decision", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("decision_maker", sa.String(), nullable=False),
        sa.Column("maker_title", sa.String(), nullable=False),
        sa.Column("documents", sa.String(), nullable=False),
        sa.Column("documents_at", sa.String(), nullable=False),
        sa.Column("notice_published_on", sa.Date(), nullable=True),
        sa.Column("lead_post_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("pathway", sa.JSON(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("standing", sa.Enum("ACTIVE", "ON_HOLD", "WITHDRAWN", name="planstanding"), nullable=False),
        sa.Column("standing_reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"],
            ["board.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["lead_post_id"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("board_id", "key"),
    )
    with op.batch_alter_table("forward_plan_item") as batch_op:
        batch_op.create_index(batch_op.f("ix_forward_plan_item_board_id"), ["board_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_forward_plan_item_item_id"), ["item_id"], unique=False)

    op.create_table(
        "meeting_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("plan_item_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Enum("SAID", "ACTION", name="meetingnotekind"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("brings_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", remembrancer.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brings_id"],
            ["forward_plan_item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_item_id"],
            ["forward_plan_item.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("meeting_note") as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_note_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_note_plan_item_id"), ["plan_item_id"], unique=False)

    op.create_table(
        "placing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_item_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("was_id", sa.Integer(), nullable=True),
        sa.Column("fate", sa.Enum("ADDED", "MOVED", "WITHDRAWN", name="fate"), nullable=True),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", remembrancer.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_item_id"],
            ["forward_plan_item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["to_id"],
            ["meeting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["was_id"],
            ["meeting.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_item_id", "meeting_id"),
    )
    with op.batch_alter_table("placing") as batch_op:
        batch_op.create_index(batch_op.f("ix_placing_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placing_plan_item_id"), ["plan_item_id"], unique=False)

    op.create_table(
        "paper_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placing_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("is_so", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", remembrancer.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["placing_id"],
            ["placing.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("paper_answer") as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_answer_placing_id"), ["placing_id"], unique=False)

    op.create_table(
        "paper_prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placing_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outgoing_message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["placing_id"],
            ["placing.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("placing_id", "stage", "step", "person_id", "revision"),
    )
    with op.batch_alter_table("paper_prompt") as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_prompt_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_prompt_placing_id"), ["placing_id"], unique=False)

    with op.batch_alter_table("meeting") as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
