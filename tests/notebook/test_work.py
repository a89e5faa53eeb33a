"""Work off the typing path: what nobody wants any more is not done."""

from collections.abc import Iterator

from aeterna_nb.notebook.work import Gradually


def test_what_is_forgotten_in_between_is_not_worked_out_further() -> None:
    worked, taken = list[int](), list[int]()

    def count(_request: str) -> Iterator[int]:
        for number in range(5):
            worked.append(number)
            yield number

    def take(_request: str, number: int) -> None:
        taken.append(number)
        if number == 1:
            work.forget()

    def fail(error: BaseException) -> None:
        raise error

    work = Gradually(count, take, fail, threaded=False)
    work.ask("first")
    assert (worked, taken) == ([0, 1, 2], [0, 1])
    taken.clear()
    work.ask("second")
    assert taken == [0, 1]
