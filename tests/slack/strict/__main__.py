"""`python -m tests.slack.strict PORT`: a workspace to try things against. The port is printed when it is ready."""

import argparse
import threading

from tests.slack.strict.limits import Limits
from tests.slack.strict.server import Slack


def main() -> None:
    """Runs until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.slack.strict")
    parser.add_argument("port", type=int, help="0: any that is free")
    parser.add_argument("--url", help="deliver there over HTTP; otherwise over the socket")
    parser.add_argument("--people", type=int, default=3, help="how many there are: person1@example.org and so on")
    parser.add_argument("--limits", action="store_true", help="refuse what comes too often, as Slack does")
    parser.add_argument("--away", type=float, default=0, help="how many milliseconds each call is on its way")
    said = parser.parse_args()
    with Slack(port=said.port) as slack:
        slack.limits = Limits() if said.limits else None
        slack.api.away = said.away / 1000
        slack.room("board", [slack.person(f"person{number + 1}") for number in range(said.people)])
        slack.listen_at(said.url)
        print(slack.port, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
