"""How a client on somebody's own machine reaches the server of a configuration."""

from typing import Any

from aeterna_nb import ports
from aeterna_nb.config import SetupConfig
from aeterna_nb.config.central import ServiceAccount
from aeterna_nb.config.opencode import OpenCodeOn
from aeterna_nb.config.operations import IngressOn, NoTls
from aeterna_nb.generate.opencode import mcp_entry

LOCAL_URL = f"http://localhost:{ports.AETERNA}"
"""Where Compose publishes the server, and where `kubectl port-forward` of the next steps brings it."""


def client_url(config: SetupConfig) -> str:
    """The server's address as clients outside the cluster or the Compose project see it."""
    if not config.runs_server:
        assert config.central is not None
        return config.central.url
    ingress = config.operations.ingress if config.operations else None
    if isinstance(ingress, IngressOn):
        return f"{'http' if isinstance(ingress.tls, NoTls) else 'https'}://{ingress.host}"
    return LOCAL_URL


def wants_token(config: SetupConfig) -> bool:
    """Whether clients show a token: at a central server, unless the platform vouches for them.

    A server of one's own is installed without sign-in (docs/facts/aeterna-server.md#sign-in).
    """
    return not config.runs_server and config.central is not None and not isinstance(config.central.auth, ServiceAccount)


def opencode_entry(config: SetupConfig, opencode: OpenCodeOn) -> dict[str, Any]:
    """The MCP entry for OpenCode."""
    return mcp_entry(client_url(config), tenant=opencode.tenant, token=wants_token(config), toolsets=opencode.toolsets)
