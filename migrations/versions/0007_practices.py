"""Practices that people name, and where professionals work."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_relation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, index=True),
        sa.Column("practice_hash", sa.Text, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text, nullable=True),
    )
    op.create_table(
        "account_member",
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), primary_key=True),
        sa.Column("practice_hash", sa.Text, primary_key=True, index=True),
        sa.Column("at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("account_member")
    op.drop_table("account_relation")
