"""All kinds of question; each has a file here, in `netral.content.kinds` and in `templates/soal/kinds`."""

from netral.quiz.kinds import benar_salah, btt, jamak, tunggal
from netral.quiz.questions import Question

KINDS: dict[str, type[Question]] = {
    "tunggal": tunggal.SingleChoice,
    "jamak": jamak.MultipleChoice,
    "benar-salah": benar_salah.TrueFalse,
    "btt": btt.BttQuestion,
}
