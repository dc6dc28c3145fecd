"""How those who wait are told what is being done."""

from typing import Protocol


class Step(Protocol):
    """Is told what begins, by the name of its sentence in `progress` of words.yaml, and how much of it is done."""

    def __call__(self, name: str, done: int = 0, of: int = 0) -> object: ...


def in_silence(name: str, done: int = 0, of: int = 0) -> None:
    """The step where nobody waits."""
