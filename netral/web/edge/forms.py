"""What several forms share: fields with Indonesian messages."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField, TextAreaField
from wtforms.i18n import DummyTranslations
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from netral.certificates.paper.sheet import missing_glyphs
from netral.folding import clean, clean_lines, find_forbidden
from netral.organisation.nip import fold_login

NIP_LENGTH = 18
VERSION = "versi"
NOT_OFFERED = "Pilih salah satu dari daftar"
GENERATED = {"Not a valid choice.": NOT_OFFERED, "Invalid Choice: could not coerce.": NOT_OFFERED}


def choose_cleaning(field: type[Field]) -> list[Any]:
    """Return the filters that clean a field's text. Passwords have none: they are folded where they are hashed."""
    if issubclass(field, PasswordField) or not issubclass(field, StringField):
        return []
    return [folding(clean_lines if issubclass(field, TextAreaField) else clean)]


def folding(fold: Callable[[str], str]) -> Callable[[str | None], str | None]:
    """Return a filter for a field that may be empty."""
    return lambda text: fold(text) if text else text


class GeneratedMessages(DummyTranslations):
    """WTForms has no Indonesian of its own; numbers and dates have fields of ours, with messages that say which."""

    def gettext(self, string: str) -> str:
        return GENERATED.get(string, string)


class Form(FlaskForm):
    """A form whose texts are cleaned as they come in, with generated messages (too long, wrong type) in Indonesian."""

    class Meta(DefaultMeta):
        csrf = True

        def get_translations(self, form: Any) -> GeneratedMessages:
            return GeneratedMessages()

        def bind_field(self, form: Any, unbound_field: Any, options: MutableMapping[str, Any]) -> Any:
            filters = [*choose_cleaning(unbound_field.field_class), *unbound_field.kwargs.get("filters", [])]
            return super().bind_field(form, unbound_field, {**options, "filters": filters})


def sent_version() -> str:
    """Return the version of what the page showed (`version_field`); empty, and so outdated, when it sent none."""
    return request.form.get(VERSION, "")


def typed(field: Field) -> str:
    """What was typed, never none: after a form has validated."""
    return field.data or ""


class Required(InputRequired):
    """Requires something that can be seen."""

    def __call__(self, form: Any, field: Field) -> None:
        super().__call__(form, field)
        if isinstance(field.data, str) and not clean(field.data):
            field.errors = []
            raise StopValidation(self.message or "")


def required(message: str) -> InputRequired:
    return Required(message)


def at_most(length: int, name: str) -> Length:
    return Length(max=length, message=f"{name} paling panjang {length} karakter")


def check_printable(field: Field) -> None:
    """Refuse text that a certificate cannot show, rather than print a blank."""
    text = typed(field)
    if find_forbidden(text) or (signs := missing_glyphs(text)):
        shown = "" if find_forbidden(text) else f": {' '.join(sorted(signs))}"
        raise ValidationError(f"Ada huruf yang tidak dapat dicetak{shown}. Ketik ulang tanpa huruf itu")


def login_field() -> Any:
    """Make the field for a login: the NIP or, for people without one, the name on the slip with the code."""
    return StringField(
        "NIP atau nama masuk",
        description="NIP 18 angka, atau nama masuk seperti pada lembar kode. Spasi boleh ikut tertulis.",
        filters=[folding(fold_login)],
        validators=[required("Isi NIP atau nama masuk Anda"), at_most(64, "NIP atau nama masuk")],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
