"""The central server that hybrid and remote installations share, and what a hybrid one keeps at hand."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aeterna_nb.config.ask import ALWAYS, Ask, Section, when
from aeterna_nb.config.types import Line, Secret, Url

INSTALLS = ("kubernetes", "docker-compose")
MemoryLayer = Literal["working", "session", "episodic"]
SERVER_LAYERS: dict[MemoryLayer, str] = {"working": "agent", "session": "session", "episodic": "project"}
"""The server's own names of the layers that the questions speak of (docs/facts/aeterna-server.md#memory-layers)."""


class ApiKey(Section):
    """Sign in with a key."""

    prefix: ClassVar[str] = "central"
    title: ClassVar[str] = "API key"
    note: ClassVar[str] = "One key for everybody who uses this installation."
    method: Literal["api-key"] = "api-key"
    api_key: Annotated[
        Secret | None,
        Ask(
            label="API key of the central server",
            help="Kept in the secrets file only. Without it clients can't sign in yet.",
            when=when(target=INSTALLS),
        ),
    ] = None


class OAuth2(Section):
    """Sign in as an OAuth2 client."""

    prefix: ClassVar[str] = "central"
    title: ClassVar[str] = "OAuth2 client credentials"
    note: ClassVar[str] = "Your identity provider hands out short-lived tokens."
    method: Literal["oauth2"]
    client_id: Annotated[
        Line | None,
        Ask(
            label="OAuth2 client ID",
            help="As the identity provider names it.",
            needed=ALWAYS,
            when=when(target=INSTALLS),
        ),
    ] = None
    token_url: Annotated[
        Url | None,
        Ask(
            label="OAuth2 token address",
            help="Where a token is asked for.",
            example="https://login.example.com/oauth2/token",
            needed=ALWAYS,
            when=when(target=INSTALLS),
        ),
    ] = None
    client_secret: Annotated[
        Secret | None,
        Ask(
            label="OAuth2 client secret",
            help="Kept in the secrets file only.",
            needed=ALWAYS,
            when=when(target=INSTALLS),
        ),
    ] = None


class ServiceAccount(Section):
    """Sign in with the pod's own Kubernetes identity."""

    prefix: ClassVar[str] = "central"
    title: ClassVar[str] = "Kubernetes service account"
    note: ClassVar[str] = "The cluster vouches for the pod; no secret is stored."
    method: Literal["service-account"]


class Central(Section):
    """Where the central server is and how we sign in there."""

    prefix: ClassVar[str] = "central"
    url: Annotated[
        Url,
        Ask(
            label="Address of the central server",
            help="As in a browser, with https.",
            example="https://aeterna.example.com",
            missing="The address of the central server is missing.",
            main=True,
        ),
    ]
    auth: Annotated[
        ApiKey | OAuth2 | ServiceAccount,
        Field(discriminator="method"),
        Ask(
            label="How do we sign in there?",
            help="What the central server expects.",
            name="central_auth",
            main=True,
        ),
    ]


class Hybrid(Section):
    """What a hybrid installation keeps at hand and how it keeps in step with the central server."""

    local_cache_size: Annotated[
        int,
        Field(ge=64, le=65536),
        Ask(
            label="Local cache size",
            help="Memory that the cache may fill here; also its limit in the cluster.",
            name="local_cache_size",
            unit="MiB",
            advanced=True,
        ),
    ] = 512
    offline_cedar: Annotated[
        bool,
        Ask(
            label="Decide about access while the central server is away?",
            help="A Cedar agent here answers from its own copy of the policies.",
            name="offline_cedar",
            when=when(opal=(True,)),
            derive=lambda lookup: True,
            advanced=True,
        ),
    ] = False
    sync_interval: Annotated[
        int,
        Field(ge=10, le=86400),
        Ask(
            label="Seconds between two syncs",
            help="How often memories are sent to the central server.",
            name="sync_interval",
            unit="seconds",
            advanced=True,
        ),
    ] = 300
    sync_layers: Annotated[
        tuple[MemoryLayer, ...],
        Ask(
            label="Which memories go to the central server?",
            help="Working memory belongs to one task, session memory to one sitting, episodic memory to the project.",
            name="sync_layers",
            notes={
                "working": ("Working memory", "What an agent holds during a task."),
                "session": ("Session memory", "What one sitting produced."),
                "episodic": ("Episodic memory", "What is worth keeping beyond a session."),
            },
            advanced=True,
        ),
    ] = ("session", "episodic")
