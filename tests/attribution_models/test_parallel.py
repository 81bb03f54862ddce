"""Work on several threads: results in order, few at once, and an error that ends it."""

import threading
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from attribution_models.parallel import in_order, one_blas_thread


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_work(threads: int) -> None:
    """A later piece that is done first waits for the earlier ones."""
    later_is_done = threading.Event()

    def first() -> int:
        if threads > 1:
            assert later_is_done.wait(20)
        return 0

    def second() -> int:
        later_is_done.set()
        return 1

    work: list[Callable[[], int]] = [first, second, *[partial(int, number) for number in range(2, 50)]]
    assert list(in_order(work, threads)) == list(range(50))


def test_no_more_is_drawn_than_the_threads_need() -> None:
    """However much work there is, memory holds twice as many pieces as there are threads, no more."""
    drawn = 0

    def work() -> Iterator[Callable[[], int]]:
        nonlocal drawn
        for number in range(1_000):
            drawn += 1
            yield partial(int, number)

    ahead = [drawn - taken for taken, _ in enumerate(in_order(work(), 3))]
    assert max(ahead) == 6


def test_the_first_error_ends_the_work() -> None:
    """What comes before a failing piece is handed back, its error is raised, and what has not begun never begins."""
    begun: list[int] = []

    def piece(number: int) -> int:
        begun.append(number)
        if number == 3:
            raise ValueError("piece 3 failed")
        return number

    results: list[int] = []
    with pytest.raises(ValueError, match="piece 3 failed"):
        results.extend(in_order((partial(piece, number) for number in range(1_000)), 2))
    assert max(begun) < 3 + 4


def test_linear_algebra_has_one_thread_within_and_its_own_number_after() -> None:
    """A function that is held to one thread of BLAS finds one, and leaves the others as they were."""
    with threadpool_limits(2, user_api="blas"):
        assert one_blas_thread(blas_threads)() == {1}
        assert blas_threads() == {2}


def blas_threads() -> set[int]:
    assert np.linalg.det(np.eye(2)) == 1  # so that BLAS is there to be asked
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}
