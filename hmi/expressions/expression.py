"""A compiled formula."""

from __future__ import annotations

from collections.abc import Callable

from hmi.expressions.nodes import Age, Node, TagValue
from hmi.expressions.values import Kind, Operand, Result


class Expression:
    """A formula over tags that can be checked and evaluated; immutable.

    paths: tags it reads. aged_paths: tags whose age it uses, so that its value moves with time alone.
    """

    __slots__ = ("_root", "aged_paths", "paths", "text")

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self._root = root
        paths: set[str] = set()
        aged: set[str] = set()
        pending = [root]
        while pending:
            node = pending.pop()
            if isinstance(node, TagValue):
                paths.add(node.path)
            if isinstance(node, Age):
                aged.add(node.tag.path)
            pending.extend(node.children())
        self.paths: frozenset[str] = frozenset(paths)
        self.aged_paths: frozenset[str] = frozenset(aged)

    def evaluate(self, lookup: Callable[[str], Operand]) -> Result:
        """Value and quality for what `lookup` says of each path; never raises for any value."""
        return self._root.evaluate(lookup)

    def kind(self, kind_of: Callable[[str], Kind]) -> Kind:
        """Kind of the result; raises ExpressionError with the column where kinds cannot fit."""
        return self._root.kind(kind_of)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"
