"""What is wrong outside the code ends in one message and exit status 2, and leaves last night's numbers alone."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.generate import generate
from sandbox.server import serve
from tests.pipeline.homes import Home, make_home
from tests.pipeline.test_files_run import ACTIVITIES, AS_OF, DEALS, PARTNERS, write_source

ROOT = Path(__file__).parents[2]
GOOD_DEALS = "\n".join(line for line in DEALS.splitlines() if not line.startswith("D7")) + "\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that has published once."""
    folder = tmp_path_factory.mktemp("bad-input")
    home = make_home(folder)
    source = write_source(folder / "good", deals=GOOD_DEALS)
    done = home.pir("run", "--source", f"files:{source}", "--as-of", AS_OF)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def refuse(home: Home, *arguments: str, **env: str) -> str:
    """Run, expect one clear message on standard error, and nothing published touched."""
    before = home.published()
    done = home.pir(*arguments, **env)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.count("Error:") == 1
    assert "What to do:" in done.stderr
    assert home.published() == before
    return " ".join(done.stderr.split())


def test_a_missing_file_is_named(home: Home, tmp_path: Path) -> None:
    """Without partner_activities there is no run."""
    source = write_source(tmp_path / "source", deals=GOOD_DEALS)
    (source / "partner_activities.csv").unlink()
    assert "partner_activities" in refuse(home, "run", "--source", f"files:{source}")


def test_a_missing_required_column_is_named_with_its_file(home: Home, tmp_path: Path) -> None:
    """The message names file and column."""
    source = write_source(tmp_path / "source", deals=GOOD_DEALS.replace("account_id", "customer"))
    message = refuse(home, "run", "--source", f"files:{source}")
    assert "deals.csv" in message
    assert "account_id" in message


def test_more_bad_rows_than_the_policy_allows_stop_the_run(home: Home, tmp_path: Path) -> None:
    """One row of seven is more than 5 %; the message names row and column."""
    message = refuse(home, "run", "--source", f"files:{write_source(tmp_path / 'source')}")
    for expected in ("deals", "row 8", "amount", "a lot"):
        assert expected in message


def test_a_single_bad_row_never_stops_the_run(home: Home, tmp_path: Path) -> None:
    """One bad row among many is excluded with its reason, and the run publishes."""
    copy = make_home(tmp_path)
    many = GOOD_DEALS + "".join(
        f"E{i},Filler,B{i},won,Closed Won,2000.00,2026-05-01,2026-08-01,,,\n" for i in range(40)
    )
    bad = many + "D7,Amount is no number,A7,won,Closed Won,a lot,2026-05-01,2026-09-01,,,\n"
    done = copy.pir("run", "--source", f"files:{write_source(tmp_path / 'source', deals=bad)}", "--as-of", AS_OF)
    assert done.returncode == 0, done.stdout + done.stderr
    assert copy.query("select reason from audit_exclusion where key = 'D7'") == [("bad_row",)]


def test_an_unknown_policy_key_is_named(home: Home, tmp_path: Path) -> None:
    """A mistyped rule is refused, with the key that was probably meant."""
    policy = tmp_path / "policy.yaml"
    policy.write_text((ROOT / "config" / "policy.yaml").read_text().replace("floor_amount", "flour_amount"))
    message = refuse(home, "run", "--source", "sandbox", PIR_POLICY=str(policy))
    assert "did you mean floor_amount" in message


def test_missing_credentials_are_listed(home: Home) -> None:
    """What is not set is named by its variable."""
    message = refuse(home, "run", "--source", "salesforce")
    assert "PIR_SALESFORCE_CLIENT_SECRET" in message


def test_an_unreachable_crm_is_said_to_be_unreachable(home: Home) -> None:
    """Nobody listening on the CRM's address is not a wrong password."""
    message = refuse(home, "run", "--source", "salesforce", **credentials("http://127.0.0.1:9"))
    assert "reach" in message.lower()


def test_a_refused_secret_is_said_to_be_refused(home: Home, tmp_path: Path) -> None:
    """The real client against a real token endpoint: the message names what to look at, and holds no secret."""
    generate(tmp_path / "crm", deals=50, seed=1)
    with serve(tmp_path / "crm") as crm:
        message = refuse(home, "run", "--source", "salesforce", **credentials(crm.base_url))
    assert "PIR_SALESFORCE_CLIENT_SECRET" in message or "credential" in message.lower()
    assert "not-the-secret" not in message


def credentials(base_url: str) -> dict[str, str]:
    return {
        "PIR_SALESFORCE_DOMAIN": "acme.my",
        "PIR_SALESFORCE_CLIENT_ID": "sandbox",
        "PIR_SALESFORCE_CLIENT_SECRET": "not-the-secret",
        "PIR_SALESFORCE_BASE_URL": base_url,
    }


def test_a_source_that_does_not_exist_is_refused(home: Home) -> None:
    """A mistyped folder is not an empty one."""
    assert "does not exist" in refuse(home, "run", "--source", "files:nowhere")


def test_an_as_of_that_is_no_time_is_refused(home: Home) -> None:
    """`--as-of tomorrow` is not guessed at."""
    assert "tomorrow" in refuse(home, "run", "--as-of", "tomorrow")


def test_a_second_run_at_the_same_time_is_refused(home: Home) -> None:
    """Two runs never mix: the lock of PIR_HOME belongs to one."""
    import fcntl

    with (home.path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "Another run" in refuse(home, "run", "--source", "sandbox")


def test_a_full_disk_is_said_to_be_full(home: Home, tmp_path: Path) -> None:
    """When no space is left, the message says so and last night's files stay."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = (home.path / "marts.duckdb").stat().st_size + 3_000_000
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        small = make_home(disk)
        small.path.mkdir()
        shutil.copy(home.path / "marts.duckdb", small.path / "marts.duckdb")
        source = write_source(tmp_path / "source", deals=GOOD_DEALS)
        message = refuse(small, "run", "--source", f"files:{source}", "--as-of", AS_OF)
        assert "disk is full" in message.lower()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_sources_differ_only_where_the_test_says(tmp_path: Path) -> None:
    """The good deals, partners and activities of these tests are those of the run worked out by hand."""
    assert len(GOOD_DEALS.splitlines()) == len(DEALS.splitlines()) - 1
    assert PARTNERS.count("\n") == 4
    assert ACTIVITIES.count("\n") == 10
