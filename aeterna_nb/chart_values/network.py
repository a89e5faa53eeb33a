"""Who reaches the server, and whom it reaches."""

from typing import Annotated, Literal

from pydantic import Field

from aeterna_nb import ports
from aeterna_nb.chart_values.base import KubernetesObject, Port, Section


class IngressTls(Section):
    """TLS of the Ingress."""

    enabled: bool = False
    """Serve TLS."""
    secret_name: str = ""
    """Secret with the certificate; empty means `<fullname>-tls`, which cert-manager fills."""
    cluster_issuer: str = ""
    """ClusterIssuer of cert-manager."""
    issuer: str = ""
    """Issuer of cert-manager in the release's namespace."""


class Ingress(Section):
    """Ingress."""

    enabled: bool = False
    """Make one."""
    host: str = ""
    """Host name."""
    class_name: str = ""
    """IngressClass; empty means the cluster's default."""
    controller: Literal["auto", "nginx", "traefik", "alb", "gce", "azure", "other"] = "auto"
    """Whose annotations for long requests, SSE and WebSockets are set; `auto` goes by the class."""
    paths: list[Annotated[str, Field(pattern="^/")]] = Field(default_factory=lambda: ["/"])
    """Path prefixes that go to the server."""
    annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations; they win over the controller's."""
    tls: IngressTls = IngressTls()
    """TLS."""


class HttpRoute(Section):
    """HTTPRoute of the Gateway API."""

    enabled: bool = False
    """Make one; the cluster needs its CRD."""
    parent_refs: list[KubernetesObject] = Field(default_factory=list)
    """Gateways that it belongs to."""
    hostnames: list[str] = Field(default_factory=list)
    """Host names."""
    timeout: Annotated[str, Field(pattern="^([0-9]{1,5}(h|m|s|ms)){0,4}$")] = "0s"
    """Longest request; `0s` is no limit, empty leaves it to the Gateway, 15 seconds as a rule."""
    annotations: dict[str, str] = Field(default_factory=dict)
    """Annotations."""


class NetworkPolicy(Section):
    """NetworkPolicies of every component."""

    enabled: bool = False
    """Make them."""
    default_deny: bool = False
    """Also refuse everything else in the namespace."""
    ingress_from: list[KubernetesObject] = Field(default_factory=list)
    """Peers that may reach the server's API; empty lets everybody."""
    metrics_from: list[KubernetesObject] = Field(default_factory=list)
    """Peers that may reach the metrics; empty lets everybody."""
    api_server_ports: Annotated[list[Port], Field(min_length=1)] = Field(
        default_factory=lambda: [ports.KUBERNETES_SERVICE, ports.KUBERNETES]
    )
    """Ports of the API server, for the pods that ask it: that of its Service, and that of its own machine."""
    extra_egress: list[KubernetesObject] = Field(default_factory=list)
    """Further egress rules of the server."""
