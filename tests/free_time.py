"""A clock of seconds for what keeps a pace: waiting costs nothing."""


class FreeTime:
    """Time passes where somebody sleeps, and nowhere else."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
