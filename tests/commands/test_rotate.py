"""`aeterna secrets rotate`: what was made here is made anew, what was typed is not, and nothing of it is printed."""

import json
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from aeterna_nb.generate.compose.env_file import read_env
from aeterna_nb.generate.helm_secret_values import secrets_in
from tests.commands.conftest import Aeterna, Ran
from tests.commands.test_backups import COMPOSE, secrets_in_the_open, texts
from tests.commands.test_setup import LOCAL, SETUP

OPAL = {"opal_private_key", "opal_public_key", "opal_master_token", "opal_client_token"}
SOPS = """#!{python}
import sys
print("\\n".join("# sealed: " + line[::-1] for line in sys.stdin.read().splitlines()) if sys.argv[1] == "encrypt" else
      "\\n".join(line.removeprefix("# sealed: ")[::-1] for line in open(sys.argv[-1]).read().splitlines()))
"""


def in_values(folder: Path) -> Mapping[str, str]:
    return secrets_in(yaml.safe_load((folder / "values.secret.yaml").read_text()))


def in_env(folder: Path) -> Mapping[str, str]:
    return {name.lower(): value for name, value in read_env((folder / ".env").read_text()).items()}


def rotate(aeterna: Aeterna, *words: str) -> Ran:
    return aeterna("secrets", "rotate", *words, "--output", "out")


def test_what_was_made_for_a_cluster_is_made_anew_and_the_rest_stays(aeterna: Aeterna, tmp_path: Path) -> None:
    out = tmp_path / "out"
    aeterna(*SETUP, *LOCAL, "--llm", "openai", openai_api_key="typed-canary")
    before, others = in_values(out), {name: text for name, text in texts(out).items() if name != "values.secret.yaml"}
    ran = rotate(aeterna)
    after = in_values(out)
    assert ran.status == 0, ran.err
    assert {name for name in before if before[name] != after[name]} == OPAL
    assert {name: text for name, text in texts(out).items() if name != "values.secret.yaml"} == others
    assert stat.S_IMODE((out / "values.secret.yaml.1.bak").stat().st_mode) == 0o600
    assert secrets_in_the_open(out) == []
    assert "what was there is kept as values.secret.yaml.1.bak" in ran.out
    assert "kms_key stays" in ran.out
    assert "helm upgrade --install aeterna ./chart" in ran.out
    assert not [value for value in [*before.values(), *after.values()] if value in ran.out + ran.err]
    assert aeterna("restore", "--output", "out").status == 0
    assert in_values(out) == before


def test_a_key_that_encrypts_is_made_anew_only_when_it_is_named(aeterna: Aeterna, tmp_path: Path) -> None:
    aeterna(*SETUP, *LOCAL)
    before = in_values(tmp_path / "out")
    ran = rotate(aeterna, "kms-key")
    assert {name for name, value in in_values(tmp_path / "out").items() if before[name] != value} == {"kms_key"}
    assert "What was encrypted with the old key can be read only with that one" in ran.out


def test_a_database_that_keeps_its_password_gets_the_new_one_without_showing_it(
    aeterna: Aeterna, tmp_path: Path
) -> None:
    aeterna(*COMPOSE, "--vector-backend", "mongodb")
    before = in_env(tmp_path / "out")
    ran = rotate(aeterna, "--json")
    after = in_env(tmp_path / "out")
    done = json.loads(ran.out)
    assert done["rotated"] == ["mongodb_password", "postgresql_password"]
    assert {name for name in before if before[name] != after[name]} == set(done["rotated"])
    assert done["written"] == [{"name": ".env", "backup": ".env.1.bak"}]
    steps = "\n".join(done["next_steps"])
    assert r"\getenv new POSTGRES_PASSWORD" in steps
    assert "ALTER ROLE aeterna PASSWORD :'new';" in steps
    assert "This asks for the old one (.env.1.bak), then the new one (.env):" in steps
    assert done["next_steps"][-1] == "docker compose up --detach --wait"
    assert not [value for value in after.values() if value in ran.out]


def test_what_sops_sealed_is_sealed_anew(aeterna: Aeterna, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "sops"
    program.parent.mkdir()
    program.write_text(SOPS.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    out = tmp_path / "out"
    assert aeterna(*SETUP, *LOCAL, "--secret-provider", "sops").status == 0

    def opened() -> Mapping[str, str]:
        command = [str(program), "decrypt", str(out / "values.secret.sops.yaml")]
        return secrets_in(yaml.safe_load(subprocess.run(command, capture_output=True, text=True, check=True).stdout))

    before = opened()
    ran = rotate(aeterna)
    assert {name for name, value in opened().items() if before[name] != value} == OPAL
    assert "-f secrets://values.secret.sops.yaml" in ran.out
    assert not (out / "values.secret.yaml").exists()


@pytest.mark.parametrize("provider", ["existing", "external-secrets"])
def test_where_secrets_are_only_referred_to_nothing_is_here_to_rotate(
    aeterna: Aeterna, tmp_path: Path, provider: str
) -> None:
    assert aeterna(*SETUP, *LOCAL, "--secret-provider", provider).status == 0
    before = texts(tmp_path / "out")
    ran = rotate(aeterna)
    assert (ran.status, ran.out) == (
        0,
        "There is nothing here to rotate: the secrets are in a Secret or a store of yours. Change them there.\n",
    )
    assert texts(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["openai_api_key"], "aeterna setup --reconfigure --openai-api-key-file PATH"),
        (["postgresql_password"], "This configuration has no postgresql_password."),
        (["opal-master-tokn"], "Did you mean opal_master_token?"),
        (["opal_master_token", "pinecone_api_key"], "This configuration has no pinecone_api_key."),
    ],
)
def test_what_was_not_made_here_is_refused_with_the_way_to_change_it(
    aeterna: Aeterna, tmp_path: Path, names: list[str], words: str
) -> None:
    aeterna(*SETUP, *LOCAL, "--llm", "openai", openai_api_key="typed-canary")
    before = texts(tmp_path / "out")
    ran = rotate(aeterna, *names)
    assert ran.status == 2
    assert words in ran.err
    assert texts(tmp_path / "out") == before


def test_a_value_that_a_variable_gives_is_not_made_anew(aeterna: Aeterna, tmp_path: Path) -> None:
    aeterna(*SETUP, *LOCAL)
    before = texts(tmp_path / "out")
    key = in_values(tmp_path / "out")["kms_key"]
    ran = aeterna("secrets", "rotate", "kms_key", "--output", "out", kms_key=key)
    assert ran.status == 2
    assert "kms_key is given by a variable" in ran.err
    assert texts(tmp_path / "out") == before
