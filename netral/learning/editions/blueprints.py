"""The plan of an exam as it is kept with an edition (the defaults) and with a period (what was chosen)."""

from collections.abc import Mapping
from typing import Any

from netral.quiz.blueprint import Blueprint
from netral.quiz.questions import Indicator


def dump_blueprint(blueprint: Blueprint) -> dict[str, Any]:
    """The names are those of `content/ujian.yaml`."""
    return {
        "soal": blueprint.size,
        "kuota": {indicator.value: number for indicator, number in blueprint.quotas.items()},
        "lulus": blueprint.pass_percent,
        "kesempatan": blueprint.attempts,
        "jeda_menit": blueprint.pause_minutes,
        "batas_detik": blueprint.limit_seconds,
        "minimal_boleh_tergantung_persen": blueprint.open_percent,
        "modul_dulu": blueprint.modules_first,
        "nilai_dicetak": blueprint.score_printed,
    }


def load_blueprint(kept: Mapping[str, Any]) -> Blueprint:
    """What is not kept is as in the default blueprint."""
    default = Blueprint()
    quotas = {Indicator(name): number for name, number in kept.get("kuota", {}).items()}
    return Blueprint(
        quotas=quotas or default.quotas,
        pass_percent=kept.get("lulus", default.pass_percent),
        attempts=kept.get("kesempatan", default.attempts),
        pause_minutes=kept.get("jeda_menit", default.pause_minutes),
        limit_seconds=kept.get("batas_detik", default.limit_seconds),
        open_percent=kept.get("minimal_boleh_tergantung_persen", default.open_percent),
        modules_first=kept.get("modul_dulu", default.modules_first),
        score_printed=kept.get("nilai_dicetak", default.score_printed),
    )
