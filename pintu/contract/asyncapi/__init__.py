"""The contract as an AsyncAPI 3 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0).

Seen from outside: `send` is what an adapter, an agency's system or the desk publishes, `receive`
what it reads.
"""

from pintu.contract.asyncapi.document import asyncapi

__all__ = ["asyncapi"]
