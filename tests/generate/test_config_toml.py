import io
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.answers import Answers, Origin
from aeterna_nb.commands.main import main
from aeterna_nb.config import SetupConfig
from aeterna_nb.evaluate import evaluate
from aeterna_nb.generate.config_toml import config_toml, masked, own_profile
from aeterna_nb.generate.foreign import ForeignFileError
from aeterna_nb.notebook.review_view import packed

CANARY = "canary-91f3"
LOCAL = {
    "target": "docker-compose",
    "mode": "local",
    "vector_backend": "qdrant",
    "cache": "valkey",
    "postgresql": "cloudnative-pg",
    "llm": "none",
}
CENTRAL = {"central_url": "https://central.example", "central_auth": "api-key"}


def config(**answers: Any) -> SetupConfig:
    made, findings = Answers().with_values(Origin.GIVEN, answers).config()
    assert made is not None, findings
    return made


def read(**answers: Any) -> dict[str, Any]:
    return tomllib.loads(config_toml(config(**answers)))


def test_local_clients_reach_the_server_on_this_machine() -> None:
    file = read(**LOCAL)
    assert file["profiles"][file["default_profile"]] == {
        "name": "local",
        "server_url": "http://localhost:8080",
        "label": "Aeterna, local",
        "tenant_id": "default",
    }
    assert file["local"] == {"enabled": False}
    assert (file["target"], file["mode"]) == ("docker-compose", "local")
    assert (file["vector"]["backend"], file["cache"]["type"]) == ("qdrant", "valkey")


@pytest.mark.parametrize(
    ("ingress", "url"),
    [
        ({}, "http://localhost:8080"),
        ({"ingress": True, "ingress_host": "a.example"}, "http://a.example"),
        ({"ingress": True, "ingress_host": "a.example", "ingress_tls": "cert-manager"}, "https://a.example"),
    ],
)
def test_the_address_follows_the_ingress(ingress: dict[str, Any], url: str) -> None:
    assert read(**LOCAL | {"target": "kubernetes"} | ingress)["profiles"]["local"]["server_url"] == url


@pytest.mark.parametrize("target", ["kubernetes", "docker-compose", "opencode-only"])
def test_remote_clients_reach_the_central_server_with_a_key(target: str) -> None:
    mode = {} if target == "opencode-only" else {"mode": "remote"}
    file = read(target=target, **mode, **CENTRAL)
    assert file["profiles"]["remote"]["server_url"] == "https://central.example"
    assert file["profiles"]["remote"]["auth_method"] == "api_key"
    assert file["central"] == {"url": "https://central.example", "auth": {"method": "api-key"}}


def test_hybrid_keeps_a_store_at_hand_that_syncs_as_asked() -> None:
    file = read(**LOCAL | {"mode": "hybrid", "sync_interval": 60} | CENTRAL)
    assert file["local"] == {"enabled": True, "sync_push_interval_ms": 60000, "sync_pull_interval_ms": 60000}
    assert file["hybrid"]["sync_interval"] == 60
    assert file["profiles"]["hybrid"]["server_url"] == "http://localhost:8080"


def test_no_secret_stands_in_it_and_nothing_that_does_not_apply() -> None:
    text = config_toml(
        config(
            **LOCAL
            | CENTRAL
            | {"mode": "hybrid", "cache": "external", "redis_host": "redis.example", "redis_password": CANARY}
            | {"llm": "openai", "openai_api_key": CANARY, "central_api_key": CANARY, "dragonfly_memory": 4096}
        )
    )
    assert CANARY not in text
    assert "password" not in tomllib.loads(text)["cache"]
    assert "4096" not in text
    assert "replicas" not in tomllib.loads(text)["operations"]


@given(st.text(min_size=1, max_size=300) | st.sampled_from(["yes", "1e3", "0o17", "a: b # c", "'\"\\", "🙂" * 300]))
def test_what_was_typed_comes_back_or_is_refused(text: str) -> None:
    answers = Answers().with_values(Origin.GIVEN, LOCAL | {"opencode_tenant": text})
    made, findings = answers.config()
    if made is None:
        assert [finding.question for finding in findings if finding.severity == "error"] == ["opencode_tenant"]
        return
    file = tomllib.loads(config_toml(made))
    assert file["profiles"]["local"]["tenant_id"] == file["opencode"]["tenant"] == text.strip()


