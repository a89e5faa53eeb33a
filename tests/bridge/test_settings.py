import getpass
from pathlib import Path

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aeterna_nb.bridge.settings import BridgeSettings, SettingsError, read_settings, user_config_directory

NOWHERE = Path("there-is-no-such-folder")
CANARY = "canary-token-5b1f"


def write_config(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def profile(url: str, extra: str = "", name: str = "default") -> str:
    return f'default_profile = "{name}"\n[profiles.{name}]\nname = "{name}"\nserver_url = "{url}"\n{extra}\n'


def test_with_only_the_address_it_works(tmp_path: Path) -> None:
    settings = read_settings({"AETERNA_SERVER_URL": "https://aeterna.example.com/"}, tmp_path, NOWHERE)

    assert settings.server_url == "https://aeterna.example.com"
    assert settings.tenant_context == {"tenant_id": "default", "user_id": getpass.getuser()}
    assert settings.token == ""


def test_the_environment_says_who_speaks(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "AETERNA_TENANT_ID": "acme",
            "AETERNA_USER_ID": "mia",
            "AETERNA_TEAM": "platform",
            "AETERNA_TOKEN": CANARY,
            "AETERNA_TOOLSET": "memory,graph",
        },
        tmp_path,
        NOWHERE,
    )

    assert settings.tenant_context == {"tenant_id": "acme", "user_id": "mia", "team_id": "platform"}
    assert settings.token == CANARY
    assert settings.toolsets == ("memory", "graph")
    assert CANARY not in repr(settings)


def test_the_nearest_profile_upwards_is_used_then_the_users_own(tmp_path: Path) -> None:
    user = tmp_path / "user"
    write_config(user, profile("http://user.example"))
    inner = tmp_path / "project" / "src" / "deep"
    inner.mkdir(parents=True)
    assert read_settings({}, inner, user).server_url == "http://user.example"

    project = write_config(tmp_path / "project" / ".aeterna", profile("http://project.example", 'tenant_id = "acme"'))
    settings = read_settings({}, inner, user)
    assert (settings.server_url, settings.tenant_id) == ("http://project.example", "acme")
    assert settings.origin == str(project)


def test_the_environment_beats_the_profile_and_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    write_config(tmp_path / ".aeterna", profile("http://project.example", 'tenant_id = "acme"'))

    settings = read_settings({"AETERNA_SERVER_URL": "http://env.example", "AETERNA_TENANT_ID": ""}, tmp_path, NOWHERE)

    assert (settings.server_url, settings.origin) == ("http://env.example", "AETERNA_SERVER_URL")
    assert settings.tenant_id == "acme"


def test_the_profile_is_chosen_by_name(tmp_path: Path) -> None:
    write_config(
        tmp_path / ".aeterna",
        profile("http://a.example", name="a") + "\n[profiles.b]\nserver_url = 'http://b.example'",
    )

    assert read_settings({}, tmp_path, NOWHERE).server_url == "http://a.example"
    assert read_settings({"AETERNA_PROFILE": "b"}, tmp_path, NOWHERE).server_url == "http://b.example"
    with pytest.raises(SettingsError, match="AETERNA_PROFILE names a profile that no config"):
        read_settings({"AETERNA_PROFILE": "c"}, tmp_path, NOWHERE)


def test_a_config_without_profiles_is_no_error(tmp_path: Path) -> None:
    write_config(tmp_path / ".aeterna", 'mode = "local"\n[vector]\nbackend = "qdrant"\n')

    settings = read_settings({}, tmp_path, NOWHERE)

    assert (settings.server_url, settings.origin) == ("http://localhost:8080", "the built-in default")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not = = toml", "it is not TOML"),
        (profile("ftp://x"), "no address of a server"),
        (profile("http://x", "tenant_id = 7"), "tenant_id"),
        ("profiles = 3\n", ""),
    ],
)
def test_a_broken_profile_is_told_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    write_config(tmp_path / ".aeterna", text)

    if not said:
        read_settings({}, tmp_path, NOWHERE)
        return
    with pytest.raises(SettingsError, match=said):
        read_settings({}, tmp_path, NOWHERE)


@given(st.text(max_size=40).filter(str.strip) | st.text(max_size=20).map("http://{}".format))
@example("http://a b/")
@example("localhost:8080")
@example("http://")
@example("http://[::1")
@example("http://host:99999")
@example("http://host:port")
@example("https://user:canary@host")
def test_any_address_is_either_usable_or_refused_in_a_sentence(text: str) -> None:
    said = ""
    try:
        settings = read_settings({"AETERNA_SERVER_URL": text}, NOWHERE, NOWHERE)
    except SettingsError as error:
        said = str(error)
    else:
        httpx2.Request("POST", f"{settings.server_url}/mcp/message")  # raises for what httpx2 cannot send to
    assert not said or said.startswith("AETERNA_SERVER_URL")
    assert "canary" not in said


@pytest.mark.parametrize("token", [f"{CANARY}\nX: y", f"{CANARY} more", f"{CANARY}é", f"{CANARY}\x00"])
def test_a_token_that_cannot_be_one_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(SettingsError, match="AETERNA_TOKEN") as caught:
        read_settings({"AETERNA_TOKEN": token}, NOWHERE, NOWHERE)

    assert CANARY not in str(caught.value)


def test_an_identifier_longer_than_the_server_allows_is_refused() -> None:
    with pytest.raises(SettingsError, match="AETERNA_TENANT_ID"):
        read_settings({"AETERNA_TENANT_ID": "x" * 101}, NOWHERE, NOWHERE)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:8080", True),
        ("http://127.3.2.1", True),
        ("http://[::1]:8080", True),
        ("http://aeterna.localhost", True),
        ("http://localhost.example.com", False),
        ("https://10.0.0.1", False),
    ],
)
def test_loopback_is_recognised(url: str, loopback: bool) -> None:
    assert BridgeSettings(server_url=url).is_loopback is loopback


@pytest.mark.parametrize(
    ("url", "token", "in_clear"),
    [
        ("http://aeterna.example.com", CANARY, True),
        ("http://aeterna.example.com", "", False),
        ("https://aeterna.example.com", CANARY, False),
        ("http://127.0.0.1:8080", CANARY, False),
    ],
)
def test_a_token_over_an_open_network_is_noticed(url: str, token: str, in_clear: bool) -> None:
    assert BridgeSettings(server_url=url, token=token).token_in_clear is in_clear


def test_the_users_own_folder_follows_the_aeterna_variable(tmp_path: Path) -> None:
    assert user_config_directory({"AETERNA_CONFIG_DIR": str(tmp_path)}) == tmp_path
    assert user_config_directory({}).name == "aeterna"
