"""A draft holds the words that were last said to it, and what they changed: old and new are read back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("draft") as table:
        table.add_column(sa.Column("said", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("before", sa.JSON(), nullable=True))
        table.add_column(sa.Column("not_taken", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("replaced", sa.JSON(), nullable=False, server_default="{}"))
