"""Metrics, alerts and the dashboard."""

from typing import Annotated

from pydantic import Field

from aeterna_nb.chart_values.base import KubernetesObject, Section

Duration = Annotated[str, Field(pattern=r"^[0-9]+(ms|s|m|h)$")]


class ServiceMonitor(Section):
    """ServiceMonitor of the Prometheus operator."""

    enabled: bool = False
    """Make one; the cluster needs its CRD."""
    interval: Duration = "30s"
    """Time between two scrapes."""
    scrape_timeout: Duration = "10s"
    """Time until a scrape counts as failed."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Labels that Prometheus selects by."""
    relabelings: list[KubernetesObject] = Field(default_factory=list)
    """Relabelings of targets."""
    metric_relabelings: list[KubernetesObject] = Field(default_factory=list)
    """Relabelings of metrics."""


class PrometheusRule(Section):
    """Alerts."""

    enabled: bool = False
    """Make them; the cluster needs the CRD."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Labels that Prometheus selects by."""
    runbook_url: str = "RUNBOOKS.md"
    """Where the chart's RUNBOOKS.md can be read; each alert adds its own heading."""


class Dashboard(Section):
    """A ConfigMap with a Grafana dashboard."""

    enabled: bool = False
    """Make it."""
    labels: dict[str, str] = Field(default_factory=lambda: {"grafana_dashboard": "1"})
    """Labels that Grafana's sidecar selects by."""
