"""Who takes part, and in which order: all once a round, each round begins with another one."""

import sys
from collections.abc import Awaitable, Callable, Sequence

from bench.peers.measured import Ended
from bench.peers.programs import Peer
from bench.peers.results import LeftOut, Round


def say(text: str) -> None:
    """Progress, apart from the table."""
    print(text, file=sys.stderr, flush=True)


def chosen_of(peers: Sequence[Peer], only: str | None) -> tuple[list[Peer], list[LeftOut]]:
    """Those that can be started, and those that are left out; ``only``: names with commas between.

    Raises SystemExit when there is no program of such a name.
    """
    names = [peer.name for peer in peers]
    wanted = only.split(",") if only else names
    if unknown := set(wanted) - set(names):
        raise SystemExit(
            f"no such program: {', '.join(sorted(unknown))}; there are {', '.join(names)}"
        )
    taking_part = [peer for peer in peers if peer.name in wanted]
    left_out = [
        LeftOut(name=peer.name, title=peer.title, why=peer.missing)
        for peer in taking_part
        if peer.missing is not None
    ]
    for one in left_out:
        say(f"{one.title}: left out: {one.why}")
    return [peer for peer in taking_part if peer.missing is None], left_out


async def in_turns(
    turn: Callable[[Peer], Awaitable[Round]],
    chosen: Sequence[Peer],
    left_out: list[LeftOut],
    rounds: int,
) -> dict[str, list[Round]]:
    """What each gave, by name. One that fails is told, and added to ``left_out`` for good."""
    found: dict[str, list[Round]] = {peer.name: [] for peer in chosen}
    for number in range(rounds):
        first = number % max(len(chosen), 1)
        for peer in [*chosen[first:], *chosen[:first]]:
            if peer.name not in found:
                continue
            say(f"round {number + 1} of {rounds}: {peer.title} ...")
            try:
                one = await turn(peer)
            except Ended as why:
                say(f"  failed: {why}")
                left_out.append(
                    LeftOut(name=peer.name, title=peer.title, why=str(why).splitlines()[0])
                )
                del found[peer.name]
                continue
            found[peer.name].append(one)
            say(f"  {one.rate:,.0f}/s, {one.client_cpu_us:.0f} µs of CPU a message")
    return found
