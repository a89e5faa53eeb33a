"""From a configuration to rendered manifests, without any secret in them."""

import base64
from collections.abc import Iterable
from typing import Any

from aeterna_nb.chart import Rendered, render
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.helm_secret_values import helm_secret_values
from aeterna_nb.generate.helm_values import helm_values, merge
from aeterna_nb.helm import Target

STAND_INS = {
    "kms_key": base64.b64encode(bytes(32)).decode(),
    "mongodb_uri": "mongodb://hidden",
    "vertex_ai_service_account": "{}",
    "backup_gcs_credentials": "{}",
}
"""What stands for a secret whose form the chart minds; for any other it is the word `hidden`."""


def target_of(config: SetupConfig) -> Target:
    """Where a configuration's release is installed. The configuration's target is Kubernetes."""
    assert config.cluster is not None
    return Target(config.cluster.release_name, config.cluster.namespace, config.cluster.kubernetes_version)


def values_without_secrets(config: SetupConfig, names: Iterable[str]) -> dict[str, Any]:
    """The chart's values with a stand-in for each secret of these names."""
    values = helm_values(config)
    merge(values, helm_secret_values({name: STAND_INS.get(name, "hidden") for name in names}))
    return values


def rendered(config: SetupConfig, secret_names: Iterable[str]) -> Rendered:
    """What the chart renders for a configuration. Raises ChartError and HelmMissing."""
    return render(values_without_secrets(config, secret_names), target_of(config))
