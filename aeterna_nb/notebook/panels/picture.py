"""The picture of the deployment, with a way to take it along."""

from html import escape
from urllib.parse import quote

from aeterna_nb.language import message, say
from aeterna_nb.notebook.panels.base import empty
from aeterna_nb.notebook.picture import ALONE, picture, sentences
from aeterna_nb.notebook.seen import Seen
from aeterna_nb.notebook.topology import topology


def picture_panel(seen: Seen) -> str:
    """The picture of the present answers, complete or not, a legend, and the download."""
    if seen.answers.lookup("target") is None:
        return empty(message("The picture appears here as soon as it is known where Aeterna will run."))
    drawn = topology(seen.answers)
    address = "data:image/svg+xml," + quote(picture(drawn, style=ALONE))
    words = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences(drawn))
    legend = say("A dashed frame stands outside of what is installed. Numbers are ports. Red says what is missing.")
    return (
        f"{picture(drawn, leads=True)}"
        f'<p class="note">{legend} {say("Each box leads to its questions.")}</p>'
        f'<p><a class="aw-link" download="aeterna.svg" href="{address}">{say("Download the picture")}</a></p>'
        f'<details data-name="words"><summary>{say("The picture in words")}</summary><ul>{words}</ul></details>'
    )
