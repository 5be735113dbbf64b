"""Guard the withdrawal of a certificate against changes; the guard stands in `triggers.py` and is laid again."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change no table."""


def downgrade() -> None:
    """Change no table."""
