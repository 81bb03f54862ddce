"""Finds the models: each file in ``attribution_models/models`` is one, registered by its file's name.

A file holds ``score(touches, policy)``, ``why(touches, policy)`` and ``formula(policy)``; ``IS_FULL = False`` where it
does not allocate the whole amount, ``IS_ADDITIVE = False`` where its credits may be in no sum. A learned one also holds
``collect(journeys, policy)`` and ``fit(evidence, policy)``; its ``score`` takes what was learned as ``learned``, its
``why`` what was published of it as ``published``; it may hold ``thin(evidence, policy)``: fewer rows that teach alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, partial
from importlib import import_module
from pkgutil import iter_modules

import pyarrow as pa

from attribution_models import models
from attribution_models.errors import BadInput
from attribution_models.learned import Learned
from attribution_models.policy import Policy
from attribution_models.types import Floats, Journeys


@dataclass(frozen=True)
class Model:
    """One way to score touchpoints.

    ``score`` gives one non-negative number per touchpoint, ``why`` says in words what made it, with the policy's keys;
    ``formula`` says the rule in one line, with the policy's numbers; ``summary`` is the file's first line.
    """

    name: str
    score: Callable[..., Floats]
    formula: Callable[[Policy], str]
    summary: str
    why: Callable[..., list[str]]
    is_full: bool = True
    is_additive: bool = True
    collect: Callable[[Journeys, Policy], pa.Table] | None = None
    fit: Callable[[Sequence[pa.Table], Policy], Learned] | None = None
    thin: Callable[[Sequence[pa.Table], Policy], list[pa.Table]] | None = None
    learned: Learned | None = None

    @property
    def is_learned(self) -> bool:
        return self.fit is not None

    @property
    def reason(self) -> str | None:
        """Why it gives no credit; None where it does."""
        return self.learned.reason if self.learned else None

    def taught(self, learned: Learned) -> "Model":
        """This model with what it learned: it scores like any other."""
        formula = learned.formula
        return replace(
            self,
            learned=learned,
            score=partial(self.score, learned=learned.parameters),
            formula=(lambda policy: formula) if formula else self.formula,
        )


@cache
def known_models() -> dict[str, Model]:
    """Every model there is, by name, in the order of names."""
    return {name: _load(name) for name in sorted(module.name for module in iter_modules(models.__path__))}


def enabled_models(policy: Policy) -> list[Model]:
    """The models that the policy switches on, in its order.

    Raises:
        BadInput: the policy names a model that does not exist, or names one twice.
    """
    names = policy.models.enabled
    for name in names:
        if name not in known_models():
            raise BadInput(
                f"The policy enables the model {name!r}, which does not exist.",
                f"{_suggest(name)}Known models: {', '.join(known_models())}.",
            )
        if names.count(name) > 1:
            raise BadInput(f"The policy enables the model {name!r} twice.", "Name it once in models.enabled.")
    if not known_models()[policy.primary_model].is_additive:
        raise BadInput(
            f"The primary model {policy.primary_model!r} credits a deal more than once, so its credits do not add up.",
            "Choose an additive model as primary_model.",
        )
    return [known_models()[name] for name in names]


def _load(name: str) -> Model:
    module = import_module(f"{models.__name__}.{name}")
    return Model(
        name=name,
        score=module.score,
        formula=module.formula,
        summary=(module.__doc__ or "").strip().split("\n", 1)[0],
        why=module.why,
        is_full=getattr(module, "IS_FULL", True),
        is_additive=getattr(module, "IS_ADDITIVE", True),
        collect=getattr(module, "collect", None),
        fit=getattr(module, "fit", None),
        thin=getattr(module, "thin", None),
    )


def _suggest(name: str) -> str:
    close = get_close_matches(name, known_models(), n=1)
    return f"Did you mean {close[0]}? " if close else ""
