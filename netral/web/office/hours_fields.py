"""The fields for JP and the kind of training, which two forms have."""

from collections.abc import Callable, Mapping

from wtforms import Field, Form, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from netral.errors import NetralError
from netral.learning.periods import diklat
from netral.learning.periods.diklat import KINDS, Hours
from netral.web.edge.forms import typed

RANGE = f"JP {diklat.FEWEST_JP} sampai {diklat.MOST_JP}"
EXPLAINED_HOURS: Mapping[type[NetralError], Callable[[NetralError], tuple[str | None, str]]] = {
    diklat.JpOutOfRange: lambda fact: ("jp", f"{RANGE}, bukan {fact.args[0]}"),
    diklat.JpWithoutBasis: lambda _: ("dasar_jp", "Isi dasar JP, misalnya nomor keputusan atau kurikulum"),
    diklat.BasisWithoutJp: lambda _: ("jp", "Isi JP, atau kosongkan dasarnya"),
}


def kind_field() -> Field:
    choices = [SelectChoice("", "Belum ditetapkan")]
    choices += [SelectChoice(str(number), kind.name) for number, kind in KINDS.items()]
    return SelectField("Jenis diklat", choices=choices, default="")


def read_hours(form: Form) -> Hours:
    """Read the three fields of a form that has validated."""
    kind = typed(form["jenis_diklat"])
    return Hours(form["jp"].data, typed(form["dasar_jp"]).strip(), int(kind) if kind else None)
