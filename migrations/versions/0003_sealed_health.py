"""Health data sealed with a data key for each person.

The tables of before held sample people only (no real sign-in existed): they are emptied, and the samples loaded again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _person() -> sa.Column[str]:
    return sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), primary_key=True, nullable=False)


def upgrade() -> None:
    for table in ("health_identity", "health_upload", "health_facts"):
        op.drop_table(table)
    op.create_table(
        "key_data",
        _person(),
        sa.Column("kek", sa.Text, nullable=False, index=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table("health_identity", _person(), sa.Column("subject", sa.LargeBinary, nullable=False))
    op.create_table(
        "health_upload",
        _person(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "health_facts",
        _person(),
        sa.Column("sheet", sa.LargeBinary),
        sa.Column("answers", sa.LargeBinary, nullable=False),
        sa.Column("vocabulary", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    raise RuntimeError("what is sealed is never kept open again: restore a backup instead")
