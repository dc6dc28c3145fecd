"""Prompts about papers stand in the table of all prompts

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Constraints that nobody named have names in PostgreSQL alone; this is the rule by which batches name those of SQLite.
NAMING = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
PAPER_COLUMNS = 'placing_id, meeting_id, step, person_id, revision, "to", because, due_on, message_id'


def upgrade() -> None:
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_kind", sa.String(), nullable=False, server_default="return"))
        batch_op.add_column(sa.Column("subject_name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("placing_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("meeting_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.alter_column("return_id", existing_type=sa.Integer(), nullable=True)
    op.execute("UPDATE prompt SET subject_name = CAST(return_id AS VARCHAR)")
    # The ids go on above those of both tables: a correction is named after the prompt that it corrects.
    op.execute(
        "INSERT INTO prompt (id, subject_kind, subject_name, " + PAPER_COLUMNS + ") "
        "SELECT id + (SELECT COALESCE(MAX(id), 0) FROM prompt) + (SELECT COALESCE(MAX(id), 0) FROM paper_prompt), "
        "'paper', CAST(placing_id AS VARCHAR) || '.' || CAST(meeting_id AS VARCHAR) || '.' || stage, "
        + PAPER_COLUMNS
        + " FROM paper_prompt"
    )
    op.drop_table("paper_prompt")
    with op.batch_alter_table("prompt", naming_convention=NAMING) as batch_op:
        batch_op.alter_column("subject_kind", existing_type=sa.String(), server_default=None)
        batch_op.alter_column("subject_name", existing_type=sa.String(), server_default=None)
        batch_op.drop_constraint("prompt_return_id_step_person_id_revision_key", type_="unique")
        batch_op.create_unique_constraint(
            "prompt_subject_step_person_revision",
            ["subject_kind", "subject_name", "step", "person_id", "revision"],
        )
        batch_op.create_foreign_key("prompt_placing_id_fkey", "placing", ["placing_id"], ["id"])
        batch_op.create_foreign_key("prompt_meeting_id_fkey", "meeting", ["meeting_id"], ["id"])
        batch_op.create_index("ix_prompt_placing_id", ["placing_id"])
        batch_op.create_index("ix_prompt_meeting_id", ["meeting_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval('prompt_id_seq', (SELECT COALESCE(MAX(id), 1) FROM prompt))")
