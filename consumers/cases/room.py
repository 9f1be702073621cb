"""How much may be deferred: for one case, and of one speaker."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from broker.domain.case import Refused
from broker.ports import Deferred, Held
from schemas import limits


class Room:
    """What is deferred as a batch goes on; ``known``: keys of what is deferred already."""

    def __init__(
        self,
        of_cases: Mapping[UUID, Held] | None = None,
        of_speakers: Mapping[str, Held] | None = None,
        known: Collection[str] = (),
    ) -> None:
        self.known = frozenset(known)
        self._of_cases = dict(of_cases or {})
        self._of_speakers = dict(of_speakers or {})

    def count(self, deferred: Iterable[Deferred]) -> None:
        """These were deferred before, and are not in the numbers yet."""
        for one in deferred:
            self._add(one)

    def refusal(self, one: Deferred) -> Refused | None:
        """Why it may not be deferred as well; None where it may, and is counted from now on.

        An event of ours always may: the router names no more of them than there are agencies, and
        what strangers say of a case must not keep its supporting agencies out of it.
        """
        if not one.speaker or one.key in self.known:
            return None  # of the latter: it is, and was counted
        self._add(one)
        case = self._of_cases[one.complaint]
        if case.messages > limits.DEFERRED_OF_CASE or case.bytes > limits.DEFERRED_OF_CASE_BYTES:
            return self._taken_back(one, "as many as may be wait for this case already")
        speaker = self._of_speakers[one.speaker]
        if (
            speaker.messages > limits.DEFERRED_OF_SPEAKER
            or speaker.bytes > limits.DEFERRED_OF_SPEAKER_BYTES
        ):
            return self._taken_back(one, "as many as may be of this speaker wait already")
        return None

    def _taken_back(self, one: Deferred, why: str) -> Refused:
        self._add(one, -1)
        return Refused(
            "too-many-deferred", f"what it waits for has not come yet, and {why}; send it again"
        )

    def _add(self, one: Deferred, times: int = 1) -> None:
        if not one.speaker:
            return
        size = times * one.size
        case = self._of_cases.get(one.complaint, Held())
        self._of_cases[one.complaint] = Held(case.messages + times, case.bytes + size)
        speaker = self._of_speakers.get(one.speaker, Held())
        self._of_speakers[one.speaker] = Held(speaker.messages + times, speaker.bytes + size)
