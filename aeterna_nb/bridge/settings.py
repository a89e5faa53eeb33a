"""Where the server is and who speaks to it: the environment first, then `.aeterna/config.toml`.

The names of the variables and of the profile's keys are those that the Aeterna command line and its OpenCode
plugin read (v0.8.0-rc.9), so that one setup serves all of them.
"""

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx2

from aeterna_nb import ports
from aeterna_nb.bridge.toolsets import DEFAULT_TOOLSETS, parse_toolsets
from aeterna_nb.reading.bounds import Unreadable
from aeterna_nb.reading.secret_texts import masked_text
from aeterna_nb.reading.texts import file_text
from aeterna_nb.reading.toml_tree import toml_tree

DEFAULT_SERVER_URL = f"http://localhost:{ports.AETERNA}"
DEFAULT_TENANT = "default"
DEFAULT_CALL_TIMEOUT = 60.0
"""Seconds. The server gives up on a tool after 30, so this only ends calls that nobody answers any more."""

_LONGEST_ID = 100  # characters the server allows for a tenant and for a user

_VARIABLES: dict[str, tuple[str, ...]] = {
    "server_url": ("AETERNA_SERVER_URL",),
    "token": ("AETERNA_TOKEN", "AETERNA_API_TOKEN"),
    "tenant_id": ("AETERNA_TENANT_ID",),
    "user_id": ("AETERNA_USER_ID",),
    "team_id": ("AETERNA_TEAM", "AETERNA_TEAM_ID"),
}


class SettingsError(Exception):
    """The configuration cannot be used. The text is one sentence for a person and holds no secret."""


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """Everything the bridge needs to know. `repr` leaves the token out.

    `server_url` has no trailing slash; `origin` says where it was found. `call_timeout` is in seconds.
    """

    server_url: str = DEFAULT_SERVER_URL
    origin: str = "the built-in default"
    tenant_id: str = DEFAULT_TENANT
    user_id: str = "unknown"
    team_id: str = ""
    token: str = field(default="", repr=False)
    toolsets: tuple[str, ...] = DEFAULT_TOOLSETS
    call_timeout: float = DEFAULT_CALL_TIMEOUT

    @property
    def tenant_context(self) -> dict[str, str]:
        """Return what the server wants beside the name and the arguments of a tool."""
        context = {"tenant_id": self.tenant_id, "user_id": self.user_id}
        return context | {"team_id": self.team_id} if self.team_id else context

    @property
    def is_loopback(self) -> bool:
        """Return whether the server is on this machine."""
        return _is_loopback(httpx2.URL(self.server_url).host)

    @property
    def token_in_clear(self) -> bool:
        """Return whether the token would cross a network unencrypted."""
        return bool(self.token) and self.server_url.startswith("http://") and not self.is_loopback

    def without_token(self, text: str) -> str:
        """Return `text` with the token replaced, for whatever is printed, logged or shown to a model."""
        return masked_text(text, self.token)


def read_settings(environ: Mapping[str, str], directory: Path, user_directory: Path) -> BridgeSettings:
    """Return the settings as `directory` sees them.

    An empty variable counts as unset, since OpenCode puts "" for `{env:NAME}` where NAME is not set. The
    profile comes from the nearest `.aeterna/config.toml` at or above `directory` that has it, else from
    `config.toml` in `user_directory`. Raises SettingsError.
    """
    profile, profile_file = _profile(environ, directory, user_directory)
    found = {
        key: _first(key, [*((environ.get(name), name) for name in names), (profile.get(key), profile_file)])
        for key, names in _VARIABLES.items()
    }
    url, origin = found["server_url"]
    return BridgeSettings(
        server_url=_server_url(url, origin) if url else DEFAULT_SERVER_URL,
        origin=origin or "the built-in default",
        tenant_id=_identifier(*found["tenant_id"]) or DEFAULT_TENANT,
        user_id=_identifier(*found["user_id"]) or _login_name(),
        team_id=_identifier(*found["team_id"]),
        token=_token(*found["token"]),
        toolsets=_toolsets(environ.get("AETERNA_TOOLSET", "")),
    )


def _first(key: str, candidates: Iterable[tuple[object, str]]) -> tuple[str, str]:
    for value, origin in candidates:
        if value is not None and not isinstance(value, str):
            raise SettingsError(f"{key} in {origin} must be text in quotes.")
        if value and value.strip():
            return value.strip(), origin
    return "", ""


def _identifier(value: str, origin: str) -> str:
    if len(value) > _LONGEST_ID:
        raise SettingsError(f"{origin} is longer than the {_LONGEST_ID} characters that the server allows.")
    return value


def _token(value: str, origin: str) -> str:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise SettingsError(f"The token in {origin} holds characters that no token has; was it cut or pasted twice?")
    return value


def _toolsets(text: str) -> tuple[str, ...]:
    try:
        return parse_toolsets(text) if text.strip() else DEFAULT_TOOLSETS
    except ValueError as error:
        raise SettingsError(f"AETERNA_TOOLSET: {error}") from None


def user_config_directory(environ: Mapping[str, str]) -> Path:
    """Return the folder of the user's own `config.toml`, as the Aeterna command line finds it."""
    if environ.get("AETERNA_CONFIG_DIR"):
        return Path(environ["AETERNA_CONFIG_DIR"])
    from platformdirs import user_config_path

    return user_config_path("aeterna", appauthor=False, roaming=True)


def _profile(environ: Mapping[str, str], directory: Path, user_directory: Path) -> tuple[dict[str, Any], str]:
    project = next(
        (path for folder in (directory, *directory.parents) if (path := folder / ".aeterna" / "config.toml").is_file()),
        None,
    )
    files = [(path, _toml(path)) for path in (project, user_directory / "config.toml") if path and path.is_file()]
    wanted = environ.get("AETERNA_PROFILE") or next(
        (config["default_profile"] for _, config in files if config.get("default_profile")), "default"
    )
    for path, config in files:
        profiles = config.get("profiles", {})
        if isinstance(profiles, dict) and isinstance(profiles.get(wanted), dict):
            return profiles[wanted], str(path)
    if environ.get("AETERNA_PROFILE"):
        raise SettingsError("AETERNA_PROFILE names a profile that no config.toml has.")
    return {}, ""


def _toml(path: Path) -> dict[str, Any]:
    try:
        return toml_tree(file_text(path, str(path)), str(path))
    except FileNotFoundError:
        return {}
    except Unreadable as error:
        raise SettingsError(str(error)) from None


def _server_url(text: str, origin: str) -> str:
    try:
        url = httpx2.URL(text)
        valid = url.scheme in ("http", "https") and bool(url.host) and 0 < (url.port or 80) < 65536
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        valid = False
    if not valid:
        raise SettingsError(f"{origin} is no address of a server; write it like https://aeterna.example.com.")
    if url.userinfo or url.query or url.fragment:
        raise SettingsError(f"{origin} must be the plain address of the server; a token belongs in AETERNA_TOKEN.")
    return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _login_name() -> str:
    try:
        return getpass.getuser()[:_LONGEST_ID]
    except (OSError, KeyError):  # a container whose user id has no name
        return "unknown"
