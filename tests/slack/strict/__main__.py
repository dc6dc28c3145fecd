"""`python -m tests.slack.strict PORT [APP_URL]`: a workspace to try things against. The port is printed when ready."""

import sys
import threading

from tests.slack.strict.server import Slack


def main(port: int, url: str | None) -> None:
    """Runs until it is interrupted. APP_URL: deliver there over HTTP; otherwise over the socket."""
    with Slack(port=port) as slack:
        slack.listen_at(url)
        print(slack.port, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
