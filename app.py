"""The application, for `flask run` and for the server."""

import gc

# What is loaded stays until the process ends: to look through it for garbage would take a third of a short command.
gc.disable()

from netral.cli import register_commands
from netral.cli.commands import told_at_once
from netral.web.application import create_app

with told_at_once():
    app = create_app()
register_commands(app)

gc.freeze()
gc.enable()
