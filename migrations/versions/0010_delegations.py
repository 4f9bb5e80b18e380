"""Acting for somebody else."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_delegation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, index=True),
        sa.Column("delegate_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=True, index=True),
        sa.Column("code_hash", sa.Text, nullable=True, unique=True),
        sa.Column("terms", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("accepted_at", sa.Text, nullable=True),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text, nullable=True),
    )


def downgrade() -> None:
    op.drop_table("account_delegation")
