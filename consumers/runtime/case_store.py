"""The case store of a process, opened with patience."""

from broker.errors import STORE_REFUSALS
from broker.ports import CaseStore
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service


async def opened_cases(service: Service, outside: Outside) -> CaseStore | None:
    """The store, as soon as it can be had; None where the process is told to stop first.

    Raises:
        BadConfiguration: no such kind of URL, or a newer schema than this program's.
        StoreLoginRefused, StoreTrustRefused: by a database that has never let this process in.
    """
    return await service.patiently(outside.open_cases, "store", final=STORE_REFUSALS)
