"""``pir whatif``: who gains and who loses under another policy. Publishes nothing and leaves no trace."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from attribution_models.errors import BadInput
from attribution_models.policy import Policy, load_policy
from attribution_models.registry import enabled_models
from orchestration.cli.report import published_marts
from orchestration.failures import StepFailed
from orchestration.settings import load_settings


def whatif(
    policy: Annotated[Path, typer.Option(help="The other policy: a copy of config/policy.yaml, changed.")],
    period: Annotated[str | None, typer.Option(help="2026-10, 2026-Q3 or 2026; default: the report's.")] = None,
    model: Annotated[
        str | None, typer.Option(help="Compare this model under both; default: each policy's own primary model.")
    ] = None,
    learned: Annotated[
        bool, typer.Option("--learned", help="Teach the learned models too, which takes longer.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every partner and deal that moves.")] = False,
) -> None:
    """Who gains and who loses under another policy; publishes nothing."""
    other = read_policy(policy)
    settings = load_settings()
    marts_file = published_marts(settings)
    from orchestration.warehouse import open_marts
    from orchestration.whatif import Asked, build, side_by_side, without_learned
    from reports.marts import Marts
    from reports.whatif import Question, check_question, compare_policies

    with open_marts(marts_file) as marts:
        basis = Marts(marts).context
        models = (model or basis.primary_model, model or other.primary_model)
        asked = Question(str(policy), other, models, period, None if everything else 10, model is None)
        check_question(marts, asked)
    wanted = frozenset(other.models.enabled) if learned else frozenset({models[1], other.primary_model})
    console = Console(highlight=False)
    with (
        tempfile.TemporaryDirectory(prefix="pir-whatif-") as scratch,
        console.status("Under the other policy") as status,
    ):
        under = Asked(str(policy), without_learned(other, wanted), basis)
        built = build(settings, under, Path(scratch), status.update)
        with side_by_side(marts_file, built) as both:
            answer = compare_policies(both, asked)
    answer.told.print_to(console)
    if answer.not_adding_up:
        raise StepFailed(
            f"These figures do not add up, so do not decide by them. {' '.join(answer.not_adding_up)}",
            "Publish anew with `pir run`, which checks every sum, and ask again. If it still does not add up, pir "
            "counts wrongly: keep this output for whoever looks after it. Nothing was published, and nothing published "
            "was changed.",
        )


def read_policy(path: Path) -> Policy:
    """The policy in the file, with models that exist.

    Raises:
        BadInput: it can't be read or used; the problem names the file.
    """
    if not path.is_file():
        raise BadInput(
            f"There is no policy file {path}.", "Give a changed copy of config/policy.yaml: pir whatif --policy FILE."
        )
    loaded = load_policy(path)
    try:
        enabled_models(loaded)
    except BadInput as error:
        raise BadInput(f"{path}: models.enabled: {error.problem}", error.remedy) from error
    return loaded
