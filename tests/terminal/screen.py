"""`aeterna setup` in a pseudo-terminal of its own."""

import os
import re
import signal
import sys
import time
from pathlib import Path

import pexpect
import psutil

ROOT = Path(__file__).parent.parent.parent
AETERNA = "import sys; from aeterna_nb.commands.main import main; sys.exit(main(sys.argv[1:]))"
PROMPT = re.compile(r"(?:Answer[^\n]*: |\]: |change: |> )$")
REVIEW = "[yes], or what to change: "
SECONDS = 120
"""How long something may take before a test gives up; nothing is measured."""


class Screen:
    """The command in a terminal of its own: what it prints, and a keyboard."""

    def __init__(self, folder: Path, *words: str, columns: int = 80, shell: str = "", **variables: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
        environment = {
            **kept,
            "TERM": "dumb",
            "AETERNA_NO_PROBE": "1",
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            **variables,
        }
        command = [sys.executable, "-c", AETERNA, "setup", "--output", "out", *words]
        program, arguments = (command[0], command[1:]) if not shell else ("/bin/sh", ["-c", shell, *command])
        self.child = pexpect.spawn(
            program,
            arguments,
            cwd=folder,
            env=environment,
            encoding="utf-8",
            codec_errors="replace",
            timeout=SECONDS,
            dimensions=(24, columns),
        )
        # Typed at once: an echo is off when the prompt stands there.
        self.child.delaybeforesend = None
        self.page = ""

    def wait_for(self, *words: str) -> None:
        """Wait until the words stand there, one after the other, behind those that were waited for before."""
        for part in words:
            self.child.expect_exact(part)
            self.page += self.child.before + self.child.after

    def answer(self, words: str, text: str) -> None:
        """Wait for the words of a question or prompt, then for the end of the prompt, and type."""
        self.wait_for(words)
        if not words.endswith(": "):
            self.child.expect(PROMPT)
            self.page += self.child.before + self.child.after
        self.child.send(f"{text}\r")

    def until_it_waits(self) -> None:
        """Wait until the command waits at its prompt.

        Python's `input` can miss a signal that comes just before it begins to wait, and then hears only the next one.
        """
        shell = psutil.Process(self.child.pid)
        deadline = time.monotonic() + SECONDS
        while any(process.status() != psutil.STATUS_SLEEPING for process in [shell, *shell.children(recursive=True)]):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def interrupt(self) -> int:
        """Press Ctrl-C once the command waits at its prompt, and return the exit status."""
        self.until_it_waits()
        self.child.sendintr()
        return self.ends()

    def hang_up(self) -> None:
        """Close the terminal, and wait until the command has ended of that."""
        self.child.ptyproc.fileobj.close()
        deadline = time.monotonic() + SECONDS
        while self.child.isalive():
            assert time.monotonic() < deadline, "the command still runs"
            time.sleep(0.02)

    def ends(self) -> int:
        """The exit status."""
        self.child.expect(pexpect.EOF)
        self.page += self.child.before
        # The terminal ends a moment before the command, which pexpect would hang up on after a tenth of a second.
        self.child.wait()
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus)

    def close(self) -> None:
        """End the command if it still runs, and close its terminal."""
        # By itself pexpect raises where a command that was killed is not gone in a tenth of a second.
        self.child.kill(signal.SIGKILL)
        self.child.wait()
        self.child.close()
