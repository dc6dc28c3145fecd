"""A message keeps what it is about: items in windows and papers at meetings, with the deadline that it names."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("outgoing_message") as table:
        table.add_column(sa.Column("about", sa.JSON(), nullable=False, server_default="[]"))
