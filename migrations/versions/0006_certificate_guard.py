"""How a certificate was withdrawn stays as it was: guards alone, which stand in `triggers.py` and are laid on with this."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """No table changes."""


def downgrade() -> None:
    """No table changes."""
