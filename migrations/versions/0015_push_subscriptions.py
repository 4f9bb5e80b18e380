"""Devices on which a person asked to be told (Web Push)."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_push_subscription",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, index=True),
        sa.Column("endpoint_hash", sa.Text, nullable=False, unique=True),
        sa.Column("subscription", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=True),
    )


def downgrade() -> None:
    op.drop_table("account_push_subscription")
