"""Problems reported, human reviews asked for, complaints: an anonymous register, and what is sealed of each person."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guarantee_signal",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reporter", sa.Text, nullable=False),
        sa.Column("sent_to", sa.Text, nullable=False),
        sa.Column("guideline", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("pack", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("impact", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("due_at", sa.Text, nullable=False),
    )
    op.create_index("ix_guarantee_signal_at", "guarantee_signal", ["at"])
    op.create_table(
        "guarantee_signal_step",
        sa.Column("signal", sa.Text, sa.ForeignKey("guarantee_signal.id"), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("analysis", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "health_signal",
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("signal_hash", sa.Text, nullable=False),
        sa.Column("link", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("answers", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.UniqueConstraint("signal_hash"),
    )


def downgrade() -> None:
    op.drop_table("health_signal")
    op.drop_table("guarantee_signal_step")
    op.drop_table("guarantee_signal")
