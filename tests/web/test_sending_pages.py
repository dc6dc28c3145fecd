"""An admin pauses and runs a pilot on the pages, with buttons and ticks alone."""

from remembrancer.bot.sandbox.demo import Demo
from tests.web.visitor import Client, Visitor, move_on, person_id


def test_a_pilot_is_begun_and_ended_by_ticks_and_buttons(demo: Demo, client: Client) -> None:
    asif, ruth, tom = (person_id(demo, name) for name in ("Asif Chaudhry", "Ruth Fairbrass", "Tom Ashdown"))
    admin = Visitor(client, asif)
    admin.say("pilot")
    form = admin.press("Begin a pilot")
    assert "Who is messaged?" in form.text
    again = admin.fill(form, {})
    assert "Choose at least one person" in again.text
    assert "only 1 person is messaged, Ruth Fairbrass" in admin.fill(again, {"pilot": [str(ruth)]}).text
    move_on(client)
    assert "Please update" in Visitor(client, ruth).read()
    assert "Please update" not in Visitor(client, tom).read()
    assert "Tom Ashdown (46)" in admin.press("End the pilot").text
    admin.press("End it now")
    assert "Please update" in Visitor(client, tom).read()


def test_everything_is_paused_by_one_tap_and_resumed_by_two(demo: Demo, client: Client) -> None:
    admin = Visitor(client, person_id(demo, "Asif Chaudhry"))
    tom = Visitor(client, person_id(demo, "Tom Ashdown"))
    admin.say("pilot")
    assert "Everything has been paused" in admin.press("Pause everything").text
    move_on(client)
    assert "Please update" not in tom.read()
    assert "messages go out" in admin.press("Resume").text
    admin.press("Resume now")
    assert "Please update" in tom.read()
