"""Each mutation of the list still fits the code; `make mutate` tries whether tests notice it."""

import pytest

from tests.mutate.__main__ import ROOT, mutated, mutations


@pytest.mark.parametrize("mutation", mutations(), ids=lambda mutation: mutation.name)
def test_a_mutation_fits_the_code_and_names_tests_that_are_there(mutation):
    assert mutated(mutation, (ROOT / mutation.file).read_text())
    assert mutation.tests
    for test in mutation.tests:
        assert (ROOT / test).exists(), test
