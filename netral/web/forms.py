"""What several forms share: fields with Indonesian messages."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import InputRequired, Length

from netral.accounts.users import fold_login

NIP_LENGTH = 18


class Form(FlaskForm):
    """A form whose generated messages (too long, wrong type) are Indonesian as well."""

    class Meta:
        csrf = True
        locales = ["id"]


def typed(field: Field) -> str:
    """What was typed, never none: after a form has validated."""
    return field.data or ""


def required(message: str) -> InputRequired:
    return InputRequired(message)


def at_most(length: int, name: str) -> Length:
    return Length(max=length, message=f"{name} paling panjang {length} karakter")


def login_field() -> Any:
    """What one is known by at the door: the NIP, or of who has none the name on the slip with the code."""
    return StringField(
        "NIP atau nama masuk",
        description="NIP 18 angka, atau nama masuk seperti pada lembar kode. Spasi boleh ikut tertulis.",
        filters=[lambda text: fold_login(text) if text else text],
        validators=[required("Isi NIP atau nama masuk Anda"), at_most(64, "NIP atau nama masuk")],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
