"""What people decide about items of their plan, sealed beside their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("health_facts", sa.Column("decisions", sa.LargeBinary))


def downgrade() -> None:
    op.drop_column("health_facts", "decisions")
