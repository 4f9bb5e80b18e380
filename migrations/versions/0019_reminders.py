"""How people want to be reminded, the messages that wait and that left, and calendars to subscribe to."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _person(*, primary_key: bool = False) -> sa.Column:
    return sa.Column(
        "person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, primary_key=primary_key
    )


def upgrade() -> None:
    op.create_table(
        "reminder_settings",
        _person(primary_key=True),
        sa.Column("settings", sa.LargeBinary, nullable=True),
        sa.Column("look_on", sa.Text, nullable=False),
        sa.Column("looked", sa.Text, nullable=True),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "reminder_message",
        sa.Column("id", sa.Text, primary_key=True),
        _person(),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("link_hash", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("planned_at", sa.Text, nullable=False),
        sa.Column("due_at", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claim", sa.Text, nullable=True),
        sa.Column("lease_until", sa.Text, nullable=True),
        sa.Column("handed_at", sa.Text, nullable=True),
        sa.Column("settled_at", sa.Text, nullable=True),
        sa.Column("reference", sa.Text, nullable=True),
        sa.UniqueConstraint("person_id", "occasion", "channel"),
    )
    op.create_index("ix_reminder_message_person_id", "reminder_message", ["person_id"])
    op.create_index("ix_reminder_message_due", "reminder_message", ["state", "due_at"])
    op.create_index("ix_reminder_message_settled", "reminder_message", ["channel", "settled_at"])
    op.create_table(
        "reminder_calendar",
        _person(primary_key=True),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        sa.Column("at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("reminder_calendar")
    op.drop_table("reminder_message")
    op.drop_table("reminder_settings")
