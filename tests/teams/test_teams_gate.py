"""Who may call: on the SDK's own request path, over real HTTP, with tokens of an issuer on loopback."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from remembrancer.bot.platform.base import SetUpError
from remembrancer.bot.platform.http_body import MAX_BODY_BYTES
from remembrancer.bot.teams import sdk
from remembrancer.bot.teams.inbound.endpoint import PATH, Activity, Endpoint, refusal
from remembrancer.bot.teams.inbound.receiver import Acknowledgement, text_response
from tests.teams.activities import CHAT, activity, execute, message
from tests.teams.door import Door, settings
from tests.teams.issuing import ANOTHER_KEY, APP, OTHER, SERVICE, TENANT, Issuer, issuing
from tests.teams.serving import served, site


class Heard:
    """Keeps what was let in, and answers as it is told to."""

    def __init__(self) -> None:
        self.all: list[Activity] = []
        self.answer = Acknowledgement()
        self.raises = False

    async def __call__(self, let_in: Activity) -> Acknowledgement:
        self.all.append(let_in)
        if self.raises:
            raise RuntimeError("broken")
        return self.answer


class Gated(Door):
    """A gate, and what it let in."""

    def __init__(self, url: str, issuer: Issuer, heard: Heard) -> None:
        super().__init__(url, issuer)
        self.heard = heard


def standing(issuer: Issuer, **more: Any) -> Iterator[Gated]:
    heard = Heard()
    gate = Endpoint(settings(**more), heard, cloud=issuer.cloud)
    with served(site(gate)) as url:
        yield Gated(url, issuer, heard)
    gate.stop()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@pytest.fixture
def door(issuer: Issuer) -> Iterator[Gated]:
    yield from standing(issuer)


def test_what_is_signed_for_us_is_heard_just_as_it_came(door: Gated) -> None:
    assert door.says(message("on track")) == 200
    assert door.heard.all == [message("on track")]


def test_keys_are_fetched_once_for_many_deliveries(door: Gated) -> None:
    assert [door.says(message()) for _ in range(5)] == [200] * 5
    # Once by us and once by the SDK, for five minutes.
    assert door.issuer.asked == ["/v1/.well-known/keys"] * 2


def test_what_the_hearer_answers_is_what_teams_gets(door: Gated) -> None:
    door.heard.answer = Acknowledgement(200, text_response("Thank you"))
    answer = door.post(execute({}), door.issuer.token())
    assert (answer.status_code, answer.json()) == (200, text_response("Thank you"))
    door.heard.answer = Acknowledgement(501)
    answer = door.post(execute({}), door.issuer.token())
    assert (answer.status_code, answer.content) == (501, b"")


def test_a_hearer_that_fails_is_answered_so_that_it_comes_again(door: Gated) -> None:
    door.heard.raises = True
    assert door.says(message()) == 500


@pytest.mark.parametrize(
    "claims",
    [
        {"key": ANOTHER_KEY},
        {"exp": 1_600_000_000},
        {"nbf": 4_000_000_000},
        {"aud": OTHER},
        {"aud": None},
        {"serviceurl": "https://smba.trafficmanager.net/amer/"},
        {"serviceurl": None},
    ],
)
def test_a_token_that_is_wrong_in_one_thing_is_not_let_in(door: Gated, claims: dict[str, Any]) -> None:
    assert door.says(message(), **claims) == 401
    assert door.heard.all == []


@pytest.mark.parametrize("kid", ["another-key", None])
def test_a_token_by_a_key_that_the_issuer_does_not_have_is_not_let_in_and_asked_for_once(
    door: Gated, kid: str | None
) -> None:
    assert [door.says(message(), kid=kid) for _ in range(3)] == [401] * 3
    assert door.heard.all == []
    assert len(door.issuer.asked) == 1


@pytest.mark.parametrize("kid", ["the-key", None])
def test_an_unsigned_token_is_not_let_in(door: Gated, kid: str | None) -> None:
    assert door.says(message(), key=None, kid=kid) == 401
    assert door.heard.all == []


@pytest.mark.parametrize("key", [None, ANOTHER_KEY])
@pytest.mark.parametrize(
    "said",
    [
        "https://login.microsoftonline.com/{other}/v2.0",
        "https://sts.windows.net/{other}/",
        "{keys}/entra/{other}/v2.0",
        "https://api.botframework.us",
        "https://api.botframework.com.example.org",
        "",
        None,
    ],
)
def test_of_another_issuer_no_key_is_fetched(door: Gated, said: str | None, key: Any) -> None:
    issuer = said.format(other=OTHER, keys=door.issuer.url) if said is not None else None
    assert door.says(message(), key=key, iss=issuer, tid=OTHER) == 401
    assert door.heard.all == []
    assert door.issuer.asked == []


@pytest.mark.parametrize("authorization", ["", "Bearer a.b.c", "Basic cnV0aDpydXRo", "Bearer"])
def test_without_a_token_nobody_is_let_in(door: Gated, authorization: str) -> None:
    assert door.post(message(), headers={"Authorization": authorization}).status_code == 401
    assert door.post(message()).status_code == 401
    assert door.issuer.asked == []


def test_a_token_under_another_name_than_bearer_is_none(door: Gated) -> None:
    headers = {"Authorization": door.issuer.token()}
    assert door.post(message(), headers=headers).status_code == 401


def test_a_body_that_is_too_large_is_not_read(door: Gated) -> None:
    assert door.says(message("x" * MAX_BODY_BYTES)) == 413
    assert door.says(message("x" * (MAX_BODY_BYTES // 2))) == 200
    assert len(door.heard.all) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"[]", b'"text"', b"null", b'{"type": NaN}', b"\xff\xfe", b'{"a":' * 100_000, b"[" * 200_000],
)
def test_what_is_no_json_object_is_refused(door: Gated, body: bytes) -> None:
    assert door.says(body) == 400
    assert door.heard.all == []


def test_what_comes_from_another_tenant_is_refused(door: Gated) -> None:
    other = {"tenant": {"id": OTHER}}
    assert door.says(message(channelData=other)) == 403
    assert door.says(message(conversation=CHAT | {"tenantId": OTHER})) == 403
    assert door.says(message(channelData=other, conversation=CHAT | {"tenantId": TENANT})) == 403
    assert door.heard.all == []


def test_a_tenant_that_is_not_named_is_no_other_and_letters_are_alike(door: Gated) -> None:
    without = {name: value for name, value in CHAT.items() if name != "tenantId"}
    assert door.says(message(channelData={}, conversation=without)) == 200
    assert door.says(message(channelData={"tenant": {"id": TENANT.upper()}})) == 200
    assert door.says(message(channelData="none")) == 200


@pytest.mark.parametrize("channel", ["webchat", "directline", "emulator", "", None])
def test_what_comes_by_another_channel_is_refused(door: Gated, channel: Any) -> None:
    assert door.says(message(channelId=channel)) == 403
    assert door.heard.all == []


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net.example.org/emea/",
        "https://example.org/",
        "http://smba.trafficmanager.net/emea/",
        SERVICE.replace("//", "//user@"),
        "https://smba.trafficmanager.net:8443/emea/",
        "https://smba.trafficmanager.net/emea/?next=https://example.org",
        "https://[",
        "",
    ],
)
def test_we_would_answer_only_to_a_host_of_microsofts(door: Gated, url: str) -> None:
    assert door.says(message(serviceUrl=url), serviceurl=url) in (401, 403)
    assert door.heard.all == []
    assert refusal(message(serviceUrl=url), TENANT) == "another service"


def test_a_service_url_that_is_left_out_proves_nothing(door: Gated) -> None:
    without = {name: value for name, value in message().items() if name != "serviceUrl"}
    assert door.says(without) == 403


def test_a_kind_that_is_not_known_is_let_in_and_left_to_the_hearer(door: Gated) -> None:
    assert door.says(activity("somethingNew")) == 200
    assert [each["type"] for each in door.heard.all] == ["somethingNew"]


def test_others_are_answered_while_keys_are_fetched(door: Gated) -> None:
    door.issuer.answering.clear()
    statuses: list[int] = []
    knocking = threading.Thread(target=lambda: statuses.append(door.says(message())))
    knocking.start()
    assert door.issuer.waiting.wait(10)
    assert httpx.get(f"{door.url}/health", timeout=10).status_code == 200
    assert statuses == []
    door.issuer.answering.set()
    knocking.join(20)
    assert statuses == [200]


def test_where_keys_cannot_be_had_it_is_to_come_again(door: Gated) -> None:
    door.issuer.is_away = True
    assert door.says(message()) == 503
    door.issuer.is_away = False
    assert door.says(message()) == 200


def test_without_credentials_the_gate_is_closed(issuer: Issuer) -> None:
    for door in standing(issuer, TEAMS_CLIENT_ID=""):
        assert door.says(message()) == 401
        assert door.post(message()).status_code == 401
        assert door.heard.all == []


@pytest.mark.parametrize("spelling", ["1", "true", "TRUE", " yes ", "on", "perhaps"])
def test_the_service_does_not_start_where_anybody_could_speak(monkeypatch: pytest.MonkeyPatch, spelling: str) -> None:
    monkeypatch.setenv(sdk.UNAUTHENTICATED_SETTING, spelling)
    with pytest.raises(SetUpError, match=sdk.UNAUTHENTICATED_SETTING):
        Endpoint(settings(), Heard())


def test_a_line_of_the_env_file_counts_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{sdk.UNAUTHENTICATED_SETTING}=true\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SetUpError, match=sdk.UNAUTHENTICATED_SETTING):
        sdk.check(settings())


@pytest.mark.parametrize("spelling", ["", "0", "false", "No", "off"])
def test_a_setting_that_is_off_is_no_hindrance(monkeypatch: pytest.MonkeyPatch, spelling: str) -> None:
    monkeypatch.setenv(sdk.UNAUTHENTICATED_SETTING, spelling)
    sdk.check(settings())


@pytest.mark.parametrize(
    ("missing", "named"), [("TEAMS_TENANT_ID", "TEAMS_TENANT_ID"), ("TEAMS_CLIENT_SECRET", "TEAMS_MANAGED_IDENTITY")]
)
def test_the_service_does_not_start_where_a_setting_is_missing(missing: str, named: str) -> None:
    with pytest.raises(SetUpError, match=named):
        sdk.check(settings(**{missing: ""}))
    sdk.check(settings(TEAMS_CLIENT_ID="", **{missing: ""}))


@pytest.mark.parametrize(
    ("identity", "kind", "client"),
    [
        ("system", "FederatedIdentityCredentials", None),
        (OTHER, "FederatedIdentityCredentials", OTHER),
        (APP, "ManagedIdentityCredentials", None),
    ],
)
def test_a_managed_identity_stands_in_place_of_a_secret(identity: str, kind: str, client: str | None) -> None:
    made = sdk.credentials(settings(TEAMS_CLIENT_SECRET="", TEAMS_MANAGED_IDENTITY=identity))
    assert type(made).__name__ == kind
    assert getattr(made, "client_id", None) == APP
    assert getattr(made, "managed_identity_client_id", None) == client
    assert getattr(made, "tenant_id", None) == TENANT
    assert type(sdk.credentials(settings(TEAMS_MANAGED_IDENTITY=identity))).__name__ == "ClientCredentials"


PLAYGROUND = "http://127.0.0.1:56150/_connector"


def test_the_playground_is_heard_without_a_token_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sdk.UNAUTHENTICATED_SETTING, "true")
    heard = Heard()
    gate = Endpoint(settings(TEAMS_CLIENT_ID="", TEAMS_TENANT_ID=""), heard, playground=True)
    with served(site(gate)) as url:
        for said, status in [
            (PLAYGROUND, 200),
            (SERVICE, 403),
            ("http://192.0.2.1/_connector", 403),
            ("http://localhost/", 403),
        ]:
            assert httpx.post(url + PATH, json=message(serviceUrl=said)).status_code == status
    gate.stop()
    assert [each["serviceUrl"] for each in heard.all] == [PLAYGROUND]


def test_the_playground_is_heard_on_no_other_address() -> None:
    elsewhere = settings().model_copy(update={"host": "0.0.0.0"})
    with pytest.raises(SetUpError, match="REMEMBRANCER_HOST"):
        Endpoint(elsewhere, Heard(), playground=True)


def test_the_sdk_puts_nothing_of_a_file_into_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FROM_THE_FILE=yes\n", encoding="utf-8")
    (tmp_path / "below").mkdir()
    script = (
        "import os; import remembrancer.bot.teams.sdk; import microsoft_teams.apps; "
        "print(os.environ.get('FROM_THE_FILE'))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path / "below", capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["None"], "")


def test_the_sdk_is_not_imported_before_there_is_a_gate() -> None:
    script = (
        "import sys; import remembrancer.web.app, remembrancer.bot.teams.inbound.endpoint; "
        "print([name for name in sys.modules if name.startswith('microsoft_teams')])"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]"]
