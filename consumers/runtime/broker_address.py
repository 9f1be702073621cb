"""Where RabbitMQ is: the one of the settings, or a private node of this state folder."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from broker.errors import BrokerUnavailable, NotInstalled
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """``management_url`` is None where it is to be derived from the AMQP URL.

    Both may hold a password: `shown` of broker.amqp makes of a URL what may stand in a log.
    """

    url: str = field(repr=False)
    management_url: str | None = field(repr=False)
    private: bool


@asynccontextmanager
async def broker_address(settings: Settings) -> AsyncIterator[BrokerAddress]:
    """The broker of these settings; a private node runs at least as long as the block.

    Raises:
        NotInstalled: a private node is wanted and rabbitmq-server is not on this machine.
        BrokerUnavailable: the private node does not start.
    """
    given = settings.management_url
    management_url = given.get_secret_value() if given else None
    if settings.amqp_url is not None:
        yield BrokerAddress(settings.amqp_url.get_secret_value(), management_url, private=False)
        return
    from broker.node import NodeError, NotInstalledError, private_node

    async with AsyncExitStack() as stack:
        try:
            node = await stack.enter_async_context(private_node(settings.state_dir))
        except NotInstalledError as why:
            raise NotInstalled(str(why)) from why
        except NodeError as why:
            raise BrokerUnavailable(str(why)) from why
        yield BrokerAddress(node.url, management_url or node.management_url, private=True)
