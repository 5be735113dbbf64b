"""The default plan of the exam: `ujian.yaml`."""

from dataclasses import replace

from netral.content.findings import Findings, meant, shown
from netral.content.forms import Form
from netral.content.yaml_tree import BadYaml, Mapping, Scalar, read_yaml
from netral.quiz.blueprint import INDICATORS, Blueprint
from netral.quiz.questions import Indicator

KEYS = frozenset(
    {
        "batas_detik", "jeda_menit", "kesempatan", "kuota", "lulus", "minimal_boleh_tergantung_persen", "modul_dulu",
        "nilai_dicetak", "soal",
    }
)  # fmt: skip
MOST_ITEMS = 200
MOST_ATTEMPTS = 100
MOST_MINUTES = 60 * 24 * 30
SHORTEST = 60
LONGEST = 60 * 60 * 24


def read_blueprint(text: str, found: Findings) -> Blueprint:
    """The plan in force is the default one wherever the file says nothing or something wrong."""
    try:
        tree = read_yaml(text)
    except BadYaml as problem:
        found.error(problem.line, problem.code, problem.message)
        return Blueprint()
    if not isinstance(tree, Mapping):
        found.error(1, "U01", "berkas ini harus berisi baris kunci: nilai. Mulai dengan soal: 20.")
        return Blueprint()
    form = Form(tree, found, known=KEYS)
    plan = Blueprint()
    limit = form.text("batas_detik")
    open_percent = form.integer("minimal_boleh_tergantung_persen", low=0, high=100)
    plan = replace(
        plan,
        quotas=_quotas(tree, found) or plan.quotas,
        pass_percent=form.integer("lulus", low=1, high=100) or plan.pass_percent,
        attempts=form.integer("kesempatan", low=1, high=MOST_ATTEMPTS) or plan.attempts,
        pause_minutes=_or_default(form.integer("jeda_menit", low=0, high=MOST_MINUTES), plan.pause_minutes),
        limit_seconds=form.integer("batas_detik", low=SHORTEST, high=LONGEST) if limit != "tidak" else None,
        open_percent=_or_default(open_percent, plan.open_percent),
        modules_first=form.yes("modul_dulu", default=plan.modules_first),
        score_printed=form.yes("nilai_dicetak", default=plan.score_printed),
    )
    wanted = form.integer("soal", low=1, high=MOST_ITEMS, required=True)
    if wanted is not None and wanted != plan.size:
        found.error(form.line("soal"), "U02", f"soal {wanted}, tetapi jumlah kuota {plan.size}. Samakan keduanya.")
    return plan


def _or_default(value: int | None, default: int) -> int:
    return default if value is None else value


def _quotas(tree: Mapping, found: Findings) -> dict[Indicator, int]:
    entry = tree.get("kuota")
    if entry is None or not isinstance(entry.value, Mapping):
        line = entry.line if entry else tree.line
        found.error(line, "U03", "kuota harus berisi indikator dan jumlah. Contoh: kuota: {kampanye: 8, partai: 3}.")
        return {}
    quotas: dict[Indicator, int] = {}
    for item in entry.value.entries:
        text = item.value.text if isinstance(item.value, Scalar) else ""
        if item.key not in INDICATORS:
            message = f'indikator "{shown(item.key)}" tidak dikenal. {meant(item.key, INDICATORS)}'
            found.error(item.line, "F04", message)
        elif not (text.isascii() and text.isdigit() and len(text) < len("1000") and int(text) <= MOST_ITEMS):
            message = f'kuota {item.key} "{shown(text)}" harus bilangan 0 sampai {MOST_ITEMS}. Contoh: {item.key}: 3.'
            found.error(item.line, "F05", message)
        elif int(text):
            quotas[INDICATORS[item.key]] = int(text)
    return quotas
