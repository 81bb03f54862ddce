"""Where things lie and who we are towards the CRM: the ``PIR_`` environment variables, read here and nowhere else."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from attribution_models.errors import BadInput

PROJECT_ROOT = Path(__file__).resolve().parents[1]
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"


def cores() -> int:
    """The cores that this process may use, which in a container are not all that there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """Settings of one process. ``.env.example`` documents each; a ``.env`` in the working directory is read too."""

    model_config = SettingsConfigDict(env_prefix="PIR_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Path(".pir")
    policy: Path = PROJECT_ROOT / "config" / "policy.yaml"
    source: str = "sandbox"
    salesforce_mapping: Path = PROJECT_ROOT / "config" / "salesforce.yaml"
    salesforce_domain: str = ""
    salesforce_client_id: str = ""
    salesforce_client_secret: SecretStr = SecretStr("")
    salesforce_base_url: str = ""
    salesforce_timeout_s: float = Field(default=60.0, gt=0)
    writeback: Literal["apply", "dry_run", "off"] = "apply"
    schedule: str = "0 2 * * *"
    schedule_time_zone: str = "UTC"
    sandbox_deals: int = Field(default=2000, ge=50)
    sandbox_seed: int = 7
    dbt_threads: int = Field(default=4, ge=1)
    engine_threads: int = Field(default_factory=cores, ge=1)
    engine: Literal["duckdb", "spark"] = "duckdb"
    spark_master: str = "local[*]"
    spark_conf: dict[str, str] = Field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value of a text setting, secret or not."""
        value = getattr(self, name)
        return str(value.get_secret_value() if isinstance(value, SecretStr) else value)

    @property
    def state(self) -> Path:
        return self.home.expanduser().absolute()

    @property
    def landing(self) -> Path:
        return self.state / "landing"

    @property
    def runs(self) -> Path:
        return self.state / "runs"

    @property
    def marts(self) -> Path:
        return self.state / "marts.duckdb"

    @property
    def report(self) -> Path:
        return self.state / "report"

    @property
    def sandbox(self) -> Path:
        return self.state / "sandbox"

    @property
    def ledgers(self) -> Path:
        return self.state / "writeback"


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        BadInput: a variable holds a value of the wrong kind.
    """
    try:
        return Settings()
    except ValidationError as error:
        named = "; ".join(f"PIR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise BadInput(f"The environment can't be used: {named}", "See .env.example for each variable.") from error


def check_source(text: str, settings: Settings) -> None:
    """Raises BadInput where ``text`` names no source, its folder is not there, or its variables are not set."""
    kind, _, argument = text.partition(":")
    if text == "salesforce":
        check_credentials(settings)
    if kind == "files":
        if not argument or not Path(argument).expanduser().is_dir():
            raise BadInput(
                f"The source folder {argument or '(none given)'} does not exist.",
                "Give the folder that holds deals, partners and partner_activities: --source files:DIR.",
            )
    elif text not in ("salesforce", "sandbox"):
        raise BadInput(f"The source {text!r} is not known.", "Use files:DIR, salesforce or sandbox.")


def check_credentials(settings: Settings) -> None:
    names = ("salesforce_domain", "salesforce_client_id", "salesforce_client_secret")
    missing = [f"PIR_{name.upper()}" for name in names if not settings.text(name)]
    if missing:
        remedy = "Set them in the environment or in .env; .env.example explains each."
        raise BadInput(f"Salesforce needs {', '.join(missing)}.", remedy)


def quiet_telemetry() -> None:
    """Great Expectations and dbt read the environment at import: no telemetry, no progress bars, no update check."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
