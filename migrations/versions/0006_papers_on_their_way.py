"""Papers on their way

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Constraints that nobody named have names in PostgreSQL alone; this is the rule by which batches name those of SQLite.
NAMING = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
PLACING = sa.table("placing", sa.column("id", sa.Integer()), sa.column("meeting_id", sa.Integer()))
ONCE = "paper_prompt_placing_id_stage_step_person_id_revision_key"


def upgrade() -> None:
    for name in ("paper_answer", "paper_prompt"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("meeting_id", sa.Integer(), nullable=True))
        # What was said and asked so far was for the meeting to which the item comes.
        of = sa.table(name, sa.column("placing_id", sa.Integer()), sa.column("meeting_id", sa.Integer()))
        its_own = sa.select(PLACING.c.meeting_id).where(PLACING.c.id == of.c.placing_id).scalar_subquery()
        op.execute(of.update().values(meeting_id=its_own))
    with op.batch_alter_table("paper_answer") as table:
        table.alter_column("meeting_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key("paper_answer_meeting_id_fkey", "meeting", ["meeting_id"], ["id"])
    with op.batch_alter_table("paper_prompt", naming_convention=NAMING) as table:
        table.alter_column("meeting_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key("paper_prompt_meeting_id_fkey", "meeting", ["meeting_id"], ["id"])
        table.create_index(op.f("ix_paper_prompt_meeting_id"), ["meeting_id"], unique=False)
        table.drop_constraint(ONCE, type_="unique")
        once = ["placing_id", "meeting_id", "stage", "step", "person_id", "revision"]
        table.create_unique_constraint("paper_prompt_once", once)
