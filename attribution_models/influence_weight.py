"""Says in words where a touchpoint's influence weight (rule 11) comes from. SQL weighs, models only use the weight."""

from attribution_models.types import Touches


def why_weight(touches: Touches) -> list[str]:
    """For each touchpoint, its influence type, weight and the band of the policy that it lies in."""
    kinds = touches.categories["influence_type"]
    names = [kinds.values[code] for code in kinds.codes]
    return [
        f"weight {weight:.4g} of {name.replace('_', ' ')} (rule 11, influence.weight_bands.{name})"
        for name, weight in zip(names, touches.weight, strict=True)
    ]
