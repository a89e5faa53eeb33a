"""From a configuration to rendered manifests, without any secret in them."""

import base64
import importlib.util
import os
from collections.abc import Iterable
from typing import Any

from aeterna_nb.chart import Engine, Rendered, render
from aeterna_nb.chart.helm import Target
from aeterna_nb.config import SetupConfig
from aeterna_nb.generate.helm_secret_values import helm_secret_values
from aeterna_nb.generate.helm_values import helm_values, merge

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
    return with_stand_ins(helm_values(config), names)


def with_stand_ins(values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values with a stand-in laid over each secret of these names."""
    merge(values, helm_secret_values({name: STAND_INS.get(name, "hidden") for name in names}))
    return values


def chosen_engine() -> Engine:
    """The Helm that renders: the one that AETERNA_HELM asks for (`embedded` or `program`), else what there is.

    The embedded one comes first; the program stands in where no wheel of it fits the platform.
    """
    wanted = os.environ.get("AETERNA_HELM", "")
    if wanted in ("embedded", "program"):
        return "program" if wanted == "program" else "embedded"
    return "embedded" if importlib.util.find_spec("helm_python") else "program"


def rendered(config: SetupConfig, values: dict[str, Any]) -> Rendered:
    """What the chart renders to with these values where a configuration is for. Raises ChartError and HelmMissing."""
    return render(values, target_of(config), engine=chosen_engine())
