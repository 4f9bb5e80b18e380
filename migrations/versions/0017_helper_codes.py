"""One-time codes by which somebody beside a person helps them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_helper_code",
        sa.Column("code_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, index=True),
        sa.Column("secret_digest", sa.Text, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("account_helper_code")
