"""Who may do what: OPAL keeps Cedar agents supplied with policies and data."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aeterna_nb.config.ask import Ask, Beginning, Section, when
from aeterna_nb.config.types import GitUrl, Image, Line, SecretDocument, Url

WITHOUT_KEY = ("http://", "https://", "git://")
"""How an address of a repository begins that is read without an SSH key."""


class ConfigMapPolicies(Section):
    """Policies in a repository that is built from a ConfigMap."""

    prefix: ClassVar[str] = "opal"
    title: ClassVar[str] = "Here"
    note: ClassVar[str] = "A repository is built from the chart's own policies; nothing outside is asked."
    kind: Literal["configmap"] = "configmap"


class GitPolicies(Section):
    """Policies in a git repository."""

    prefix: ClassVar[str] = "opal_policy"
    title: ClassVar[str] = "Git repository"
    note: ClassVar[str] = "Policies are followed in a repository of yours."
    kind: Literal["git"]
    repo_url: Annotated[
        GitUrl,
        Ask(
            label="Policy repository",
            help="One Cedar statement in each .cedar file.",
            example="https://git.example.com/policies.git",
        ),
    ]
    branch: Annotated[Line, Ask(label="Branch", help="The branch to follow.")] = "main"
    polling_interval: Annotated[
        int,
        Field(ge=0, le=86400),
        Ask(
            label="Seconds between two looks at the repository",
            help="0 leaves it to webhooks.",
            unit="seconds",
            advanced=True,
        ),
    ] = 60
    ssh_key: Annotated[
        SecretDocument | None,
        Ask(
            label="SSH key for the repository",
            help="For addresses that begin with git@ or ssh://.",
            document=True,
            needed=when(opal_policy_repo_url=Beginning(WITHOUT_KEY, other=True)),
            missing="A policy repository with an SSH address needs an SSH key. Give one, or use an https address.",
        ),
    ] = None


class NoData(Section):
    """An empty list of entities."""

    prefix: ClassVar[str] = "opal"
    title: ClassVar[str] = "Empty"
    note: ClassVar[str] = "Policies decide alone; an empty list of entities is served."
    kind: Literal["none"] = "none"


class FetcherData(Section):
    """Aeterna's own fetcher, which reads PostgreSQL."""

    prefix: ClassVar[str] = "opal_fetcher"
    title: ClassVar[str] = "Aeterna's fetcher"
    note: ClassVar[str] = "Reads people and groups from PostgreSQL. Its image is not published: you build it."
    kind: Literal["fetcher"]
    image: Annotated[
        Image,
        Ask(
            label="Fetcher image",
            help="No image is published; build it from the sources.",
            example="registry.example.com/opal-fetcher:1.0",
        ),
    ]
    tenant: Annotated[
        Line,
        Ask(
            label="Tenant ID",
            help="The UUID of the tenant whose data is served.",
            example="00000000-0000-0000-0000-000000000000",
        ),
    ]


class UrlData(Section):
    """A data source of one's own."""

    prefix: ClassVar[str] = "opal_data"
    title: ClassVar[str] = "An address"
    note: ClassVar[str] = "A server of yours that answers with a list of Cedar entities."
    kind: Literal["url"]
    url: Annotated[
        Url,
        Ask(
            label="Address of the entities",
            help="It must answer with a JSON list.",
            example="https://data.example.com/entities",
        ),
    ]


class OpalOff(Section):
    """No OPAL."""

    enabled: Literal[False]


class OpalOn(Section):
    """OPAL with Cedar agents."""

    prefix: ClassVar[str] = "opal"
    enabled: Literal[True] = True
    policies: Annotated[
        ConfigMapPolicies | GitPolicies,
        Field(discriminator="kind"),
        Ask(
            label="Where do policies come from?",
            help="Cedar policies that say who may do what.",
            name="opal_policy_source",
        ),
    ] = ConfigMapPolicies()
    data: Annotated[
        NoData | FetcherData | UrlData,
        Field(discriminator="kind"),
        Ask(
            label="Where do people and groups come from?",
            help="The entities that policies speak of.",
            name="opal_data_source",
        ),
    ] = NoData()
    replicas: Annotated[
        int,
        Field(ge=1, le=9),
        Ask(
            label="OPAL server pods",
            help="Two or more need no pause on updates.",
            when=when(target=("kubernetes",)),
            advanced=True,
        ),
    ] = 1


Authorization = OpalOff | OpalOn
