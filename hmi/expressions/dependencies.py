"""Which formula needs which: cycles and the order of evaluation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping


def find_cycle(needs: Mapping[str, Collection[str]]) -> tuple[str, ...] | None:
    """One cycle among {name: names it needs}, e.g. `("a", "b", "a")`; None if there is none.

    Names that are not keys are plain inputs. The answer depends only on the order of the mapping.
    """
    done: set[str] = set()
    for root in needs:
        if root in done:
            continue
        trail: list[str] = [root]
        on_trail = {root}
        pending: list[Iterator[str]] = [iter(sorted(needs[root]))]
        while pending:
            following = next(pending[-1], None)
            if following is None:
                pending.pop()
                ended = trail.pop()
                on_trail.discard(ended)
                done.add(ended)
            elif following in on_trail:
                return (*trail[trail.index(following) :], following)
            elif following in needs and following not in done:
                trail.append(following)
                on_trail.add(following)
                pending.append(iter(sorted(needs[following])))
    return None


def evaluation_order(needs: Mapping[str, Collection[str]]) -> tuple[list[str], frozenset[str]]:
    """Names so that each stands after all it needs, and the names that cannot be ordered.

    The second part holds every member of a cycle and everything that needs one.
    """
    waiting = {name: {other for other in others if other in needs} for name, others in needs.items()}
    needed_by: dict[str, list[str]] = {name: [] for name in needs}
    for name, others in waiting.items():
        for other in others:
            needed_by[other].append(name)
    ready = [name for name, others in waiting.items() if not others]
    order: list[str] = []
    while ready:
        name = ready.pop()
        order.append(name)
        for dependent in needed_by[name]:
            waiting[dependent].discard(name)
            if not waiting[dependent]:
                ready.append(dependent)
    return order, frozenset(needs) - frozenset(order)
