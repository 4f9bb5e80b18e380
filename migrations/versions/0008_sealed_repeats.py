"""Answers already given to writes are sealed. Those kept so far were in clear: they are dropped (a request sent again
right across the upgrade is then done again)."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("account_idempotent_write")
    _create(sa.LargeBinary)


def downgrade() -> None:
    op.drop_table("account_idempotent_write")
    _create(sa.Text)


def _create(answer: type) -> None:
    op.create_table(
        "account_idempotent_write",
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), primary_key=True, nullable=False),
        sa.Column("key_hash", sa.Text, primary_key=True),
        sa.Column("request_digest", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("answer", answer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
