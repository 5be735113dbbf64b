"""The application, for `flask run` and for the server."""

from netral.web.application import create_app

app = create_app()
