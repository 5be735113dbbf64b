"""What can only be seen when everything has been read; one module for each concern."""

from netral.content.checks.library import check_library

__all__ = ["check_library"]
