"""The open directories of places of care, and where the communes are."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_edition",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("dated", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,  # a number never comes again
    )
    op.create_table(
        "directory_place",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("edition", sa.Integer, sa.ForeignKey("directory_edition.id"), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("street", sa.Text, nullable=False),
        sa.Column("postcode", sa.Text, nullable=False),
        sa.Column("town", sa.Text, nullable=False),
        sa.Column("phone", sa.Text),
        sa.Column("opening", sa.Text),
        sa.Column("access", sa.Text),
        sa.Column("latitude", sa.Float, nullable=False),
        sa.Column("longitude", sa.Float, nullable=False),
        sa.Column("precise", sa.Boolean, nullable=False),
    )
    op.create_index("ix_directory_place_near", "directory_place", ["code", "edition", "latitude", "longitude"])
    op.create_table(
        "directory_commune",
        sa.Column("edition", sa.Integer, sa.ForeignKey("directory_edition.id"), primary_key=True),
        sa.Column("postcode", sa.Text, primary_key=True),
        sa.Column("commune", sa.Text, primary_key=True),
        sa.Column("town", sa.Text, nullable=False),
        sa.Column("latitude", sa.Float, nullable=False),
        sa.Column("longitude", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("directory_commune")
    op.drop_table("directory_place")
    op.drop_table("directory_edition")
