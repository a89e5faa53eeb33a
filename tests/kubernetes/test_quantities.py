from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aeterna_nb.kubernetes.quantities import quantity


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("500m", "0.5"),
        ("1", "1"),
        (2, "2"),
        (1.5, "1.5"),
        (".5", "0.5"),
        ("1Ki", "1024"),
        ("1k", "1000"),
        ("2Gi", "2147483648"),
        ("1M", "1000000"),
        ("1e3", "1000"),
        ("1E", "1000000000000000000"),
        ("1Ei", "1152921504606846976"),
        ("-1", "-1"),
    ],
)
def test_amounts_are_read_as_kubernetes_reads_them(text: object, amount: str) -> None:
    assert quantity(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "1 Gi", "1GB", "1gi", "Gi", "1,5", "1m5", None, True, [], "1Mi "])
def test_what_is_no_amount_is_none(text: object) -> None:
    assert quantity(text) is None


@given(number=st.integers(0, 10**6))
def test_a_binary_unit_is_1024_of_the_one_before(number: int) -> None:
    assert quantity(f"{number}Mi") == quantity(f"{number * 1024}Ki")
