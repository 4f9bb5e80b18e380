"""What was stopped by hand, step by step."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guarantee_stop",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stop", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id")),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("ix_guarantee_stop_stop", "guarantee_stop", ["stop"])
    op.create_index("ix_guarantee_stop_person_id", "guarantee_stop", ["person_id"])


def downgrade() -> None:
    op.drop_table("guarantee_stop")
