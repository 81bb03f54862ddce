"""What holds for every test: no time limits, one thread for linear algebra as tests run side by side, the browser."""

import os
import shutil

# Read by BLAS when NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

# A busy machine is not a wrong result.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Chromium's path; tests that need a browser are skipped by name without one, and fail in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        told = "chromium is not installed: `make browser` installs it for the browser tests of the report"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(told)
    return found
