"""Where secrets come from."""

from typing import Literal

from pydantic import Field

from aeterna_nb.chart_values.base import Section


class SecretStoreRef(Section):
    """The store that External Secrets reads."""

    name: str = ""
    """Name of the store."""
    kind: Literal["SecretStore", "ClusterSecretStore"] = "SecretStore"
    """Its kind."""


class RemoteRef(Section):
    """A secret in the store."""

    key: str
    """Its name in the store."""
    property: str = ""
    """Property inside it."""


class ExternalSecrets(Section):
    """ExternalSecret objects, which fill the Secrets of this chart."""

    store: SecretStoreRef = SecretStoreRef()
    """The store."""
    api_version: Literal["external-secrets.io/v1", "external-secrets.io/v1beta1"] = "external-secrets.io/v1"
    """Version of the API that the cluster serves."""
    refresh_interval: str = "1h"
    """How often the store is read."""
    remote_key: str = ""
    """Entry in the store that holds every credential as a property; `data` wins over it."""
    data: dict[str, RemoteRef] = Field(default_factory=dict)
    """Key of the chart's Secret to the secret in the store."""


class Secrets(Section):
    """Where secrets come from."""

    provider: Literal["helm", "existing", "external-secrets"] = "helm"
    """`helm` stores values and makes missing ones, `existing` only refers, `external-secrets` reads a store."""
    existing_secret: str = ""
    """Secret that holds every needed credential under its variable's name, for `existing`."""
    external_secrets: ExternalSecrets = ExternalSecrets()
    """For `external-secrets`."""
    keep_on_uninstall: bool = False
    """Keep the chart's own Secrets when the release is uninstalled: kept data needs its key and passwords."""
