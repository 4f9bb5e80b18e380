"""What each entry of the log was through (`detail`), and erasing a person: the content of the entries about them may be
emptied, never their number or commitment, and only for a person whose erasure is itself recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EMPTIED = (
    "NEW.seq = OLD.seq AND NEW.commitment = OLD.commitment AND NEW.tag = 'erased' AND NEW.subject IS NULL "
    "AND NEW.at || NEW.outcome || NEW.actor || NEW.role || NEW.purpose || NEW.basis = '' "
    "AND NEW.categories || NEW.detail = '' "
    "AND EXISTS (SELECT 1 FROM account_erasure WHERE person_id = OLD.subject)"
)


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("detail", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "account_erasure",
        sa.Column("person_id", sa.Text, sa.ForeignKey("account_person.id"), primary_key=True, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("entries", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entry_no_update")
        op.execute(
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
            f"WHEN NOT ({EMPTIED}) BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER account_erasure_no_{verb.lower()} BEFORE {verb} ON account_erasure "
                "BEGIN SELECT RAISE(ABORT, 'account_erasure is append-only'); END"
            )
        return
    op.execute("DROP TRIGGER audit_entry_append_only ON audit_entry")
    op.execute(
        "CREATE TRIGGER audit_entry_append_only BEFORE DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()"
    )
    op.execute(
        "CREATE FUNCTION audit_entry_emptied() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {EMPTIED} THEN RETURN NEW; END IF; RAISE EXCEPTION 'audit_entry is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_emptied()"
    )
    op.execute(
        "CREATE FUNCTION account_erasure_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'account_erasure is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER account_erasure_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_erasure "
        "FOR EACH STATEMENT EXECUTE FUNCTION account_erasure_append_only()"
    )


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
