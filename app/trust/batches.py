"""One thread on which all transactions run; requests that wait at the same moment share one.

Each request still waits for the commit of its own transaction before it answers. Reads that arrive together
cost one round of queries and one commit instead of one each; writes always run alone. When a shared
transaction fails, its members run again one by one, so that nobody pays for another's failure.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from app.store.engine import StoreError

LARGEST = 64


class Item(Protocol):
    """Something to do in a transaction; `alone` when it may not share it."""

    @property
    def alone(self) -> bool: ...


Answer = tuple[Any, BaseException | None]
Run = Callable[[Connection, Sequence[Any]], list[Answer]]


@dataclass(slots=True)
class _Waiting:
    item: Item
    future: Future[Any] = field(default_factory=Future)


class Batches:
    """Runs items through `run(connection, items)`, which gives an answer (value, or error to raise) for each.

    An exception raised by `run` itself rolls the transaction back.
    """

    def __init__(self, engine: Engine, run: Run) -> None:
        self._engine = engine
        self._run = run
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="jalon-transactions", daemon=True)
        self._thread.start()

    def submit(self, item: Item) -> Future[Any]:
        """The future answer of an item, set after its commit. Raises StoreError when the service is
        stopping."""
        waiting = _Waiting(item)
        with self._closing:
            if self._closed:
                raise StoreError("the service is stopping")
            self._queue.put(waiting)
        return waiting.future

    def close(self) -> None:
        """Finish what is waiting, then stop."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _loop(self) -> None:
        held: _Waiting | None = None
        while (first := held or self._queue.get()) is not None:
            batch, held, more = self._gather(first)
            self._answer(batch)
            if not more:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], _Waiting | None, bool]:
        """What may share a transaction with `first`, what was taken too far, and whether to go on."""
        batch = [first]
        while not first.item.alone and len(batch) < LARGEST:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is None:
                return batch, None, False
            if waiting.item.alone:
                return batch, waiting, True
            batch.append(waiting)
        return batch, None, True

    def _answer(self, batch: list[_Waiting]) -> None:
        try:
            with self._engine.begin() as connection:
                answers = self._run(connection, [waiting.item for waiting in batch])
        except BaseException as error:
            if len(batch) > 1:
                for waiting in batch:
                    self._answer([waiting])
            else:
                batch[0].future.set_exception(_plain(error))
            return
        for waiting, (value, refusal) in zip(batch, answers, strict=True):
            if refusal is None:
                waiting.future.set_result(value)
            else:
                waiting.future.set_exception(refusal)


def _plain(error: BaseException) -> BaseException:
    """Database errors quote statements and values: they stop here."""
    if isinstance(error, SQLAlchemyError):
        return StoreError("the database did not answer", where=type(error).__name__)
    return error
