"""Proofs of possession that were used (DPoP); the provider's own session."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_proof",
        sa.Column("proof", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False, index=True),
    )
    with op.batch_alter_table("account_session") as table:
        table.add_column(sa.Column("provider_hash", sa.Text, nullable=True))
        table.create_index("ix_account_session_provider_hash", ["provider_hash"])


def downgrade() -> None:
    with op.batch_alter_table("account_session") as table:
        table.drop_index("ix_account_session_provider_hash")
        table.drop_column("provider_hash")
    op.drop_table("account_proof")
