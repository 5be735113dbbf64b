"""What went wrong, told without a single value of a person: kinds of error, and the places in the code."""

import errno
import traceback
from types import TracebackType

from sqlalchemy.exc import DBAPIError, OperationalError

from netral.settings import ROOT

LONGEST_CHAIN = 5


def tell_error(error: BaseException) -> str:
    """The newest error first, each with its frames, the innermost last; then what caused it."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < LONGEST_CHAIN:
        parts.append("\n".join([tell_kind(current), *tell_frames(current.__traceback__)]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(parts)


def tell_kind(error: BaseException) -> str:
    """Its class, and of its message only what cannot hold what somebody typed or who somebody is."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    detail = safe_detail(error)
    return f"{name} [{detail}]" if detail else name


def safe_detail(error: BaseException) -> str:
    """Other messages quote rows, arguments or keys: a unique constraint names the NIP that broke it."""
    if isinstance(error, OperationalError):
        return " ".join(str(error.orig).split())[:200]  # locked, full, gone: said by the database of itself
    if isinstance(error, DBAPIError):
        return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or "")
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, str(error.errno))
    return ""


def tell_frames(trace: TracebackType | None) -> list[str]:
    """`netral/web/learner/exam.py:88 save`; of each stretch through a library only where it ended."""
    frames = list(traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False))
    ends = [*frames[1:], None][: len(frames)]
    kept = [
        frame for frame, after in zip(frames, ends, strict=True) if is_ours(frame) or after is None or is_ours(after)
    ]
    return [f"  {shorten(frame.filename)}:{frame.lineno} {frame.name}" for frame in kept]


def is_ours(frame: traceback.FrameSummary) -> bool:
    return frame.filename.startswith(f"{ROOT}/netral/")


def shorten(filename: str) -> str:
    return filename.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")
