"""Cards given to the software of professionals."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_decision_card",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("software", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("guideline", sa.Text, nullable=False, index=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False, index=True),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", sa.Text),
    )


def downgrade() -> None:
    op.drop_table("audit_decision_card")
