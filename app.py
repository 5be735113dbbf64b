"""The application, for `flask run` and for the server."""

from netral.cli import register_commands
from netral.cli.commands import told_at_once
from netral.web.application import create_app

with told_at_once():
    app = create_app()
register_commands(app)
