"""The bot's services under a clock that jumps: their own policy, with times in the place of work.

What is simulated is the machine. Turns and shedding are `moodring.bot.services` and `moodring.bot.turns`
themselves, run by asyncio's own loop over a clock that goes to the next event at once. So there is no second
policy that could differ from the first.
"""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from moodring.bot.classifier import DeadlineError, Explained
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.services import Services
from moodring.bot.store import Store
from moodring.bot.turns import Turns
from moodring.model import Prediction, Sample, Unreadable
from moodring.model.labels import EMOTIONS, SENTIMENTS

Result = TypeVar("Result")

THREADS_S: Final = 5.0
"""Real seconds that a thread may take; there is none but at a loop's end."""

DEADLINE_S: Final = 10.0
"""Seconds that an answer may take, as the bot is set up unless told otherwise."""


@dataclass(frozen=True)
class Costs:
    """What a reading takes of a machine, in seconds.

    Attributes:
        inference_s: Of an inference thread, by text.
        python_s: Of what only one thread can do at a time: the event loop and the tokeniser, in Python.
        delay_s: Of nobody: threads that wake each other.
        decode_s: Of a decoding process, for a picture.
        picture_s: Of an inference thread, for a picture, its text not counted.
    """

    inference_s: Mapping[str, float]
    python_s: float
    delay_s: float = 0.0
    decode_s: float = 0.0
    picture_s: float = 0.0

    def inference_of(self, sample: Sample) -> float:
        """Return the seconds that a sample takes of an inference thread.

        A text is found without the number behind it. One that is not known, such as what a disguised one
        hides, takes what they take on average.
        """
        text = sample.text.rpartition(" ")[0]
        known = self.inference_s.get(text)
        seconds = self.mean_inference_s if known is None else known
        return seconds + self.picture_s * len(sample.images)

    @property
    def mean_inference_s(self) -> float:
        """What a text takes on average."""
        return sum(self.inference_s.values()) / len(self.inference_s)


@dataclass(frozen=True, slots=True)
class Machine:
    """What the bot runs on.

    Attributes:
        threads: Inference threads.
        cores: Processor cores, for all that computes.
        decoders: Decoding processes.
    """

    threads: int = 1
    cores: int = 2
    decoders: int = 2


class _Jump(selectors.DefaultSelector):
    """Waits for nothing: the clock goes on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:  # a thread of asyncio's own, at the loop's end; or nothing will ever come
            if not (ready := super().select(THREADS_S)):
                raise RuntimeError("everything waits for something that will never come")
            return ready
        if not (ready := super().select(0)):
            self.now += timeout
        return ready


class _AtOnce(ThreadPoolExecutor):
    """Does in no time what threads would do beside a clock that does not wait for them."""

    def submit(self, work: Callable[..., Result], /, *given: Any, **named: Any) -> Future[Result]:
        done: Future[Result] = Future()
        done.set_result(work(*given, **named))
        return done


class SimulatedLoop(asyncio.SelectorEventLoop):
    """asyncio's loop over a clock that starts at 0 and jumps to whatever is next."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)
        self.set_default_executor(_AtOnce())

    def time(self) -> float:
        """Return the simulated seconds."""
        return self._jump.now


def simulated(work: Callable[[], Awaitable[Result]]) -> Result:
    """Run something under a simulated clock."""

    async def run() -> Result:
        return await work()

    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(run())


class _Nobody:
    """Stands in for the store: nobody opted out, no guild has settings. What asking takes is in the costs."""

    async def contains(self, _person: int) -> bool:
        return False

    async def get(self, _guild: int) -> GuildSettings:
        return GuildSettings()

    def follow(self, *_: object) -> None:
        """Tell nothing of other processes: there are none."""

    @property
    def opt_outs(self) -> "_Nobody":
        return self

    @property
    def guilds(self) -> "_Nobody":
        return self


class _Picture:
    """Stands in for downloads, which wait for the network and take nothing of the machine."""

    async def fetch(self, _url: str, _declared_size: int | None) -> bytes | Unreadable:
        return b"picture"


class SimulatedClassifier:
    """Takes the time that the real one would, and a core where it would compute.

    Who waits for a thread or a decoder is served as in the bot: people first. Batches are left out: on a CPU
    a batch takes as long as its samples one after the other (`bot/batching.py`).

    Args:
        costs: What a reading takes.
        machine: What there is.
    """

    def __init__(self, costs: Costs, machine: Machine) -> None:
        self._costs = costs
        self._cores = asyncio.Semaphore(machine.cores)
        self._python = asyncio.Lock()
        self._threads = Turns(machine.threads, watched=machine.threads)
        self._decoders = Turns(machine.decoders, watched=max(1, machine.decoders - 1))

    async def classify(self, sample: Sample) -> Prediction:
        """Take as long as the real one; raises DeadlineError as it does."""
        costs = self._costs
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._compute(costs.python_s / 2, self._python)
                for _ in sample.images:
                    async with self._decoders.turn():
                        await self._compute(costs.decode_s)
                await asyncio.sleep(costs.delay_s)
                async with self._threads.turn():
                    await self._compute(costs.inference_of(sample))
                await self._compute(costs.python_s / 2, self._python)
        except TimeoutError:
            raise DeadlineError(DEADLINE_S) from None
        return _ANSWERS[bool(sample.images)]

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        """Nobody asks why."""
        raise NotImplementedError

    async def _compute(self, seconds: float, alone: asyncio.Lock | None = None) -> None:
        async with AsyncExitStack() as held:
            if alone is not None:
                await held.enter_async_context(alone)
            await held.enter_async_context(self._cores)
            await asyncio.sleep(seconds)


def simulated_services(costs: Costs, machine: Machine) -> Services:
    """Return the bot's own services over a simulated machine; to be called under its clock."""
    return Services(
        classifier=SimulatedClassifier(costs, machine),
        downloader=_Picture(),
        store=cast(Store, _Nobody()),
        threads=machine.threads,
    )


def _answer(used: Sequence[str]) -> Prediction:
    return Prediction(
        emotion=EMOTIONS[-1],
        confidence=1.0,
        sure=True,
        labels=(EMOTIONS[-1],),
        emotions=dict.fromkeys(EMOTIONS, 0.0),
        sentiment=SENTIMENTS[0],
        sentiments=dict.fromkeys(SENTIMENTS, 1 / 3),
        toxicity=0.0,
        toxic=False,
        sexism=0.0,
        used=tuple(used),
        skipped=(),
        model="simulated",
        ms=0.0,
    )


_ANSWERS: Final = {False: _answer(("text",)), True: _answer(("text", "image:0"))}
"""By whether there was a picture: with one, the bot reads the words alone as well."""
