"""The ports in memory: for tests and for trying things out, in one event loop.

They keep the promises of the real ones (tests/contract) and can be sent away to see what
happens then. Nothing outlives the process.
"""

from broker.memory.broker import MemoryBroker
from broker.memory.case_transaction import MemoryCaseTransaction
from broker.memory.cases import MemoryCaseStore
from broker.memory.gateway_store import MemoryGatewayStore
from broker.memory.journal import MemoryJournal
from broker.memory.mail_store import MemoryMailStore
from broker.memory.queues import Message
from broker.memory.session import MemorySession
from broker.memory.webhook_store import MemoryWebhookStore

__all__ = [
    "MemoryBroker",
    "MemoryCaseStore",
    "MemoryCaseTransaction",
    "MemoryGatewayStore",
    "MemoryJournal",
    "MemoryMailStore",
    "MemorySession",
    "MemoryWebhookStore",
    "Message",
]
