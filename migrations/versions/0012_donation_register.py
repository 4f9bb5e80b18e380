"""The donation register: what was shown, and every choice."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _person(**more: bool) -> sa.Column[str]:
    return sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), nullable=False, **more)


def upgrade() -> None:
    op.create_table(
        "donation_information",
        _person(primary_key=True),
        sa.Column("text_digest", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "donation_choice",
        _person(primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("purposes", sa.Text, nullable=False),
        sa.Column("projects", sa.Text, nullable=False),
        sa.Column("text_digest", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
    )
    _refuse_change()


def _refuse_change() -> None:
    told = "'donation_choice is append-only'"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER donation_choice_no_{verb.lower()} BEFORE {verb} ON donation_choice "
                f"BEGIN SELECT RAISE(ABORT, {told}); END"
            )
        # INSERT OR REPLACE deletes without firing DELETE triggers: refuse the second row of a key as well.
        op.execute(
            "CREATE TRIGGER donation_choice_no_replace BEFORE INSERT ON donation_choice "
            "WHEN EXISTS (SELECT 1 FROM donation_choice WHERE person_id = NEW.person_id AND version = NEW.version) "
            "BEGIN SELECT RAISE(ABORT, 'donation_choice is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION donation_choice_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION {told}; END $$"
    )
    op.execute(
        "CREATE TRIGGER donation_choice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON donation_choice "
        "FOR EACH STATEMENT EXECUTE FUNCTION donation_choice_append_only()"
    )


def downgrade() -> None:
    raise RuntimeError("the register is never taken back: restore a backup instead")
