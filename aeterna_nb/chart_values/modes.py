"""The central server, and what hybrid mode keeps near."""

from typing import Annotated, Literal

from pydantic import Field

from aeterna_nb.chart_values.base import Credential, Section

Mode = Literal["local", "hybrid", "remote"]
Layer = Literal["agent", "session", "user", "project", "team", "org", "company"]


class OAuth2(Section):
    """OAuth2 client credentials for the central server."""

    client_id: str = ""
    """Client id."""
    token_url: Annotated[str, Field(pattern=r"^(https?://.+)?$")] = ""
    """Address that hands out tokens."""
    scope: str = ""
    """Scopes to ask for, separated by spaces."""
    client_secret: Credential = Credential()
    """Client secret."""


class CentralServiceAccount(Section):
    """Sign-in with the token of the pods' ServiceAccount."""

    audience: str = "aeterna"
    """Audience of the projected token."""
    expiration_seconds: Annotated[int, Field(ge=600)] = 3600
    """Lifetime of the token in seconds; Kubernetes renews it."""


class CentralAuth(Section):
    """How the central server knows its clients."""

    method: Literal["api-key", "oauth2", "service-account"] = "api-key"
    """Sign-in method."""
    api_key: Credential = Credential()
    """API key, for `api-key`."""
    oauth2: OAuth2 = Field(default=OAuth2(), alias="oauth2")
    """Client credentials, for `oauth2`."""
    service_account: CentralServiceAccount = CentralServiceAccount()
    """Projected token, for `service-account`."""


class Central(Section):
    """The central server of hybrid and remote mode."""

    url: Annotated[str, Field(pattern=r"^(https?://[^\s/]+(/\S*)?)?$")] = ""
    """Address with scheme, such as `https://aeterna.example.com`."""
    auth: CentralAuth = CentralAuth()
    """Sign-in."""


class Hybrid(Section):
    """What hybrid mode keeps near, and how it syncs with the central server."""

    cache_size_mi_b: Annotated[int, Field(alias="cacheSizeMiB", ge=64)] = 512
    """Memory of the local cache in MiB; Dragonfly needs 256 at least."""
    offline_cedar: bool = True
    """Keep deciding with the local Cedar agent while the central server is away; needs OPAL."""
    sync_enabled: bool = True
    """Sync with the central server."""
    sync_interval_seconds: Annotated[int, Field(ge=10)] = 300
    """Seconds between two syncs."""
    layers: list[Layer] = ["session", "project"]
    """Memory layers that sync, by the server's names."""