PRESENT = """\
# how I like it
default_profile = "prod" # keep

[profiles.prod] # mine
name = "prod"
server_url = "https://prod.example"
token = "canary-1" # canary-2
# client_secret = "canary-3"

[local]
db_path = "/data/aeterna.db"
enabled = true

[capture]
pin = 911911
"""


def test_profiles_comments_and_settings_of_others_survive() -> None:
    text = config_toml(config(**LOCAL), PRESENT)
    file = tomllib.loads(text)
    assert file["default_profile"] == "prod"
    assert file["profiles"]["prod"]["token"] == "canary-1"
    assert file["profiles"]["local"]["server_url"] == "http://localhost:8080"
    assert file["local"] == {"db_path": "/data/aeterna.db", "enabled": False}
    assert file["capture"] == {"pin": 911911}
    assert file["vector"]["backend"] == "qdrant"
    lines = [line for line in PRESENT.splitlines() if line and not line.startswith("enabled")]
    places = [text.splitlines().index(line) for line in lines if line != "[local]"]
    assert places == sorted(places)
    assert config_toml(config(**LOCAL), text) == text


def test_what_is_stale_goes_and_what_is_not_ours_stays() -> None:
    central = config(target="docker-compose", mode="remote", **CENTRAL)
    local = config_toml(config(**LOCAL | {"opencode": True}), PRESENT)
    file = tomllib.loads(config_toml(central, local))
    assert file["profiles"].keys() == {"prod", "remote"}
    assert "vector" not in file
    assert file["local"]["db_path"] == "/data/aeterna.db"
    assert (file["default_profile"], file["capture"]) == ("prod", {"pin": 911911})


@pytest.mark.parametrize(
    ("present", "default"),
    [
        ("[profiles.prod]\nname = 'prod'\nserver_url = 'https://p.example'\n", "local"),
        ("default_profile = 'elsewhere'\n", "elsewhere"),
        ("# mine\ndefault_profile = 'hybrid'\n[profiles.hybrid]\nlabel = 'Aeterna, hybrid'\n", "local"),
    ],
)
def test_the_default_profile_changes_only_where_it_is_absent_or_ours(present: str, default: str) -> None:
    assert tomllib.loads(config_toml(config(**LOCAL), present))["default_profile"] == default


def test_a_profile_of_somebodys_own_that_is_called_as_ours_would_be_stays() -> None:
    theirs = "[profiles.local]\nname = 'local'\nserver_url = 'http://theirs.example'\ntoken = 'canary'\n"
    made = config(**LOCAL)
    text = config_toml(made, theirs)
    profiles = tomllib.loads(text)["profiles"]
    assert profiles["local"] == {"name": "local", "server_url": "http://theirs.example", "token": "canary"}
    assert own_profile(tomllib.loads(text)) == profiles["aeterna-local"]
    assert config_toml(made, text) == text
    assert "canary" not in masked(text, "*")


def test_a_file_in_which_all_is_ours_is_made_as_if_there_were_none() -> None:
    remote = config(target="docker-compose", mode="remote", **CENTRAL)
    assert config_toml(config(**LOCAL), config_toml(remote)) == config_toml(config(**LOCAL))


@pytest.mark.parametrize(
    "present",
    ["canary = ", "= 1", "profiles = 'canary'", "[[profiles]]\nname='canary'", "[mode]\na='canary'", 'a="\\canary"'],
)
def test_a_file_that_cannot_be_changed_is_refused_without_its_content(present: str) -> None:
    with pytest.raises(ForeignFileError, match="Mend it, or move it away") as caught:
        config_toml(config(**LOCAL), present)
    assert "canary" not in str(caught.value)


