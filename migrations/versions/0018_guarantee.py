"""The human guarantee: seats, draws, cases, readings, results and issues."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guarantee_seat",
        sa.Column("number_hash", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
    )
    op.create_table(
        "guarantee_draw",
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("frame", sa.Text, nullable=False),
        sa.Column("pack", sa.Text, nullable=False),
        sa.Column("strata", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "guarantee_case",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, index=True),
        sa.Column("month", sa.Text, nullable=False, index=True),
        sa.Column("categories", sa.Text, nullable=False),
        sa.Column("shown", sa.LargeBinary, nullable=False),
        sa.Column("proposal", sa.LargeBinary),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "guarantee_reading",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False, index=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, index=True),
        sa.Column("reader_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, index=True),
        sa.Column("reading", sa.LargeBinary),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("read_at", sa.Text),
    )
    op.create_table(
        "guarantee_result",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("month", sa.Text, nullable=False, index=True),
        sa.Column("guideline", sa.Text, nullable=False, index=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("stratum", sa.Text, nullable=False),
        sa.Column("first", sa.Text, nullable=False),
        sa.Column("second", sa.Text, nullable=False),
        sa.Column("final", sa.Text, nullable=False),
        sa.Column("discussed", sa.Integer, nullable=False),
    )
    op.create_table(
        "guarantee_issue",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("guideline", sa.Text, nullable=False, index=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "guarantee_step",
        sa.Column("issue", sa.Text, sa.ForeignKey("guarantee_issue.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("step", "issue", "result", "reading", "case", "draw", "seat"):
        op.drop_table(f"guarantee_{table}")
