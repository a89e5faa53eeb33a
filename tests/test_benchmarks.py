from benchmarks.harness import Comparison, Result, measure


def test_the_ratio_is_that_of_the_medians_without_the_first_round() -> None:
    product = iter([100.0, 2.0, 4.0, 90.0])
    plain = iter([100.0, 1.0, 2.0, 2.0])
    comparison = Comparison("a", lambda: next(product), lambda: next(plain), target=2.0, rounds=3)
    assert measure(comparison) == Result("a", product=4.0, plain=2.0, target=2.0)
    assert measure_ratio(4.0, 2.0) == 2.0


def measure_ratio(product: float, plain: float) -> float:
    return Result("a", product, plain, target=2.0).ratio


def test_a_result_says_whether_its_target_is_met() -> None:
    assert str(Result("a", 4.0, 2.0, target=2.0)).endswith("met")
    assert str(Result("a", 4.1, 2.0, target=2.0)).endswith("missed")
