"""What `remembrancer --help` costs, against a bare Typer program of two commands."""

import resource
import statistics
import subprocess
import sys
from tempfile import TemporaryDirectory

OURS = "from remembrancer.cli import app; app()"
BARE = """
import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command(help="One.")
def one() -> None: ...


@app.command(help="Two.")
def two() -> None: ...


app()
"""
RUNS = 11


def measure() -> None:
    """At most 3 times is wanted. The two take turns, so that a busy machine slows both."""
    with TemporaryDirectory() as folder:
        runs = [(cost(folder, BARE), cost(folder, OURS)) for _ in range(RUNS)]
    bare, ours = (statistics.median(seconds) for seconds in zip(*runs, strict=True))
    print(f"{'--help':45} {ours:6.2f} s {ours / bare:6.1f} times a bare program of two commands")


def cost(folder: str, program: str) -> float:
    """Seconds of the processor that a program's help takes in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program, "--help"], cwd=folder, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
