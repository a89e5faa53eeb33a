"""Files that belong to others and into which something of ours is merged."""


class ForeignFileError(Exception):
    """The file that is there can't be merged into. The text says why and what to do, without its content.

    `file` is its name, `question` the question that causes our part of it, if there is one.
    """

    def __init__(self, problem: str, file: str, question: str = "") -> None:
        super().__init__(f"{problem} Mend it, or move it away.")
        self.file = file
        self.question = question
