"""Sending within Slack's limits: how much of what they allow goes out, and whether any is passed."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.outbound.transport import SlackTransport
from remembrancer.models.message import message
from tests.bench.council import Server, strict_slack
from tests.bench.sending import TOGETHER, seconds

MESSAGES = 20
"""In each of as many conversations as are sent to at a time; Slack allows one a second in each."""


def measure() -> None:
    """At least 0.95 of what is allowed is wanted, and no violation."""
    with strict_slack(TOGETHER, "--limits") as server:
        client = server.client
        people = [client.users_lookupByEmail(email=f"person{n + 1}@example.org")["user"]["id"] for n in range(TOGETHER)]
        channels = [client.conversations_open(users=person)["channel"]["id"] for person in people]
        transport = SlackTransport(SlackWebApi(server.settings))
        with ThreadPoolExecutor(TOGETHER) as pool:
            took = seconds(lambda: list(pool.map(lambda channel: _send(transport, channel), channels)))
        _say(server, (MESSAGES - 1) / took)


def _send(transport: SlackTransport, channel: str) -> None:
    for number in range(MESSAGES):
        transport.send(channel, f"{channel}-{number}", message(f"The {number}. of many"), perhaps_again=False)


def _say(server: Server, share: float) -> None:
    with urlopen(server.api_url.replace("/api/", "/strict")) as answer:
        violations = json.load(answer)["violations"]
    print(f"{'sending within the limits':45} {share:6.2f} of what they allow, {sum(violations.values())} violations")
