"""What professionals decide about items of a plan, sealed beside what the person decided."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("health_facts", sa.Column("reviews", sa.LargeBinary))


def downgrade() -> None:
    op.drop_column("health_facts", "reviews")
