"""A draft holds what its words mention without setting it, so that it can be offered."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("draft") as table:
        table.add_column(sa.Column("offered", sa.JSON(), nullable=False, server_default="{}"))
