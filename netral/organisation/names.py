"""A person's name with the academic titles that a file keeps in columns of their own."""

from netral.folding import fold


def join_titles(nama: str, before: str, after: str) -> str:
    """Join `Siti Rahma`, `Dr.` and `S.H., M.Si.` to `Dr. Siti Rahma, S.H., M.Si.`, without repeating any title."""
    if not nama or not (before or after):
        return nama
    present = {"", *(bare(part, nama) for part in [*nama.replace(",", " ").split(), *nama.split(",")])}
    leading = [title for title in before.split() if bare(title, nama) not in present]
    trailing = [title.strip() for title in after.split(",") if bare(title, nama) not in present]
    return ", ".join([" ".join([*leading, nama]), *trailing])


def bare(title: str, nama: str) -> str:
    """Return a title without dots and blanks. `Dr.` and `dr.` are two titles, unless the name is in capitals."""
    text = fold(title).replace(" ", "") if nama.isupper() else title.replace(".", "").replace(" ", "")
    return text.strip()
