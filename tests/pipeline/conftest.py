"""Runs that several files of tests look at."""

import pytest

from tests.pipeline.homes import Home, make_home


@pytest.fixture(scope="session")
def sandbox_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose sandbox of 300 deals has gone through one whole run."""
    home = make_home(tmp_path_factory.mktemp("sandbox"), PIR_SANDBOX_DEALS="300")
    done = home.pir("run", "--source", "sandbox")
    assert done.returncode == 0, done.stdout + done.stderr
    return home
