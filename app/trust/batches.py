"""Transactions; requests that wait at the same moment share one.

Each request still waits for the commit of its own transaction before it answers. Reads that arrive together cost one
round of queries and one commit instead of one each; writes always run alone. When a shared transaction fails, its
members run again one by one, so that nobody pays for another's failure.

Writes run on a thread of their own. Reads run on the event loop itself, as one short transaction for all that came
within a moment: handing each of them to a thread and back costs more than the transaction does. They move to the
thread while a write is under way, and for a while after the database was slow or failed, so that the loop never waits
for more than one such transaction.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from app.store.engine import StoreError

LARGEST = 64
LINGER = 0.0003
"""Seconds to wait for more company, as long as some comes: fewer, larger transactions under load."""
SLOW = 0.1
REST = 5.0
"""A transaction longer than `SLOW` seconds sends reads to the thread for `REST` seconds."""


class Item(Protocol):
    """Something to do in a transaction; `alone` when it may not share it."""

    @property
    def alone(self) -> bool: ...


Answer = tuple[Any, BaseException | None]
Run = Callable[[Connection, Sequence[Any]], list[Answer]]


@dataclass(slots=True)
class _Waiting:
    """An item and whom to tell; `loop` is that of an asyncio caller."""

    item: Item
    future: Future[Any] | asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop | None = None


class Batches:
    """Runs items through `run(connection, items)`, which gives an answer (value, or error to raise) for each.

    An exception raised by `run` itself rolls the transaction back.
    """

    def __init__(self, engine: Engine, run: Run) -> None:
        self._engine = engine
        self._run = run
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._reads: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        self._company = False
        self._rest_until = 0.0
        self._busy = threading.Lock()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="jalon-transactions", daemon=True)
        self._thread.start()

    async def ask(self, item: Item) -> Any:
        """The answer of an item, after its commit. Raises StoreError when the service is stopping."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        waiting = _Waiting(item, future, loop)
        if item.alone:
            self._put(waiting)
        elif reads := self._reads.get(loop):
            reads.append(waiting)
        else:
            self._reads[loop] = [waiting]
            loop.call_later(LINGER if self._company else 0, self._read_here, loop, 1)
        return await future

    def _read_here(self, loop: asyncio.AbstractEventLoop, seen: int) -> None:
        """One transaction for the reads of this loop, once no more of them come."""
        if seen < len(self._reads[loop]) < LARGEST:
            loop.call_later(LINGER, self._read_here, loop, len(self._reads[loop]))
            return
        batch = self._reads.pop(loop)
        self._company = len(batch) > 1
        if self._closed or time.monotonic() < self._rest_until or not self._busy.acquire(blocking=False):
            self._hand_over(batch)
            return
        start = time.monotonic()
        try:
            for first in range(0, len(batch), LARGEST):
                self._answer(batch[first : first + LARGEST])
        finally:
            self._busy.release()
            if time.monotonic() - start > SLOW:
                self._rest_until = time.monotonic() + REST

    def ask_now(self, item: Item) -> Any:
        """`ask` for callers without an event loop: waits."""
        future: Future[Any] = Future()
        self._put(_Waiting(item, future))
        return future.result()

    def _hand_over(self, batch: list[_Waiting]) -> None:
        try:
            for waiting in batch:
                self._put(waiting)
        except StoreError as stopping:
            _settle([(waiting, (None, stopping)) for waiting in batch])

    def _put(self, waiting: _Waiting) -> None:
        with self._closing:
            if self._closed:
                raise StoreError("the service is stopping")
            self._queue.put(waiting)

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
            with self._busy:
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
                return
            answers = [(None, _plain(error))]
        _tell(list(zip(batch, answers, strict=True)))


_Told = list[tuple[_Waiting, Answer]]


def _tell(told: _Told) -> None:
    """Each event loop is woken once for all of its callers; the loop that we run on need not be."""
    loops: dict[asyncio.AbstractEventLoop | None, _Told] = {}
    for waiting, answer in told:
        loops.setdefault(waiting.loop, []).append((waiting, answer))
    here = asyncio._get_running_loop()
    for loop, theirs in loops.items():
        if loop is None or loop is here:
            _settle(theirs)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_settle, theirs)


def _settle(told: _Told) -> None:
    for waiting, (value, error) in told:
        if waiting.future.done():  # the caller went away
            continue
        if error is None:
            waiting.future.set_result(value)
        else:
            waiting.future.set_exception(error)


def _plain(error: BaseException) -> BaseException:
    """Database errors quote statements and values: they stop here."""
    if isinstance(error, SQLAlchemyError):
        return StoreError("the database did not answer", where=type(error).__name__)
    return error
