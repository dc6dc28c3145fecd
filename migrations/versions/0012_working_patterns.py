"""A person has days of the week on which they work, and an hour from which they are messaged."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("works", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("prompt_hour", sa.String(), nullable=False, server_default=""))
