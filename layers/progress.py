"""What is shown while somebody waits: on standard error, and only in a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

__all__ = ["bar", "busy"]

MANY: Final = 20  # tracks; fewer are done before a bar could be read
T = TypeVar("T")


@contextlib.contextmanager
def busy(words: str) -> Iterator[None]:
    """Say what is being done for as long as the block takes."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def bar(words: str) -> Callable[[Sequence[T]], Iterable[T]]:
    """Return what gives items one by one, with a bar if they are many and somebody looks on."""

    def shown(items: Sequence[T]) -> Iterable[T]:
        if len(items) < MANY or not sys.stderr.isatty():
            return items
        from rich.console import Console
        from rich.progress import track

        return track(items, words, console=Console(stderr=True), transient=True)

    return shown
