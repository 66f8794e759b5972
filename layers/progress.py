"""What is shown while somebody waits: on standard error, and only in a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar, overload

__all__ = ["Watched", "busy"]

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


class Watched(Sequence[T]):
    """A sequence that moves a bar as it is gone through, if it is long and somebody looks on."""

    def __init__(self, items: Sequence[T], words: str) -> None:
        self.items, self.words = items, words

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self.items[index]

    def __iter__(self) -> Iterator[T]:
        if len(self) < MANY or not sys.stderr.isatty():
            yield from self.items
            return
        from rich.console import Console
        from rich.progress import track

        yield from track(self.items, self.words, console=Console(stderr=True), transient=True)
