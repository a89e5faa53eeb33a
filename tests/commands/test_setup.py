"""`aeterna setup --non-interactive` and the commands that look at what it wrote."""

import json
import stat
from argparse import Namespace
from pathlib import Path

import pytest

from aeterna_nb.answers import Origin
from aeterna_nb.commands.setup import Judge
from tests.commands.conftest import Aeterna
from tests.samples import KEY, answers
from tests.samples import LOCAL as SAMPLE

LOCAL = (
    "--target kubernetes --mode local --vector-backend qdrant --cache dragonfly --postgresql cloudnative-pg --llm none"
).split()
HYBRID = [*LOCAL, "--mode", "hybrid", "--central-url", "https://central.example.com", "--central-auth", "api-key"]
SETUP = ["setup", "--non-interactive", "--output", "out"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_main_choices_are_enough_for_a_local_cluster(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP, *LOCAL)
    assert ran.status == 0
    assert set(contents(Path("out"))) == {
        ".gitignore",
        "values.yaml",
        "values.secret.yaml",
        ".aeterna/config.toml",
        ".aeterna/setup.yaml",
        ".aeterna/setup.schema.json",
        "opencode.json",
        ".config/opencode/mcp.json",
    }
    assert "helm upgrade --install aeterna" in ran.out


def test_the_file_with_secrets_is_for_its_owner_alone(aeterna: Aeterna) -> None:
    aeterna(*SETUP, *LOCAL)
    assert stat.S_IMODE(Path("out/values.secret.yaml").stat().st_mode) == 0o600
    assert "/values.secret.yaml" in Path("out/.gitignore").read_text().splitlines()


def test_a_second_run_changes_nothing(aeterna: Aeterna) -> None:
    aeterna(*SETUP, *LOCAL)
    before = contents(Path("out"))
    ran = aeterna(*SETUP, *LOCAL)
    assert ran.status == 0
    assert contents(Path("out")) == before
    assert "up to date" in ran.out


def test_one_changed_answer_changes_only_what_follows_from_it(aeterna: Aeterna) -> None:
    aeterna(*SETUP, *LOCAL)
    before = contents(Path("out"))
    ran = aeterna(*SETUP, *LOCAL, "--log-level", "debug")
    after = contents(Path("out"))
    changed = {name for name in before if after[name] != before[name]}
    assert ran.status == 0
    assert changed == {"values.yaml", ".aeterna/config.toml", ".aeterna/setup.yaml"}


def test_the_first_backup_survives_a_third_run(aeterna: Aeterna) -> None:
    aeterna(*SETUP, *LOCAL)
    first = Path("out/values.yaml").read_bytes()
    aeterna(*SETUP, *LOCAL, "--log-level", "debug")
    second = Path("out/values.yaml").read_bytes()
    aeterna(*SETUP, *LOCAL, "--log-level", "trace")
    assert Path("out/values.yaml.1.bak").read_bytes() == first
    assert Path("out/values.yaml.2.bak").read_bytes() == second


def test_nothing_given_names_every_main_choice(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP)
    assert ran.status == 2
    for flag in ("--target", "--mode", "--vector-backend", "--cache", "--postgresql", "--llm", "--central-url"):
        assert flag in ran.err
    assert not Path("out").exists()


def test_every_missing_detail_is_named_at_once(aeterna: Aeterna) -> None:
    choices = "--vector-backend pinecone --cache external --postgresql external --llm openai --ingress".split()
    ran = aeterna(*SETUP, *LOCAL, *choices)
    assert ran.status == 2
    for flag in (
        "--pinecone-index-name",
        "--pinecone-environment",
        "--pinecone-api-key-file",
        "--redis-host",
        "--postgresql-host",
        "--postgresql-password-file",
        "--openai-api-key-file",
        "--ingress-host",
    ):
        assert f"({flag})" in ran.err
    assert not Path("out").exists()


def test_a_preset_gives_the_main_choices(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP, "--preset", "production")
    assert ran.status == 0
    assert "replicaCount: 3" in Path("out/values.yaml").read_text()


def test_contradictions_are_all_listed_and_nothing_is_written(aeterna: Aeterna) -> None:
    ran = aeterna(
        *SETUP, *HYBRID, "--local-cache-size", "128", "--hpa", "--hpa-min-replicas", "5", "--hpa-max-replicas", "2"
    )
    assert ran.status == 1
    assert "Dragonfly needs a local cache of at least 256 MiB" in ran.err
    assert "The most pods are fewer than the fewest" in ran.err
    assert not Path("out").exists()


def test_a_wrong_value_is_refused_with_its_range(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP, *HYBRID, "--sync-interval", "soon")
    assert ran.status == 2
    assert "Write a whole number from 10 to 86400. (--sync-interval)" in ran.err
    assert "soon" not in ran.err


def test_a_flag_that_does_not_apply_is_a_warning(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP, *LOCAL, "--redis-port", "7000")
    assert ran.status == 0
    assert "warning: --redis-port does not apply" in ran.err


def test_an_unknown_flag_names_the_nearest_and_repeats_no_value(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP, *LOCAL, "--openai-api-kye", "sk-canary")
    assert ran.status == 2
    assert "Did you mean --openai-api-key" in ran.err
    assert "sk-canary" not in ran.err + ran.out


def test_dry_run_shows_the_files_and_writes_none(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP, *LOCAL, "--dry-run")
    assert ran.status == 0
    assert "values.yaml" in ran.out
    assert not Path("out").exists()


def test_json_tells_findings_and_files(aeterna: Aeterna) -> None:
    told = json.loads(aeterna(*SETUP, *LOCAL, "--redis-port", "7000", "--json").out)
    assert {"name": "values.yaml", "state": "new"}.items() <= told["files"][1].items()
    assert told["findings"][0]["flag"] == "--redis-port"
    assert told["written"]


def test_reconfigure_keeps_answers_and_secrets_that_nobody_changed(aeterna: Aeterna) -> None:
    external = ["--postgresql", "external", "--postgresql-host", "db.example.com", "--llm", "openai"]
    aeterna(*SETUP, *LOCAL, *external, postgresql_password="p@ss:#%", openai_api_key="sk-1")
    secrets = Path("out/values.secret.yaml").read_bytes()
    ran = aeterna(*SETUP, "--reconfigure", "--cache", "valkey")
    assert ran.status == 0
    assert Path("out/values.secret.yaml").read_bytes() == secrets
    assert 'host: "db.example.com"' in Path("out/values.yaml").read_text()
    assert 'type: "valkey"' in Path("out/values.yaml").read_text()


def test_reconfigure_without_a_configuration_says_so(aeterna: Aeterna) -> None:
    ran = aeterna(*SETUP, "--reconfigure", *LOCAL)
    assert ran.status == 2
    assert "nothing to reconfigure" in ran.err


def test_a_broken_opencode_file_is_left_alone_and_nothing_is_written(aeterna: Aeterna) -> None:
    Path("out").mkdir()
    Path("out/opencode.json").write_text('{"mcp": ')
    ran = aeterna(*SETUP, *LOCAL)
    assert ran.status == 1
    assert "The opencode.json that is there can't be read" in ran.err
    assert contents(Path("out")) == {"opencode.json": b'{"mcp": '}


def test_opencode_only_needs_the_address_alone(aeterna: Aeterna) -> None:
    ran = aeterna(
        *SETUP, "--target", "opencode-only", "--central-url", "https://c.example.com", "--central-auth", "oauth2"
    )
    assert ran.status == 0
    entry = json.loads(Path("out/opencode.json").read_text())["mcp"]["aeterna"]
    assert entry["environment"]["AETERNA_SERVER_URL"] == "https://c.example.com"
    assert not Path("out/values.yaml").exists()


def test_validate_accepts_what_setup_wrote_and_names_what_was_changed_by_hand(aeterna: Aeterna) -> None:
    aeterna(*SETUP, *LOCAL)
    assert aeterna("validate", "--output", "out").status == 0
    Path("out/values.yaml").write_text("mode: remote\n")
    ran = aeterna("setup", "--validate", "--output", "out")
    assert "values.yaml: mode is remote, the answers give local" in ran.err


def test_commands_about_a_folder_without_configuration_say_so(aeterna: Aeterna) -> None:
    for command in ("show", "validate", "render", "diff"):
        ran = aeterna(command, "--output", "nowhere")
        assert ran.status == 2
        assert "There is no configuration in nowhere" in ran.err


def test_show_tells_where_each_value_comes_from(aeterna: Aeterna) -> None:
    aeterna(*SETUP, *LOCAL)
    shown = aeterna("show", "--output", "out", "--log-level", "debug", namespace="other").out
    rows = {line.split()[0]: line for line in shown.splitlines() if line.startswith("  ")}
    assert "from the answers file" in rows["cache"]
    assert "flag" in rows["log-level"]
    assert "from the environment" in rows["namespace"]
    assert "default" in rows["size"]


def test_render_prints_manifests_that_kubectl_could_take(aeterna: Aeterna) -> None:
    aeterna(*SETUP, *LOCAL)
    ran = aeterna("render", "--output", "out")
    assert ran.status == 0
    assert "kind: Deployment" in ran.out
    aeterna("render", "--output", "out", "--output-dir", "manifests")
    assert "kind: Deployment" in Path("manifests/aeterna/templates/aeterna/deployment.yaml").read_text()


@pytest.mark.parametrize("command", ["diff", "show", "render", "validate"])
def test_looking_changes_nothing(aeterna: Aeterna, command: str) -> None:
    aeterna(*SETUP, *LOCAL)
    before = contents(Path("out"))
    aeterna(command, "--output", "out", "--cache", "valkey")
    assert contents(Path("out")) == before


def test_an_unknown_command_names_the_nearest(aeterna: Aeterna) -> None:
    ran = aeterna("setpu")
    assert ran.status == 2
    assert "Did you mean `aeterna setup`?" in ran.err


def test_folder_and_preset_may_come_from_variables_and_flags_win(aeterna: Aeterna) -> None:
    ran = aeterna("setup", "--non-interactive", "--preset", "production", output="elsewhere", preset="local")
    assert ran.status == 0
    assert "is not known" not in ran.err
    assert "replicaCount: 3" in Path("elsewhere/values.yaml").read_text()


@pytest.mark.parametrize("how", [["--reconfigure"], LOCAL])
def test_comments_in_the_answers_file_stay(aeterna: Aeterna, how: list[str]) -> None:
    aeterna(*SETUP, *LOCAL, "--replicas", "2")
    file = Path("out/.aeterna/setup.yaml")
    commented = file.read_text().replace("replicas: 2", "# two are enough\n  replicas: 2  # for now")
    file.write_text(commented)
    assert aeterna("validate", "--output", "out").status == 0
    assert file.read_text() == commented
    ran = aeterna(*SETUP, *how, "--replicas", "2", "--log-level", "debug")
    assert ran.status == 0, ran.err
    assert file.read_text() == commented.replace("for now\n", 'for now\n  log_level: "debug"\n')


def test_what_was_made_for_one_look_at_the_answers_is_kept_for_the_next(tmp_path: Path) -> None:
    judge = Judge(Namespace(output=tmp_path, install_opencode=False), [])
    given = answers(SAMPLE, target="docker-compose", cache="valkey", vector_backend="pgvector")
    made = dict(judge(given).evaluation.secrets)
    assert {"opal_private_key", "opal_client_token", "kms_key"} <= made.keys()
    assert judge(given).evaluation.secrets == made
    # Neither a look without a configuration nor one without OPAL loses them, and what is typed wins while it stands.
    judge(answers({}))
    judge(given.with_values(Origin.TYPED, {"opal": False}))
    typed = judge(given.with_values(Origin.TYPED, {"kms_key": KEY})).evaluation
    assert typed.secrets == {**made, "kms_key": KEY}
    assert judge(given).evaluation.secrets == made
