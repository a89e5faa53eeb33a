"""What every section of the chart's values is made of."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]
NotNegative = Annotated[int, Field(ge=0)]
Quantity = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?([EPTGMk]i?|m)?$")]
KubernetesObject = dict[str, Any]
"""A fragment of a Kubernetes object that the chart passes on as it is; Kubernetes' own schema judges it."""
PullPolicy = Literal["Always", "IfNotPresent", "Never"]


class Section(BaseModel):
    """A closed section: camelCase keys, and a key that the chart does not have is refused."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        strict=True,
        use_attribute_docstrings=True,
    )


class Credential(Section):
    """One secret: a value that the chart stores in its own Secret, or a Secret that exists already."""

    value: str = Field(default="", repr=False)
    """The secret itself; keep it out of files that are committed."""
    existing_secret: str = ""
    """Name of a Secret in the release's namespace; wins over `value`."""
    key: str = ""
    """Key in that Secret; empty means the variable's own name."""


class Image(Section):
    """A container image; `digest` wins over `tag`."""

    registry: str = "ghcr.io"
    """Registry host; `global.imageRegistry` wins over it."""
    repository: str = "kikokikok/aeterna"
    """Repository in the registry."""
    tag: str = ""
    """Tag; empty means the chart's appVersion."""
    digest: Annotated[str, Field(pattern=r"^(sha256:[0-9a-f]{64})?$")] = ""
    """Digest such as `sha256:...`."""
    pull_policy: PullPolicy = "IfNotPresent"
    """When the image is pulled."""


class Resources(Section):
    """Requests and limits of a container."""

    requests: dict[str, str | int] = Field(default_factory=dict)
    """What the scheduler reserves."""
    limits: dict[str, str | int] = Field(default_factory=dict)
    """What the container may use at most."""


class Storage(Section):
    """A volume claim."""

    size: Quantity = "10Gi"
    """Size of the volume."""
    storage_class: str = ""
    """StorageClass; empty means `global.storageClass`, or else the cluster's default."""


def resources(cpu: str, memory: str, memory_limit: str) -> Resources:
    """Return requests for CPU and memory with a memory limit and no CPU limit, which would only throttle."""
    return Resources(requests={"cpu": cpu, "memory": memory}, limits={"memory": memory_limit})
