"""Common fields of forms, with Indonesian messages."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import date
from typing import Any

from flask import flash, request
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, PasswordField, SelectFieldBase, StringField, TextAreaField
from wtforms.fields import choices
from wtforms.i18n import DummyTranslations
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError

from netral.certificates.paper.sheet import missing_glyphs
from netral.folding import clean, clean_lines, find_forbidden, fold_signs
from netral.indonesian import READ_YEARS, day, read_day, within_sentence
from netral.organisation.numbers import fold_login
from netral.web.edge.queries import read_number

SelectChoice = choices.SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
VERSION = "versi"
LONGEST_SHOWN = 200
YEARS = f"{READ_YEARS[0]} sampai {READ_YEARS[-1]}"
NOT_OFFERED = "Pilih salah satu dari daftar"
GENERATED = {
    "Not a valid choice.": NOT_OFFERED,
    "Invalid Choice: could not coerce.": NOT_OFFERED,
    "'%(value)s' is not a valid choice for this field.": NOT_OFFERED,
}


def choose_cleaning(field: type[Field]) -> list[Any]:
    """Return the filters that clean a field's text. Passwords have none: they are folded where they are hashed."""
    if issubclass(field, PasswordField) or not issubclass(field, StringField):
        return []
    return [folding(clean_lines if issubclass(field, TextAreaField) else clean)]


def folding(fold: Callable[[str], str]) -> Callable[[str | None], str | None]:
    """Return a filter for a field that may be empty."""
    return lambda text: fold(text) if text else text


class GeneratedMessages(DummyTranslations):
    """The generated messages. WTForms has no Indonesian ones; number and date fields of ours state their own."""

    def gettext(self, string: str) -> str:
        return GENERATED.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return GENERATED.get(singular, singular if n == 1 else plural)


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
    """Return the version of the data that the page showed (`version_field`); empty, and so outdated, without one."""
    return request.form.get(VERSION, "")


def show_stored(form: Form, stored: Mapping[str, Any]) -> None:
    """Tell the stored value beside each sent one that differs: another officer saved after this page was shown."""
    for field in form:
        if field.name in stored and (field.data or None) != (stored[field.name] or None):
            told = tell_stored(field, stored[field.name])[:LONGEST_SHOWN]
            field.errors = [f"Tersimpan sekarang: {told}. Kirim lagi bila isian Anda yang benar"]


def tell_stored(field: Field, value: Any) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    choices: Any = field.iter_choices() if isinstance(field, SelectFieldBase) else ()
    words = {choice.value: str(choice.label) for choice in choices}
    values = value if isinstance(value, list) else [value]
    return ", ".join(words.get(each, str(each)) for each in values if each not in {None, ""}) or "kosong"


def tell_saved(told: str, nothing: str = "Tidak ada yang berubah.", *, changed: bool) -> None:
    """Tell what a form did, or that it changed nothing: it may have been sent twice."""
    flash(told if changed else nothing, "success" if changed else "message")


def typed(field: Field) -> str:
    """Return the typed text, never None, once a form has validated."""
    return field.data or ""


class Required(InputRequired):
    """Requires a visible character."""

    def __call__(self, form: Any, field: Field) -> None:
        super().__call__(form, field)
        if isinstance(field.data, str) and not clean(field.data):
            field.errors = []
            raise StopValidation(self.message or "")


def required(message: str) -> InputRequired:
    return Required(message)


def at_most(length: int, name: str) -> Length:
    return Length(max=length, message=f"{name} paling panjang {length} karakter")


def reason_field(label: str = "Alasan", missing: str = "Tuliskan alasannya", **more: Any) -> TextAreaField:
    """Make the field that asks why, whose answer the audit trail keeps."""
    return TextAreaField(label, validators=[required(missing), at_most(500, "Alasan")], **more)


class ReasonForm(Form):
    alasan = reason_field()


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


class DayField(DateField):
    """A field for a day; optional when `missing` is empty."""

    def __init__(self, label: str, missing: str = "", **more: Any) -> None:
        super().__init__(label, [required(missing) if missing else Optional()], **more)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = read_day(fold_signs(" ".join(valuelist)))
        if self.data is None:
            what = within_sentence(self.label.text)
            raise ValueError(f"Tulis {what} sebagai tanggal yang ada, tahunnya {YEARS}, misalnya 31/05/2029")


def chosen_day(field: DateField) -> date:
    """Return the day of a required field, once its form has validated."""
    if field.data is None:
        raise AssertionError(f"{field.name} was validated")
    return field.data


class NumberField(IntegerField):
    """A field for a number; optional when `missing` is empty."""

    def __init__(
        self, label: str, missing: str = "", *, unreadable: str, checks: Sequence[Any] = (), **more: Any
    ) -> None:
        first = required(missing) if missing else Optional()
        super().__init__(label, [first, *checks], render_kw={"inputmode": "numeric"}, **more)
        self.unreadable = unreadable

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = fold_signs(" ".join(valuelist))
        self.data = read_number(text)
        if self.data is None:
            raise ValueError(self.unreadable)


def range_field(label: str, lowest: int, highest: int) -> NumberField:
    """Make the field for a required whole number within bounds, one message for all that can be wrong with it."""
    told = f"Isi bilangan bulat {lowest} sampai {highest}"
    return NumberField(label, told, unreadable=told, checks=[NumberRange(lowest, highest, told)])
