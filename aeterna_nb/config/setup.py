"""The whole configuration: every decision, in the order in which it is asked."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from aeterna_nb.config.ask import Ask, Part, Section, when
from aeterna_nb.config.authorization import Authorization, OpalOn
from aeterna_nb.config.cache import Cache
from aeterna_nb.config.central import INSTALLS, Central, Hybrid
from aeterna_nb.config.llm import Llm
from aeterna_nb.config.opencode import OpenCode, OpenCodeOn
from aeterna_nb.config.operations import Operations
from aeterna_nb.config.postgresql import Postgresql
from aeterna_nb.config.secrets import Secrets
from aeterna_nb.config.types import DnsLabel, ImageTag, ObjectName, ReleaseName, wrong
from aeterna_nb.config.vector import Vector

Target = Literal["docker-compose", "kubernetes", "opencode-only"]
Mode = Literal["local", "hybrid", "remote"]
KubernetesVersion = Literal["1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"]
DEFAULT_SERVER_VERSION = "v0.8.0-rc.9"
"""The newest server whose migration of an empty database succeeds (docs/facts/aeterna-server.md#migrations)."""

INSTALLED = when(target=INSTALLS)
SERVED = when(target=INSTALLS, mode=("local", "hybrid"))
"""A server of its own runs."""


class Cluster(Section):
    """Where in the cluster it is installed."""

    kubernetes_version: Annotated[
        KubernetesVersion,
        Ask(
            label="Kubernetes version",
            help="Every object is checked against its schemas.",
            name="kubernetes_version",
            advanced=True,
        ),
    ] = "1.34"
    namespace: Annotated[
        DnsLabel,
        Ask(label="Namespace", help="Where the release is installed.", name="namespace", names="namespace"),
    ] = "aeterna"
    release_name: Annotated[
        ReleaseName,
        Ask(label="Release name", help="Begins the name of every object.", name="release_name", advanced=True),
    ] = "aeterna"
    image_pull_secret: Annotated[
        ObjectName | None,
        Ask(
            label="Pull Secret",
            help="A Secret of the namespace with which the nodes sign in where images come from.",
            name="image_pull_secret",
            names="secret",
            advanced=True,
        ),
    ] = None
    keep_on_uninstall: Annotated[
        bool,
        Ask(
            label="Keep data when Helm uninstalls?",
            help="Databases, volumes and Secrets stay also with helm uninstall; aeterna uninstall keeps them anyway.",
            name="keep_on_uninstall",
            advanced=True,
        ),
    ] = False


class Server(Section):
    """The server itself."""

    version: Annotated[ImageTag, Ask(label="Server version", help="The tag of its image.", name="server_version")] = (
        DEFAULT_SERVER_VERSION
    )
    feature_cca: Annotated[
        bool,
        Ask(
            label="Confucius Code Agent features?",
            help="CCA; this version only logs the switch.",
            name="feature_cca",
            stage="operations",
            group="Features of the server",
            advanced=True,
        ),
    ] = True
    feature_radkit: Annotated[
        bool,
        Ask(
            label="Agent-to-agent settings?",
            help="Radkit: the server heeds its A2A settings.",
            name="feature_radkit",
            stage="operations",
            group="Features of the server",
            advanced=True,
        ),
    ] = False
    feature_rlm: Annotated[
        bool,
        Ask(
            label="Recursive language model features?",
            help="RLM: long questions are taken apart.",
            name="feature_rlm",
            stage="operations",
            group="Features of the server",
            advanced=True,
        ),
    ] = True


class Decisions(Section):
    """Every decision. A group of answers that does not apply is None; one that applies is there."""

    title: ClassVar[str] = "Aeterna setup"

    target: Annotated[
        Target,
        Ask(
            stage="target",
            label="Where will it run?",
            help="Decides which files are written.",
            name="target",
            main=True,
            notes={
                "docker-compose": ("Docker Compose", "On one machine, in containers."),
                "kubernetes": ("Kubernetes", "In a cluster, through the Helm chart."),
                "opencode-only": (
                    "OpenCode only",
                    "Nothing is installed; OpenCode reaches a server that runs elsewhere.",
                ),
            },
        ),
    ]
    mode: Annotated[
        Mode | None,
        Ask(
            stage="target",
            label="Which mode?",
            help="What runs here and what runs elsewhere.",
            name="mode",
            main=True,
            when=INSTALLED,
            notes={
                "local": ("Local", "Everything runs here."),
                "hybrid": ("Hybrid", "A server with a cache here, in step with a central server."),
                "remote": ("Remote", "Nothing runs here; clients use a central server."),
            },
        ),
    ] = None
    server: Annotated[Server | None, Part(stage="target", when=SERVED)] = None
    cluster: Annotated[Cluster | None, Part(stage="target", when=when(target=("kubernetes",)))] = None
    central: Annotated[
        Central | None,
        Part(
            stage="central",
            when=when({"target": INSTALLS, "mode": ("hybrid", "remote")}, {"target": ("opencode-only",)}),
        ),
    ] = None
    hybrid: Annotated[Hybrid | None, Part(stage="central", when=when(target=INSTALLS, mode=("hybrid",)))] = None
    vector: Annotated[
        Vector | None,
        Field(discriminator="backend"),
        Ask(
            stage="vector",
            label="Which vector store?",
            help="Where memories are kept so that they can be found by meaning.",
            name="vector_backend",
            main=True,
            when=SERVED,
        ),
    ] = None
    cache: Annotated[
        Cache | None,
        Field(discriminator="type"),
        Ask(
            stage="cache",
            label="Which cache?",
            help="Holds sessions and what is needed often.",
            name="cache",
            main=True,
            when=SERVED,
        ),
    ] = None
    postgresql: Annotated[
        Postgresql | None,
        Field(discriminator="type"),
        Ask(
            stage="postgresql",
            label="Which PostgreSQL?",
            help="Everything lasting is kept there.",
            name="postgresql",
            main=True,
            when=SERVED,
        ),
    ] = None
    authorization: Annotated[
        Authorization | None,
        Field(discriminator="enabled"),
        Ask(
            stage="authorization",
            label="Install OPAL?",
            help="OPAL keeps Cedar agents supplied with policies that say who may do what.",
            name="opal",
            when=SERVED,
            derive=lambda lookup: True,
        ),
    ] = None
    llm: Annotated[
        Llm | None,
        Field(discriminator="provider"),
        Ask(
            stage="llm",
            label="Which language model?",
            help="One provider embeds and reasons.",
            name="llm",
            main=True,
            when=SERVED,
        ),
    ] = None
    opencode: Annotated[
        OpenCode,
        Field(discriminator="enabled"),
        Ask(
            stage="opencode",
            label="Connect OpenCode?",
            help="Writes the MCP entry that OpenCode reads.",
            name="opencode",
        ),
    ] = OpenCodeOn()
    operations: Annotated[Operations | None, Part(stage="operations", when=SERVED)] = None
    secrets: Annotated[Secrets | None, Part(stage="secrets", when=INSTALLED)] = None

    @model_validator(mode="after")
    def _groups_fit_the_choices(self) -> Self:
        for name, info in type(self).model_fields.items():
            part = next((item for item in info.metadata if isinstance(item, Part)), None)
            if part is None:
                continue
            applies, given = (
                part.when.holds(lambda choice: getattr(self, choice)),
                getattr(self, name) is not None,
            )
            if applies and not given:
                raise wrong(f"The answers about {name} are missing.")
            if given and not applies:
                raise wrong(f"The answers about {name} do not apply to this target and mode.")
        return self

    @property
    def runs_server(self) -> bool:
        """Whether a server of its own runs here."""
        return self.server is not None

    @property
    def opal(self) -> OpalOn | None:
        """OPAL's answers where it is installed."""
        return self.authorization if isinstance(self.authorization, OpalOn) else None
