"""The mutations of `make mutants` still name what stands in the code."""

import pytest

from tests.conftest import ROOT
from tests.mutants import MUTATIONS, Mutation

pytestmark = pytest.mark.check


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_what_a_mutation_would_break_stands_in_the_code_once(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.old) == 1


def test_no_two_mutations_have_one_name() -> None:
    names = [mutation.name for mutation in MUTATIONS]
    assert len(set(names)) == len(names) >= 10
