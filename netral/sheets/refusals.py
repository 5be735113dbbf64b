"""Facts about an uploaded file as a whole: why it was not read. Nothing of it has been kept."""

from typing import Any

from netral.errors import NetralError


class FileRefused(NetralError):
    """The base of all faults of a file as a whole."""


class FileEmpty(FileRefused):
    """The file has no bytes, or no row with anything in it."""


class FileTooLarge(FileRefused):
    """The upload has more bytes than allowed; the argument is the limit in MB."""


class FileForeign(FileRefused):
    """The file is neither .xlsx nor .csv, by content and name; the argument says what it is: `pdf`, `xls`, `biner`."""


class FileMisnamed(FileRefused):
    """The contents are those of the other kind, or the name has no ending; the argument is the ending it needs."""


class FileEncrypted(FileRefused):
    """The workbook opens only with a password."""


class FileBroken(FileRefused):
    """The file is damaged, or violates its format; the argument is the part or row where reading stopped."""


class FileOversized(FileRefused):
    """The file is small when packed and too large unpacked (a bomb, or a workbook full of empty cells).

    The argument is what there is too much of: `bagian` (parts), `ukuran` (bytes unpacked), `rasio` (compression), `isi`
    (cells), `baris` (rows) or `lembar` (sheets).
    """


class FileUntrusted(FileRefused):
    """An XML part declares a DOCTYPE or entities, which no spreadsheet program writes; the argument is the part."""


class ColumnsUnclear(FileRefused):
    """The base of the faults that end when somebody says which column is which; `asked` is what to ask, if known."""

    asked: Any = None


class HeaderMissing(ColumnsUnclear):
    """No row looks like the headings of a table.

    Arguments: the usual headings, and the texts of the row that comes nearest to headings.
    """


class ColumnMissing(ColumnsUnclear):
    """There is a row of headings, but it lacks a needed column.

    Arguments: the Excel row of the headings, the usual name of the missing column, the sheet, the headings found.
    """


class NikInstead(FileRefused):
    """The file lists people without NIP by NIK, which is not to be given. Arguments: row of the headings, sheet."""


class ColumnAmbiguous(ColumnsUnclear):
    """Several columns claim one field equally. Arguments: row of the headings, sheet, the columns."""


class FileWithoutPeople(FileRefused):
    """No active person stands below the headings. Arguments: row of the headings, sheet."""


class FileWithoutUnits(FileRefused):
    """No unit stands below the headings. Arguments: row of the headings, sheet."""
