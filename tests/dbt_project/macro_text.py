"""The project's own SQL macros as text, rendered without dbt, so that a formula can be tested on many inputs."""

from pathlib import Path
from typing import Any

import jinja2

PERIODS = Path(__file__).parents[2] / "dbt_project" / "macros" / "periods"


def render(call: str, **policy: Any) -> str:
    """The SQL of one macro call such as ``ratio('a', 'b')``; ``policy`` gives the numbers that it asks the policy for.

    A dot in a key of the policy is written as two underscores.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  SQL, not HTML
    environment.globals |= {"return": lambda value: value, "policy": lambda key: policy[key.replace(".", "__")]}
    macros = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PERIODS.glob("*.sql")))
    return environment.from_string(f"{macros}\n{{{{ {call} }}}}").render().strip()
