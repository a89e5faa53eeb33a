"""How much each part asks for at the three sizes that a person can choose.

The numbers keep every pod on nodes of 8 CPUs and 32 GiB; `small` is the chart's own default.
"""

from typing import Any, NamedTuple


class Amounts(NamedTuple):
    """What a container asks for, and the most memory that it may use."""

    cpu: str
    memory: str
    memory_limit: str

    def resources(self) -> dict[str, Any]:
        """As Kubernetes' `resources`."""
        return {"requests": {"cpu": self.cpu, "memory": self.memory}, "limits": {"memory": self.memory_limit}}


class Size(NamedTuple):
    """The amounts of the server, of PostgreSQL and of a bundled vector store."""

    server: Amounts
    postgresql: Amounts
    vector: Amounts


SIZES = {
    "medium": Size(Amounts("500m", "512Mi", "2Gi"), Amounts("500m", "1Gi", "2Gi"), Amounts("500m", "1Gi", "4Gi")),
    "large": Size(Amounts("1", "1Gi", "4Gi"), Amounts("1", "4Gi", "8Gi"), Amounts("1", "4Gi", "16Gi")),
}
