"""What a user can mend: errors whose text says what was wrong, where, and what to type instead."""

from __future__ import annotations

__all__ = [
    "HowcloseError",
    "LanguageError",
    "OutputError",
    "StoryError",
    "TrackError",
    "VerifyError",
    "ZoneError",
]


class HowcloseError(Exception):
    """A mistake that the user can mend; the command line prints it and exits with 1."""


class TrackError(HowcloseError):
    """A track file that cannot be read, or holds nothing that could be measured."""


class ZoneError(HowcloseError):
    """A zone that is not in the catalogue, or a zone file that cannot be read."""


class StoryError(HowcloseError):
    """A story file with a field that is missing, misspelt or contradicts another."""


class OutputError(HowcloseError):
    """A place that cannot be written to."""


class LanguageError(HowcloseError):
    """A language that has no catalogue."""


class VerifyError(HowcloseError):
    """A page or a findings file that cannot be worked out again."""
