"""A person has days of the week on which they work, and an hour from which they are messaged."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

FOLDER_WORD = sa.table("folder_word", sa.column("id"), sa.column("model"), sa.column("values", sa.JSON))


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("works", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("prompt_hour", sa.String(), nullable=False, server_default=""))
    # The folder said nothing of them yet, so its next word is news only where it says something.
    people = sa.select(FOLDER_WORD.c.id, FOLDER_WORD.c["values"]).where(FOLDER_WORD.c.model == "Person")
    for row_id, said in op.get_bind().execute(people).all():
        word = FOLDER_WORD.update().where(FOLDER_WORD.c.id == row_id)
        op.execute(word.values({"values": {**said, "works": "", "prompt_hour": ""}}))
