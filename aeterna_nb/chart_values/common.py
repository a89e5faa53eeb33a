"""Values that the subcharts see as well."""

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from aeterna_nb.chart_values.base import Section


class Global(Section):
    """Values that Helm hands to every subchart as well; open, since each subchart reads its own."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="allow",
        frozen=True,
        use_attribute_docstrings=True,
    )

    image_registry: str = ""
    """Registry of all images but those of subcharts, for a mirror (see the README); empty keeps each image's own."""
    image_pull_secrets: list[str] = Field(default_factory=list)
    """Names of pull Secrets, for every pod but those of subcharts (see the README)."""
    storage_class: str = ""
    """StorageClass of every volume of this chart that names none."""


class Subchart(Section):
    """What is passed to a subchart; the subchart's own documentation says which keys it has."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, use_attribute_docstrings=True)

    enabled: bool = False
    """Install the subchart."""
