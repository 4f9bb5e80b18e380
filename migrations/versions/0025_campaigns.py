"""Campaigns that a team writes: versions, and the steps of each."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_version",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "studio_step",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("ix_studio_version_person_id", "studio_version", ["person_id"])
    op.create_index("ix_studio_step_person_id", "studio_step", ["person_id"])


def downgrade() -> None:
    op.drop_table("studio_step")
    op.drop_table("studio_version")
