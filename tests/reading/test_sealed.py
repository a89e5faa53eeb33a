"""What is sealed is named, with what to do about it, and left as it is, whichever file it is."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aeterna_nb.commands.main import main
from aeterna_nb.imports import ImportRefused, read_files
from aeterna_nb.output.folder import kept_secrets
from aeterna_nb.output.workspace import WorkspaceError
from aeterna_nb.questions import AnswerError, by_name
from aeterna_nb.reading.sealed import reference

CANARY = "canary-5d1e"

SOPS_YAML = f"llm:\n  openai:\n    apiKey: ENC[AES256_GCM,data:{CANARY},iv:x,tag:y,type:str]\nsops:\n  mac: x\n"
ENCRYPTED: dict[str, tuple[bytes, str]] = {
    "SOPS in YAML": (SOPS_YAML.encode(), "SOPS"),
    "SOPS behind a byte order mark and with CRLF": (f"\ufeff{SOPS_YAML}".replace("\n", "\r\n").encode(), "SOPS"),
    "SOPS in JSON": (f'{{"a": "{CANARY}", "sops": {{"mac": "x"}}}}'.encode(), "SOPS"),
    "SOPS in dotenv": (f"A={CANARY}\nsops_version=3.9.0\nsops_mac=x\n".encode(), "SOPS"),
    "age, armoured": (f"-----BEGIN AGE ENCRYPTED FILE-----\n{CANARY}\n".encode(), "age"),
    "age": (b"age-encryption.org/v1\n-> X25519 \xff\xfe\n", "age"),
    "ansible-vault": (f"$ANSIBLE_VAULT;1.1;AES256\n{CANARY}\n".encode(), "ansible-vault"),
    "ansible-vault inside": (f"a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  {CANARY}\n".encode(), "ansible-vault"),
    "git-crypt": (b"\0GITCRYPT\0\xff\xfe\x01", "git-crypt"),
    "PGP": (f"-----BEGIN PGP MESSAGE-----\n{CANARY}\n".encode(), "PGP"),
    "sealed-secrets": (f"kind: SealedSecret\nspec: {{encryptedData: {{a: {CANARY}}}}}\n".encode(), "sealed-secrets"),
}
COMMON = (
    "--mode local --vector-backend pgvector --cache valkey --postgresql cloudnative-pg --llm none --no-opal".split()
)
HELM, COMPOSE = ["--target", "kubernetes", *COMMON], ["--target", "docker-compose", *COMMON]
FILES = {
    "values.yaml": HELM,
    "values.secret.yaml": HELM,
    ".aeterna/setup.yaml": HELM,
    ".aeterna/config.toml": HELM,
    "opencode.json": HELM,
    "opencode.jsonc": HELM,
    ".gitignore": COMPOSE,
    ".env": COMPOSE,
    "docker-compose.yaml": COMPOSE,
}


def setup(folder: Path, *words: str) -> int:
    return main(["setup", "--non-interactive", "--output", str(folder), *words])


def placed(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def cases() -> list[tuple[str, str]]:
    """Every file with one sealing, and the file of secrets with all of them."""
    return [(name, "SOPS in YAML") for name in FILES] + [("values.secret.yaml", kind) for kind in ENCRYPTED]


@pytest.mark.parametrize(("name", "kind"), cases())
def test_an_encrypted_file_is_named_and_not_touched(
    name: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, sealing = ENCRYPTED[kind]
    file = placed(tmp_path, name, content)
    assert setup(tmp_path, *FILES[name]) != 0
    said = capsys.readouterr()
    assert f"{name} is encrypted ({sealing}), and is left as it is: " in said.err
    assert CANARY not in said.out + said.err
    assert file.read_bytes() == content
    assert names(tmp_path) == [name]


def test_what_sops_encrypted_as_plain_secrets_is_told_the_provider(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    placed(tmp_path, "values.secret.yaml", SOPS_YAML.encode())
    assert setup(tmp_path, *HELM) != 0
    assert "or choose the secrets' provider sops, whose file is values.secret.sops.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_an_encrypted_answers_file_is_refused(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = placed(tmp_path, "answers.yaml", ENCRYPTED[kind][0])
    assert setup(tmp_path / "out", "--config", str(file)) != 0
    assert f"answers.yaml is encrypted ({ENCRYPTED[kind][1]})" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_an_encrypted_file_of_a_secret_is_refused(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = placed(tmp_path, "key", ENCRYPTED[kind][0])
    assert setup(tmp_path / "out", *HELM, "--llm", "openai", "--openai-api-key-file", str(file)) == 2
    said = capsys.readouterr().err
    assert f"--openai-api-key-file: the file is encrypted ({ENCRYPTED[kind][1]})" in said
    assert CANARY not in said
    assert not (tmp_path / "out").exists()


TEXTS = {kind: (content.decode(), sealing) for kind, (content, sealing) in ENCRYPTED.items() if b"\xff" not in content}


@pytest.mark.parametrize("name", ["values.yaml", "values.secret.yaml", "setup.yaml", "config.toml", ".env", "c.json"])
@pytest.mark.parametrize("kind", TEXTS)
def test_an_encrypted_file_is_not_imported(kind: str, name: str) -> None:
    text, sealing = TEXTS[kind]
    with pytest.raises(ImportRefused) as refused:
        read_files({name: text})
    assert str(refused.value).startswith(f"{name} is encrypted ({sealing}), and is left as it is: ")
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("values.yaml", "mode: {{ .Values.mode }}\n"),
        ("values.yaml", "{{- if .Values.x }}\nmode: local\n{{- end }}\n"),
        ("docker-compose.yaml", "services:\n  aeterna:\n    image: {{ image }}\n"),
        ("config.toml", "{{ header }}\nmode = 'local'\n"),
        (".env", "{{ secrets }}\n"),
        ("setup.yaml", "target: {{ target }}\n"),
    ],
)
def test_a_template_is_not_imported(name: str, text: str) -> None:
    with pytest.raises(ImportRefused, match="is a template that is not rendered yet; render it, and bring"):
        read_files({name: text})


REFERENCES = {
    f"ref+vault://secret/data/{CANARY}#/key": "vals",
    f"secretref+awssecrets://{CANARY}": "vals",
    f"op://team/{CANARY}/password": "1Password",
    "ENC(c2VhbGVkIGNhbmFyeQ==)": "Jasypt",
    "{cipher}c2VhbGVk": "Spring Cloud Config",
    f"<path:secret/data/{CANARY}#key>": "argocd-vault-plugin",
    f"vault:secret/data/{CANARY}#KEY": "bank-vaults",
    f">>vault:secret/data/{CANARY}#KEY": "bank-vaults",
    f"{{{{ .Values.{CANARY} }}}}": "a template",
    f"ENC[AES256_GCM,data:{CANARY},iv:x,tag:y,type:str]": "SOPS",
}


def from_values(folder: Path, value: str) -> None:
    placed(folder, "values.secret.yaml", f"llm: {{openai: {{apiKey: {{value: '{value}'}}}}}}\n".encode())
    kept_secrets(folder)


def from_env(folder: Path, value: str) -> None:
    placed(folder, ".env", f"OPENAI_API_KEY='{value}'\n".encode())
    kept_secrets(folder)


def from_import(folder: Path, value: str) -> None:
    read_files({"values.yaml": "mode: local\n", "v.yaml": f"llm: {{openai: {{apiKey: {{value: '{value}'}}}}}}\n"})


def typed(folder: Path, value: str) -> None:
    by_name()["openai_api_key"].parse(value)


@pytest.mark.parametrize("value", REFERENCES)
@pytest.mark.parametrize("give", [from_values, from_env, from_import, typed])
def test_a_reference_is_no_password(give: Callable[[Path, str], None], value: str, tmp_path: Path) -> None:
    with pytest.raises((WorkspaceError, ImportRefused, AnswerError), match=REFERENCES[value]) as refused:
        give(tmp_path, value)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    ["vault:my-password", "ref+", "<path>", "{{", "p{{a}}q", "sops", "ENC[", "$ANSIBLE", "op", "a#b", "sops_mac"],
)
def test_a_password_that_only_looks_a_little_like_one_is_taken(value: str, tmp_path: Path) -> None:
    assert reference(value) is None
    placed(tmp_path, ".env", f"OPENAI_API_KEY='{value}'\n".encode())
    placed(tmp_path, "values.secret.yaml", f"llm: {{openai: {{apiKey: {{value: '{value}'}}}}}}\n".encode())
    assert kept_secrets(tmp_path) == {"openai_api_key": value}


def test_a_secret_from_standard_input_is_refused_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(SOPS_YAML))
    assert setup(tmp_path / "out", *HELM, "--llm", "openai", "--openai-api-key-file", "-") == 2
    assert "is encrypted (SOPS)" in capsys.readouterr().err
    assert os.listdir(tmp_path) == []
