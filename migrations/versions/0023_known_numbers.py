"""National health numbers, as keyed hashes, for a launch from a professional's software to find its patient."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_number",
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), primary_key=True),
        sa.Column("number_hash", sa.Text, primary_key=True, index=True),
    )


def downgrade() -> None:
    op.drop_table("account_number")
