"""Transactions shared by those who wait together, on the event loop or on the thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from app.store.engine import StoreError, open_engine
from app.trust.batches import LARGEST, Answer, Batches


@dataclass(frozen=True)
class Item:
    work: Callable[[Connection], Any]
    alone: bool = False


class Recorder:
    """Runs the items' work; keeps the size and the thread of each transaction."""

    def __init__(self) -> None:
        self.ran: list[tuple[int, str]] = []

    def __call__(self, connection: Connection, items: Sequence[Item]) -> list[Answer]:
        self.ran.append((len(items), threading.current_thread().name))
        return [(item.work(connection), None) for item in items]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with opened.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    yield opened
    opened.dispose()


def insert(n: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": n})
        return n

    return work


def rows(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return sorted(connection.execute(text("SELECT n FROM t")).scalars())


async def test_reads_that_come_together_share_a_transaction(engine: Engine) -> None:
    recorder = Recorder()
    batches = Batches(engine, recorder)
    answers = await asyncio.gather(*(batches.ask(Item(insert(n))) for n in range(10)))
    batches.close()
    assert answers == list(range(10))
    assert [size for size, _ in recorder.ran] == [10]
    assert rows(engine) == list(range(10))


async def test_a_crowd_is_cut_into_bounded_transactions(engine: Engine) -> None:
    recorder = Recorder()
    batches = Batches(engine, recorder)
    await asyncio.gather(*(batches.ask(Item(insert(n))) for n in range(LARGEST * 2 + 5)))
    batches.close()
    assert max(size for size, _ in recorder.ran) <= LARGEST
    assert rows(engine) == list(range(LARGEST * 2 + 5))


async def test_writes_run_alone_on_the_thread(engine: Engine) -> None:
    recorder = Recorder()
    batches = Batches(engine, recorder)
    await asyncio.gather(*(batches.ask(Item(insert(n), alone=True)) for n in range(3)))
    batches.close()
    assert recorder.ran == [(1, "jalon-transactions")] * 3


async def test_during_a_write_reads_wait_on_the_thread_and_the_loop_goes_on(engine: Engine) -> None:
    recorder = Recorder()
    batches = Batches(engine, recorder)
    started, go = threading.Event(), threading.Event()

    def slow(_: Connection) -> str:
        started.set()
        assert go.wait(30)
        return "written"

    write = asyncio.ensure_future(batches.ask(Item(slow, alone=True)))
    await asyncio.to_thread(started.wait, 30)
    read = asyncio.ensure_future(batches.ask(Item(insert(1))))
    for _ in range(20):
        await asyncio.sleep(0)  # the loop is free
    assert not read.done()
    go.set()
    assert (await write, await read) == ("written", 1)
    batches.close()
    assert [name for _, name in recorder.ran] == ["jalon-transactions"] * 2


async def test_a_failure_is_its_own(engine: Engine) -> None:
    batches = Batches(engine, Recorder())

    def fail(_: Connection) -> None:
        raise ValueError("mine")

    answers = await asyncio.gather(
        *(batches.ask(Item(fail if n == 2 else insert(n))) for n in range(5)), return_exceptions=True
    )
    batches.close()
    assert [answer for answer in answers if not isinstance(answer, Exception)] == [0, 1, 3, 4]
    assert isinstance(answers[2], ValueError)
    assert rows(engine) == [0, 1, 3, 4]


async def test_database_errors_do_not_quote_statements_or_values(engine: Engine) -> None:
    batches = Batches(engine, Recorder())
    with pytest.raises(StoreError) as caught:
        await batches.ask(Item(lambda c: c.execute(text("SELECT 'secret-9177' FROM nowhere"))))
    batches.close()
    assert "9177" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_whoever_goes_away_does_not_disturb_the_others(engine: Engine) -> None:
    batches = Batches(engine, Recorder())
    tasks = [asyncio.ensure_future(batches.ask(Item(insert(n)))) for n in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    assert [await tasks[0], await tasks[2]] == [0, 2]
    batches.close()


async def test_after_closing_callers_are_told(engine: Engine) -> None:
    batches = Batches(engine, Recorder())
    waiting = asyncio.ensure_future(batches.ask(Item(insert(1))))
    await asyncio.sleep(0)
    batches.close()
    for alone in (False, True):
        with pytest.raises(StoreError):
            await batches.ask(Item(insert(2), alone))
    with pytest.raises(StoreError):
        await waiting
    with pytest.raises(StoreError):
        batches.ask_now(Item(insert(3)))
    assert rows(engine) == []


def test_callers_without_a_loop_wait(engine: Engine) -> None:
    batches = Batches(engine, Recorder())
    assert batches.ask_now(Item(insert(5))) == 5
    batches.close()
    assert rows(engine) == [5]