def test_what_is_shown_of_the_file_is_ours() -> None:
    text = config_toml(config(**LOCAL), PRESENT)
    shown = masked(text, "*")
    assert "canary" not in shown
    assert "911911" not in shown
    assert 'server_url = "http://localhost:8080"' in shown
    assert 'backend = "qdrant"' in shown
    assert len(shown.splitlines()) == len(text.splitlines())
    assert masked("[canary", "*") == "*"
    ours = "[profiles.local]\nlabel = 'Aeterna, local'\nserver_url = 'https://u:canary@x.example'\n[central]\n"
    assert "canary" not in masked(ours + "url = 'https://u:canary@y.example'\n", "*")


LAYOUTS = [
    "profiles = {prod = {name = 'prod', token = 'x'}}\nlocal = {db_path = 'd'}\n",
    "profiles.prod.name = 'prod'\nprofiles.prod.token = 'x'\n",
    "[profiles]\n# here\n[profiles.prod]\nname = 'prod'\n\n[x]\ny = 1\n[profiles.more]\nname = 'more'\n",
    "# a\r\n[profiles.prod]\r\nname = 'prod'\r\n",
    "[central]\nurl = 'https://old.example'\nauth = 'api-key'\nmine = 1\n[vector] # v\nbackend = 'pinecone'\n",
    "[vector]\n# nothing yet\n\n[[things]]\na = 1\n[[things]]\na = 2\n",
    'days = [1979-05-27, 2.5, nan, \'x\']\nlong = """a\nb # no comment\n"""\n',
]


@pytest.mark.parametrize("present", LAYOUTS)
def test_every_layout_is_changed_in_place_once(present: str) -> None:
    text = present
    for made in (config(**LOCAL), config(target="docker-compose", mode="remote", **CENTRAL), config(**LOCAL)):
        text = config_toml(made, text)
        assert config_toml(made, text) == text
        assert own_profile(tomllib.loads(text))["name"] == made.mode
    assert [line for line in present.splitlines() if "#" in line and line not in text.splitlines()] == []
    assert ("\r\n" in present) == ("\r\n" in text)
    assert text.replace("\r\n", "").count("\n") == (0 if "\r\n" in present else text.count("\n"))


def test_the_merged_file_keeps_its_mode_its_backup_is_private_and_no_token_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / ".aeterna/config.toml"
    file.parent.mkdir()
    file.write_text(PRESENT)
    file.chmod(0o640)
    flags = [word for name, value in LOCAL.items() for word in (f"--{name.replace('_', '-')}", value)]
    words = ["setup", "--non-interactive", *flags, "--output", str(tmp_path)]
    for more in (["--dry-run"], ["--json"], []):
        assert main([*words, *more]) == 0
    said = capsys.readouterr()
    assert "canary" not in said.out + said.err
    assert "canary-1" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o640
    backup = file.with_name("config.toml.1.bak")
    assert backup.read_text() == PRESENT
    assert backup.stat().st_mode & 0o777 == 0o600
    assert "/.aeterna/config.toml.*.bak" in (tmp_path / ".gitignore").read_text()
    assert not file.with_name("config.toml.2.bak").exists()


def test_broken_toml_is_said_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / ".aeterna/config.toml"
    file.parent.mkdir()
    file.write_text("[profiles.prod\ntoken = 'canary'\n")
    flags = ["--target", "opencode-only", "--central-url", "https://central.example", "--central-auth", "api-key"]
    assert main(["setup", "--non-interactive", *flags, "--output", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "The .aeterna/config.toml that is there can't be changed: It is not TOML (line 1)." in said.err
    assert "canary" not in said.out + said.err
    assert sorted(tmp_path.rglob("*")) == [file.parent, file]


def test_the_zip_holds_nothing_that_others_wrote(tmp_path: Path) -> None:
    existing = {
        ".aeterna/config.toml": PRESENT,
        "opencode.json": '{"provider": {"x": {"apiKey": "canary"}}}',
        ".env": "MINE=canary\n",
    }
    evaluation = evaluate(Answers().with_values(Origin.GIVEN, LOCAL), existing)
    assert "canary" in evaluation.files[".aeterna/config.toml"]
    with zipfile.ZipFile(io.BytesIO(packed(evaluation))) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "canary" not in str(texts)
    assert "AETERNA_SERVER_URL" in texts["opencode.json"]
