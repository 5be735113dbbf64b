"""The indicators of questions, in words."""

from netral.quiz.questions import Indicator

INDICATORS = {
    Indicator.KARIER: "Karier ASN",
    Indicator.PARTAI: "Hubungan dengan partai politik",
    Indicator.KAMPANYE: "Kegiatan kampanye",
    Indicator.LAYANAN: "Pelayanan publik",
    Indicator.UMUM: "Pengetahuan umum",
}
