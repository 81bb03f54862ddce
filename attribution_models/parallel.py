"""Threads: several for pieces of work, their results in order and memory bounded; one for linear algebra."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

Given = ParamSpec("Given")
Result = TypeVar("Result")

_AHEAD_PER_THREAD = 2  # pieces of work begun or waiting for each thread: enough that none ever idles


def in_order(work: Iterable[Callable[[], Result]], threads: int) -> Iterator[Result]:
    """The results of ``work`` in its order, computed by ``threads`` threads.

    ``work`` is drawn one by one, in the caller's thread, while earlier pieces run: at most twice as many as there are
    threads are held. The first piece that fails, in that order, ends it all with its error; what has not begun is
    dropped.
    NumPy, Arrow and Parquet let go of Python's lock while they work: threads are enough, and share the batch.
    """
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for piece in work:
            waiting.append(pool.submit(piece))
            if len(waiting) >= _AHEAD_PER_THREAD * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def one_blas_thread(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """``function`` with its linear algebra on one thread.

    What is learned from is gathered into matrices of a few hundred columns. On those BLAS's threads wait for each other
    longer than they work; where something else holds a core, thirty times longer.
    """

    @wraps(function)
    def alone(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with threadpool_limits(1, user_api="blas"):
            return function(*args, **kwargs)

    return alone
