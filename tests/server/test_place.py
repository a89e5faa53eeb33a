import pytest

from aeterna_nb.commands.main import main
from aeterna_nb.server.access import Access, without_token
from aeterna_nb.server.dashboard import Place, is_loopback
from aeterna_nb.server.headers import as_base, base_address
from aeterna_nb.server.pages import preferred


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.0.2.7", False),
        ("", False),
        ("workbench.example", False),
    ],
)
def test_only_this_machine_is_loopback(ip: str, expected: bool) -> None:
    assert is_loopback(ip) is expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(8080), "http://localhost:8080/"),
        (Place(8080, "0.0.0.0"), "http://localhost:8080/"),
        (Place(8080, "192.0.2.7", token="abc"), "http://192.0.2.7:8080/?token=abc"),
        (Place(8080, token="abc", named=True), "http://localhost:8080/"),
        (Place(8080, "2001:db8::7", "/tools/aeterna/"), "http://[2001:db8::7]:8080/tools/aeterna/"),
    ],
)
def test_the_address_is_one_to_open(place: Place, expected: str) -> None:
    assert place.address == expected


@pytest.mark.parametrize(
    ("place", "name", "known"),
    [
        (Place(), "localhost", True),
        (Place(), "rebound.example", False),
        (Place(hosts=frozenset({"workbench.example"})), "workbench.example", True),
        (Place(hosts=frozenset({"workbench.example"})), "rebound.example", False),
        (Place(token="abc"), "workbench.example", True),
        (Place(ip="0.0.0.0"), "workbench.example", True),
    ],
)
def test_a_page_without_token_on_loopback_has_only_the_names_that_it_was_given(
    place: Place, name: str, known: bool
) -> None:
    assert (not place.names or name in place.names) is known


@pytest.mark.parametrize(
    ("base", "prefix", "expected"),
    [
        ("/", "", "/"),
        ("/", "/tools/aeterna", "/tools/aeterna/"),
        ("/", "/tools/aeterna/", "/tools/aeterna/"),
        ("/inner/", "/tools", "/tools/inner/"),
        ("/tools/aeterna/", "/tools/aeterna", "/tools/aeterna/"),
        ("/", "//elsewhere.example", "/"),
        ("/", "https://elsewhere.example", "/"),
        ("/", '/a"><script>', "/"),
        ("/", "/a b", "/"),
        ("/", "a", "/"),
    ],
)
def test_a_proxys_prefix_counts_if_it_is_a_path(base: str, prefix: str, expected: str) -> None:
    assert base_address(base, prefix) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("/", "/"), ("", "/"), ("tools", "/tools/"), ("/tools/aeterna/", "/tools/aeterna/")]
)
def test_a_base_begins_and_ends_with_a_slash(text: str, expected: str) -> None:
    assert as_base(text) == expected


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (["--base-url", "/a b"], "--base-url"),
        (["--base-url", "https://x/"], "--base-url"),
        (["--visitors", "0"], "from 1 to 1000"),
        (["--visitors", "many"], "from 1 to 1000"),
    ],
)
def test_what_is_no_place_is_refused(words: list[str], cure: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dashboard", *words]) == 2
    assert cure in capsys.readouterr().err


def test_without_a_token_everybody_comes_in_and_no_text_is_one() -> None:
    access = Access("", 1)
    assert access.admits({}, "")
    assert not access.is_token("")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("/?token=a&b=c", ("/?b=c", "a")),
        ("/?b=c", ("/?b=c", None)),
        ("/?token=", ("/", "")),
        ("//x/?token=a", ("/", "a")),
    ],
)
def test_the_token_is_taken_out_of_an_address(uri: str, expected: tuple[str, str | None]) -> None:
    assert without_token(uri) == expected


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr, en;q=0.2, de;q=0.8", "de"),
        ("de;q=0,en", "en"),
        ("x;q=nonsense,de", "de"),
        ("," * 5000, "en"),
    ],
)
def test_a_page_speaks_the_language_that_the_browser_prefers(header: str, code: str) -> None:
    assert preferred(header) == code
