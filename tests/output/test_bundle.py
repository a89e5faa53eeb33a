"""The zip: the same bytes for the same files, and secrets for their owner alone."""

import zipfile
from io import BytesIO

from aeterna_nb.output.bundle import bundle

FILES = {".env": b"PASSWORD=p\n", "values.yaml": b"mode: local\n", ".aeterna/config.toml": "größe = 1\n".encode()}
SECRET = {".env"}


def test_equal_files_give_equal_bytes_with_private_secrets() -> None:
    archive = bundle(FILES, SECRET)
    assert archive == bundle(dict(reversed(FILES.items())), SECRET)
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in FILES} == FILES
        assert opened.read(".gitignore") == b"/.env\n/.env.*.bak\n"
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in opened.infolist()}
    assert modes == {".env": 0o600, "values.yaml": 0o644, ".aeterna/config.toml": 0o644, ".gitignore": 0o644}
