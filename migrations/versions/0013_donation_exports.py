"""Exports of donated data: what left, who is in it, who was told to be withdrawn; opt-out lists of other registers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "donation_listed",
        sa.Column("identity_hash", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "donation_delivery",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project", sa.Text, nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("manifest", sa.Text),
    )
    op.create_table("donation_member", *_who())
    op.create_table("donation_notice", *_who(), sa.Column("at", sa.Text, nullable=False))
    for table in ("donation_member", "donation_notice"):
        op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _who() -> list[sa.Column[str]]:
    return [
        sa.Column("delivery", sa.Text, sa.ForeignKey("donation_delivery.id"), primary_key=True),
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), primary_key=True),
    ]


def downgrade() -> None:
    raise RuntimeError("what left is never forgotten: restore a backup instead")
