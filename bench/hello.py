"""The yardstick: the smallest Flask application, on the same server with the same settings."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "Halo"
