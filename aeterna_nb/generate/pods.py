"""Lists of Kubernetes that are asked for as texts by name."""

from collections.abc import Mapping

from aeterna_nb.config.pods import tolerations_in


def tolerations(texts: Mapping[str, str]) -> list[dict[str, str]]:
    """The tolerations of a pod."""
    return [
        {
            "key": found.key,
            **({"operator": "Equal", "value": found.value} if found.value else {"operator": "Exists"}),
            **({"effect": found.effect} if found.effect else {}),
        }
        for found in tolerations_in(texts)
    ]
