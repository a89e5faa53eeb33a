"""`python -m benchmarks.fleet [--size 10000] [--sample 400]`: a made fleet judged on one core, on two, and on Dask.

The fleet is every combination of the choices with names and versions of its own; in it are faults that a run has to
find. Costs are told as ratios of one run, with the load of the machine, since others may work on it.
"""

import argparse
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aeterna_nb.chart import installable_folder, template_command
from aeterna_nb.chart.rendering import target_of
from aeterna_nb.config.setup import KubernetesVersion
from aeterna_nb.editing.yaml_text import yaml_text
from aeterna_nb.generate.helm_values import helm_values
from aeterna_nb.generate.setup_yaml import setup_yaml
from tests.product import everything
from tests.samples import answers

VERSIONS: tuple[str, ...] = KubernetesVersion.__args__  # type: ignore[attr-defined]
RENDERED = 12
"""Configurations that the helm program renders, to have something to compare with."""

PLANTED = ("release", "database", "broken")


@dataclass(frozen=True)
class Run:
    """One run of `aeterna fleet check`: seconds, those of the processor, its largest process in bytes, its output."""

    seconds: float
    processor: float
    memory: int
    printed: bytes


def make(folder: Path, size: int) -> None:
    """Write the fleet. Every 100th configuration has a fault, of each kind in turn."""
    released = 0
    for number, (_, values) in enumerate(itertools.islice(itertools.cycle(everything()), size)):
        fault = PLANTED[number // 100 % len(PLANTED)] if number % 100 == 99 else ""
        own = {"postgresql_database": f"memory{number}"}
        if values["target"] == "kubernetes":
            own |= {"namespace": f"team-{number}", "kubernetes_version": VERSIONS[number % len(VERSIONS)]}
            released = released if fault else number
        if fault == "release":
            own |= {"target": "kubernetes", "namespace": f"team-{released}"}
            own["kubernetes_version"] = VERSIONS[0]
        tree = answers({**values, **own}).decided()
        tree |= (
            {"postgresql": {"type": "external", "host": "db.example.com", "database": "shared"}}
            if fault == "database"
            else {}
        )
        tree |= {"mode": "nowhere"} if fault == "broken" else {}
        path = folder / f"region-{number % 10}" / f"team-{number:05}" / ".aeterna" / "setup.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(setup_yaml(tree), encoding="utf-8")


def found(report: bytes, size: int) -> str:
    """How many of the planted faults a report names."""
    told = json.loads(report)
    numbers = [number for number in range(size) if number % 100 == 99]
    planted = {kind: {n for n in numbers if PLANTED[n // 100 % len(PLANTED)] == kind} for kind in PLANTED}
    seen: dict[str, set[int]] = {kind: set() for kind in PLANTED}
    for item in told["findings"]:
        named = {int(name[-5:]) for name in item["configurations"]}
        if item["check"] == "fleet-release":
            seen["release"] |= named
        elif item["check"] == "fleet-database" and "/shared " in item["message"]:
            seen["database"] |= named
        elif item["check"] == "answers":
            seen["broken"] |= named
    return ", ".join(f"{len(planted[kind] & seen[kind])} of {len(planted[kind])} {kind}" for kind in PLANTED)


def environment(cache: Path) -> dict[str, str]:
    """The environment of a run with a cache of its own, in which the subcharts of this machine are at hand."""
    archives = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aeterna" / "charts"
    (cache / "aeterna").mkdir(parents=True, exist_ok=True)
    if archives.is_dir() and not (cache / "aeterna" / "charts").exists():
        (cache / "aeterna" / "charts").symlink_to(archives)
    return {**os.environ, "XDG_CACHE_HOME": str(cache)}


def check(folder: Path, cache: Path, *words: str, cores: int = 0) -> Run:
    """Judge a fleet in a process of its own, on so many of the cores."""
    allowed = sorted(os.sched_getaffinity(0))
    command = [sys.executable, "-m", "aeterna_nb", "fleet", "check", str(folder), "--json", *words]
    if cores:
        command = ["taskset", "--cpu-list", ",".join(map(str, allowed[:cores])), *command]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, env=environment(cache), stdout=out)
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        out.seek(0)
        return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, out.read())


def interrupted(folder: Path, cache: Path) -> bytes:
    """What a run prints that was interrupted in the middle and begun again."""
    command = [sys.executable, "-m", "aeterna_nb", "fleet", "check", str(folder), "--json"]
    process = subprocess.Popen(command, env=environment(cache), stdout=subprocess.DEVNULL, start_new_session=True)
    kept = cache / "aeterna" / "fleet.sqlite-wal"
    while process.poll() is None and not (kept.is_file() and kept.stat().st_size > 500_000):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    process.wait()
    return check(folder, cache).printed


@contextmanager
def dask(folder: Path, cache: Path, workers: int) -> Iterator[str]:
    """The address of a Dask scheduler on loopback with so many workers."""
    file = folder / "scheduler.json"
    program = [str(Path(sys.executable).parent / "dask")]
    where = ["--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1"]
    with ExitStack() as stack:
        for words in (["scheduler", "--port", "0"], *[["worker", "--nthreads", "1", "--no-nanny"]] * workers):
            process = subprocess.Popen([*program, *words, *where], env=environment(cache), stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.kill)
        while not (file.is_file() and file.read_text().strip().endswith("}")):
            time.sleep(0.1)
        yield str(json.loads(file.read_text())["address"])


def helm_program(folder: Path) -> float | None:
    """Processor seconds that `helm template` takes for one configuration; None where there is no such program."""
    program = Path(sys.executable).parent / "helm"
    if not program.is_file():
        return None
    spent = 0.0
    cases = (values for _, values in everything() if values["target"] == "kubernetes")
    for values in itertools.islice(cases, 0, RENDERED * 40, 40):
        config, _ = answers(values).config()
        assert config is not None
        (folder / "values.yaml").write_text(yaml_text(helm_values(config)), encoding="utf-8")
        words = template_command(str(installable_folder()), target_of(config), (str(folder / "values.yaml"),)).split()
        process = subprocess.Popen([str(program), *words[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        spent += usage.ru_utime + usage.ru_stime
    return spent / RENDERED


def say(name: str, run: Run, size: int, ratio: str = "") -> None:
    """A line for a run."""
    load = os.getloadavg()[0]
    rate, memory = size / run.seconds, run.memory / 1e6
    print(f"{name:<44} {size:>6} {rate:8.1f}/s {memory:8.0f} MB  load {load:4.1f}  {ratio}", flush=True)


def main(words: Sequence[str] | None = None) -> None:
    """Measure the sample in every way, and the whole fleet once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=400)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample, whole = folder / "sample", folder / "whole"
        make(sample, options.sample)
        one = check(sample, folder / "one", "--workers", "1", cores=1)
        say("one core", one, options.sample)
        two = check(sample, folder / "two", "--workers", "2", cores=2)
        speed = one.seconds / two.seconds
        say("two cores", two, options.sample, f"{speed:.2f} times one core (linear is 2, target 1.8)")
        with dask(folder, folder / "dask", 2) as address:
            there = check(sample, folder / "dask", "--dask", address)
        say("Dask, two workers", there, options.sample, f"{one.seconds / there.seconds:.2f} times one core")
        same = {one.printed, two.printed, there.printed, interrupted(sample, folder / "again")}
        print(
            "one core, two, Dask, and interrupted:", "the same bytes" if len(same) == 1 else "NOT THE SAME", flush=True
        )
        program = helm_program(folder)
        if program is not None:
            ratio = one.processor / options.sample / program
            print(f"processor of one configuration / of helm template alone: {ratio:.2f} (target 0.5)", flush=True)
        make(whole, options.size)
        first = check(whole, folder / "whole-cache")
        grown = f"memory {first.memory / two.memory:.2f} times that of the sample"
        say("the whole fleet, all cores", first, options.size, grown)
        second = check(whole, folder / "whole-cache")
        say(
            "again, nothing changed",
            second,
            options.size,
            f"{second.seconds / first.seconds:.3f} of the first (target 0.05)",
        )
        print("planted and found:", found(first.printed, options.size), flush=True)
        print("the same report:", first.printed == second.printed, flush=True)
    print(f"largest process of all: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    main()
