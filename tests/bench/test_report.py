"""A bench that cannot fail shows nothing."""

import math

from tests.bench.report import Row, median, percentile, table


def test_percentiles_are_values_that_were_measured():
    values = [float(number) for number in range(1, 101)]
    assert percentile(values, 0.95) == 95
    assert median([3.0, 1.0, 2.0]) == 2
    assert percentile([7.0], 0.95) == 7
    assert math.isnan(median([]))


def test_a_bound_holds_up_to_its_value_and_no_further():
    assert Row("list", 1.25, "×", 1.25).holds
    assert not Row("list", 1.2501, "×", 1.25).holds
    assert not Row("list", math.nan, "×", 1.25).holds
    assert Row("for information", 900.0).holds


def test_the_table_says_what_is_broken():
    lines = table([Row("errors", 3, at_most=0), Row("list", 1.1, "×", 1.25, "333 ms")]).split("\n")
    assert lines[0].split() == ["errors", "3", "≤", "0", "BROKEN"]
    assert lines[1].split() == ["list", "1.10", "×", "≤", "1.25", "×", "ok", "333", "ms"]
    assert "nan" in table([Row("never measured", math.nan, "ms", 60)])
