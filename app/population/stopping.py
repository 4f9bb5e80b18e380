"""Ctrl-C that is not lost: Python ignores what is raised while an object is destroyed, so that it is raised again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def stoppable(parts: Iterable[T]) -> Iterator[T]:
    """The same parts of a long work; ends before the next one when Ctrl-C was pressed during this one."""
    if threading.current_thread() is not threading.main_thread():  # which alone hears signals
        yield from parts
        return
    pressed = False

    def press(number: int, frame: Any) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, press)
    try:
        for part in parts:
            yield part
            if pressed:
                raise KeyboardInterrupt
    finally:
        if usual is signal.default_int_handler:
            signal.signal(signal.SIGINT, usual)
