"""The application, for `flask run` and for the server."""

from netral.cli import register_commands
from netral.web.application import create_app

app = create_app()
register_commands(app)
