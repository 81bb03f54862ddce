"""Runs work on several threads and hands the results back in order, without running ahead of memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

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
