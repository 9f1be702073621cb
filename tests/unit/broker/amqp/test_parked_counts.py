"""How many messages are parked: RabbitMQ says 0 where it does not know."""

from collections.abc import Callable

from pamqp.commands import Queue

from broker.amqp.parked import QUIET, _counts


class Broker:
    """A channel whose passive declares are answered as told: after so many seconds, so many
    messages and consumers."""

    def __init__(self, *answers: tuple[float, int, int]) -> None:
        self.answers = list(answers)
        self.now = 0.0

    async def ask(self, method: Queue.Declare, answer: type[Queue.DeclareOk]) -> Queue.DeclareOk:
        assert method.passive
        seconds, messages, consumers = self.answers.pop(0)
        self.now += seconds
        return answer(method.queue, messages, consumers)

    async def says(self) -> tuple[int | None, int | None]:
        clock: Callable[[], float] = lambda: self.now  # noqa: E731  # one line says it
        answer = await _counts(self, clock)
        return answer.message_count, answer.consumer_count


async def test_an_empty_queue_is_believed_to_be_empty() -> None:
    assert await Broker((0.01, 0, 0)).says() == (0, 0)


async def test_nothing_said_only_after_the_queue_was_given_up_is_asked_again() -> None:
    broker = Broker((0.26, 0, 0), (0.3, 0, 0), (0.02, 7, 0))
    assert await broker.says() == (7, 0)


async def test_what_was_counted_is_believed_however_long_it_took() -> None:
    assert await Broker((0.9, 7, 0)).says() == (7, 0)
    assert await Broker((0.9, 0, 1)).says() == (0, 1)


async def test_far_from_the_broker_an_empty_queue_is_believed_after_a_while() -> None:
    broker = Broker(*[(0.4, 0, 0)] * 20)
    assert await broker.says() == (0, 0)
    assert broker.now < QUIET + 1
