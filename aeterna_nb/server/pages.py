"""The small pages that cost no kernel: why the workbench does not open, and what to do. No script, no file, one style.

Each text is in the language that the browser asks for.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html import escape

from aeterna_nb.language import say_in, wanted

STYLE = """
:root { color-scheme: light dark; --bg: #f5f6f8; --surface: #fff; --text: #17202a; --muted: #55606d; --line: #8a95a1;
  --accent: #0b5cba; --on-accent: #fff; --bad: #a8201a; }
@media (prefers-color-scheme: dark) { :root { --bg: #12161b; --surface: #1a2027; --text: #e8edf2; --muted: #a7b2be;
  --line: #77838f; --accent: #7db8ff; --on-accent: #08203d; --bad: #ff9a91; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--bg);
  color: var(--text); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { width: 100%; max-width: 480px; padding: 32px; border-radius: 8px; background: var(--surface); }
.brand { margin: 0 0 16px; color: var(--muted); font-weight: 650; }
h1 { margin: 0 0 8px; font-size: 24px; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; }
p { margin: 0 0 16px; } .bad { color: var(--bad); font-weight: 600; }
code { font: 13px ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; }
label { display: block; font-weight: 600; margin-bottom: 4px; }
input { width: 100%; height: 36px; padding: 0 12px; border: 1px solid var(--line); border-radius: 6px;
  background: transparent; color: inherit; font: inherit; }
.act { display: inline-block; margin-top: 8px; padding: 7px 16px; border: 0; border-radius: 6px; cursor: pointer;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
"""

POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
        "img-src data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""What these pages may do: nothing but show their own style and send their own form."""


@dataclass(frozen=True)
class Small:
    """A page of a heading and sentences, in English. `link` names the button that opens the workbench.

    What stands between backticks is code. With `asks` there is a field for the token instead; `again` is after how many
    seconds a program may try again. A page that did so by itself would come in the way of who reads it slowly.
    """

    status: int
    heading: str
    sentences: tuple[str, ...]
    values: dict[str, object] = field(default_factory=dict)
    link: str = ""
    wrong: str = ""
    asks: bool = False
    again: int = 0


def preferred(accept_language: str) -> str:
    """Return the code of the language that a browser asks for, as its header `Accept-Language` lists them."""
    listed: list[tuple[float, str]] = []
    for entry in accept_language[:1000].split(","):
        name, _, quality = entry.partition(";")
        weight = quality.strip().removeprefix("q=") or "1"
        if weight.replace(".", "", 1).isdigit():
            listed.append((-float(weight), name.strip()))
    return wanted({}, *(name for _, name in sorted(listed, key=lambda item: item[0])))


def written(page: Small, language: str, address: str) -> str:
    """Return the page's HTML. `address` is the workbench's, for links and the form."""

    def said(text: str) -> str:
        return re.sub("`(.+?)`", r"<code>\1</code>", escape(say_in(language, text, **page.values)))

    body = [f"<h1>{said(page.heading)}</h1>", *(f"<p>{said(text)}</p>" for text in page.sentences)]
    if page.wrong:
        body.append(f'<p class="bad" role="alert" id="wrong">{said(page.wrong)}</p>')
    if page.asks:
        described = ' aria-describedby="wrong" aria-invalid="true"' if page.wrong else ""
        body.append(
            f'<form method="post" action="{escape(address)}"><label for="token">{said("Token")}</label>'
            f'<input id="token" name="token" type="password" autocomplete="off" required autofocus{described}>'
            f'<button class="act">{said("Open the workbench")}</button></form>'
        )
    if page.link:
        body.append(f'<a class="act" href="{escape(address)}">{said(page.link)}</a>')
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:;base64,="><title>{said(page.heading)} · Aeterna</title>'
        f'<style>{STYLE}</style></head><body><main><p class="brand">Aeterna workbench</p>{"".join(body)}'
        "</main></body></html>"
    )
