"""The corpora of people's words: what each message sets, keeps and asks for (docs/words.md)."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from remembrancer.cli import app
from tests.words import score

HERE = Path(__file__).parent
CASES = score.read_lines(HERE / "words.jsonl")
LATER = {"s-risk-06", "s-risk-14"}
"""Parts of a risk, which no programme has yet."""
ENOUGH = 0.95
"""The share of what is plain in a further corpus that must be understood."""


def read_corpus(name: str) -> list[score.Json]:
    """The readings that the command prints for the cases of a corpus."""
    command = ["understand", str(HERE / name), "--programmes", str(HERE / "programmes")]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def readings() -> list[score.Json]:
    return read_corpus("words.jsonl")


def test_every_case_has_its_reading_in_order(readings: list[score.Json]) -> None:
    assert [each["id"] for each in readings] == [case["id"] for case in CASES]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["id"] for case in CASES])
def test_nothing_is_misread_and_what_is_plain_is_understood(readings: list[score.Json], number: int) -> None:
    case = CASES[number]
    result, wrong = score.judge(case, readings[number])
    assert wrong == [], case["says"]
    if score.has_something(case) and case["id"] not in LATER:
        assert result == "understood", case["says"]
    if case["expect"]["ask"]:
        assert result == "asked rightly", case["says"]


@pytest.mark.parametrize("corpus", ["officers.jsonl", "traps.jsonl", "tried.jsonl"])
def test_in_a_further_corpus_nothing_is_misread_and_most_of_what_is_plain_is_understood(corpus: str) -> None:
    judged = [
        (case, *score.judge(case, reading))
        for case, reading in zip(score.read_lines(HERE / corpus), read_corpus(corpus), strict=True)
    ]
    assert {case["says"]: wrong for case, _, wrong in judged if wrong} == {}
    plain = [(case["says"], result) for case, result, _ in judged if score.has_something(case)]
    missed = [says for says, result in plain if result != "understood"]
    assert len(missed) <= (1 - ENOUGH) * len(plain), missed
