"""Workers that plan: each has one question at a time, and answers reach who asked, also when others gave up."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, ClassVar

import pytest

from flyteshift.lsp import plans
from flyteshift.lsp.plans import Plans, Pool


class Slow:
    """A worker that answers when told, and notices a second question before that."""

    made: ClassVar[list[Slow]] = []

    def __init__(self) -> None:
        self.go, self.busy, self.asked = threading.Event(), False, list[Any]()
        self.ended = 0
        Slow.made.append(self)

    def call(self, function: str, argument: Any) -> Any:
        assert not self.busy, "two questions at once"
        self.busy = True
        self.asked.append(argument)
        assert self.go.wait(10)
        self.busy = False
        if argument == "bad":
            raise ValueError(argument)
        return f"{function} {argument}"

    def end(self) -> None:
        self.ended += 1


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[Slow]:
    Slow.made = []
    monkeypatch.setattr(plans, "Worker", Slow)
    return Slow.made


def test_one_that_gave_up_leaves_the_worker_busy_until_it_has_answered(workers: list[Slow]) -> None:
    async def run() -> None:
        pool = Pool(1)
        first = asyncio.ensure_future(pool.call("f", "first"))
        while not workers[0].asked:
            await asyncio.sleep(0.01)
        first.cancel()
        second = asyncio.ensure_future(pool.call("f", "second"))
        await asyncio.sleep(0.05)
        assert workers[0].asked == ["first"]
        workers[0].go.set()
        assert await asyncio.wait_for(second, 10) == "f second"
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(run())


def test_several_questions_go_to_several_workers_and_a_fault_is_of_one(workers: list[Slow]) -> None:
    async def run() -> None:
        pool = Pool(2)
        asked = [asyncio.ensure_future(pool.call("f", each)) for each in ("a", "bad", "c")]
        while sum(len(worker.asked) for worker in workers) < 2:
            await asyncio.sleep(0.01)
        assert sorted(len(worker.asked) for worker in workers) == [1, 1]
        for worker in workers:
            worker.go.set()
        found = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 10)
        assert (found[0], found[2]) == ("f a", "f c") and isinstance(found[1], ValueError)

    asyncio.run(run())


def test_workers_without_work_end(workers: list[Slow], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_IDLE", 0.01)

    async def run() -> None:
        pool = Pool(2)
        for worker in workers:
            worker.go.set()
        await pool.call("f", 1)
        while not all(worker.ended for worker in workers):
            await asyncio.sleep(0.01)
        assert await pool.call("f", 2) == "f 2"

    asyncio.run(asyncio.wait_for(run(), 10))


def test_the_same_files_are_planned_once_however_many_ask(workers: list[Slow], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans.feature, "together", lambda index, paths: [*paths])
    monkeypatch.setattr(
        plans.feature, "question", lambda index, group, *_: {"paths": group, "callers": [], "users": []}
    )
    monkeypatch.setattr(plans.feature, "restored", lambda answer: {answer: ()})
    monkeypatch.setattr(Plans, "_settings", lambda *_: None)
    monkeypatch.setattr(Plans, "_opened", lambda *_: {})

    class Entries:
        entries: ClassVar[dict[str, object]] = {}

    async def run() -> None:
        made = Plans(None)  # type: ignore[arg-type]
        for worker in workers:
            worker.go.set()
        asked = [["a.py"], ["b.py"], ["a.py"], ["a.py", "b.py"]]
        found = await asyncio.gather(made.all(Entries(), asked), *(made.of(Entries(), group) for group in asked))  # type: ignore[arg-type]
        assert len(found[0]) == 3 and found[1] == found[3]
        assert sum(len(worker.asked) for worker in workers) == 3

    asyncio.run(asyncio.wait_for(run(), 10))


def test_every_worker_gets_groups_and_no_more_of_them_than_workers_at_a_time(workers: list[Slow]) -> None:
    async def run() -> None:
        made = Plans(None)  # type: ignore[arg-type]
        made._pool = Pool(3)
        busy: list[str] = []
        most = 0

        async def plan(group: list[str]) -> None:
            nonlocal most
            busy.append(group[0])
            most = max(most, len(busy))
            await asyncio.sleep(0)
            busy.remove(group[0])

        await made.each([[name] for name in "abcdefgh"], plan)
        assert most == 3 and not busy

    asyncio.run(asyncio.wait_for(run(), 10))


def test_a_plan_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans.feature, "together", lambda index, paths: [*paths])
    monkeypatch.setattr(
        plans.feature, "question", lambda index, group, *_: {"paths": group, "callers": [], "users": []}
    )
    monkeypatch.setattr(Plans, "_settings", lambda *_: None)
    monkeypatch.setattr(Plans, "_opened", lambda *_: {})
    answers = iter([ValueError("no answer"), {"a.py": []}])

    async def call(*_: object) -> object:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    class Entries:
        entries: ClassVar[dict[str, object]] = {}

    async def run() -> None:
        made = Plans(None)  # type: ignore[arg-type]
        monkeypatch.setattr(made._pool, "call", call)
        assert await made.of(Entries(), ["a.py"]) == {"a.py": None}  # type: ignore[arg-type]
        assert await made.of(Entries(), ["a.py"]) == {"a.py": ()}  # type: ignore[arg-type]
        assert await made.of(Entries(), ["a.py"]) == {"a.py": ()}, "and kept"  # type: ignore[arg-type]

    asyncio.run(asyncio.wait_for(run(), 10))
