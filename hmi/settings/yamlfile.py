"""YAML as plain values with the place of every key, so that each mistake has its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from hmi.settings.problems import LocatedProblem, ProblemList, shown, without_credentials
from hmi.settings.textfile import read_text

KeyPath: TypeAlias = tuple[str | int, ...]

MAX_NODES: Final = 500_000
"""Most values a file may expand to; aliases multiply, so a small file could otherwise fill the memory."""

_MAX_DEPTH: Final = 30


def dotted(path: KeyPath) -> str:
    """`devices[0].port` for ("devices", 0, "port")."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


@dataclass
class YamlFile:
    """One parsed file: plain values and the line and column of every key (both from 1)."""

    name: str
    data: dict[str, Any]
    problems: ProblemList
    places: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: KeyPath) -> tuple[int, int]:
        """Line and column of a key; of the nearest one around it if it is missing."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def value(self, path: KeyPath) -> object:
        """What stands at a path, None if nothing."""
        at: Any = self.data
        for part in path:
            try:
                at = at[part]
            except (KeyError, IndexError, TypeError):
                return None
        return at

    def error(
        self, path: KeyPath, code: str, message: str, expected: str, hint: str = "", *, secret: bool = False
    ) -> None:
        """Reports an error at a key."""
        self._report("error", path, code, message, expected, hint, secret)

    def warning(self, path: KeyPath, code: str, message: str, expected: str, hint: str = "") -> None:
        """Reports a warning at a key."""
        self._report("warning", path, code, message, expected, hint, False)

    def unknown_name(self, path: KeyPath, what: str, name: str, known: Iterable[str]) -> None:
        """Reports a reference to something that is not configured."""
        expected = f"the name of a configured {what}"
        self.error(path, "reference", f"there is no {what} '{shown(name)}'", expected, self.problems.hint(name, known))

    def _report(
        self, severity: str, path: KeyPath, code: str, message: str, expected: str, hint: str, secret: bool
    ) -> None:
        line, column = self.place(path)
        value = self.value(path)
        message = without_credentials(message)
        visible = "" if secret or isinstance(value, dict | list | None) else shown(value)
        self.problems.add(
            LocatedProblem(self.name, line, column, dotted(path), severity, code, visible, message, expected, hint)
        )


def read_yaml(file: Path, problems: ProblemList) -> YamlFile | None:
    """The file's content, or None after reporting why it cannot be read; never raises for any content."""
    text = read_text(file, problems)
    if text is None:
        return None
    parsed = YamlFile(file.name, {}, problems)
    try:
        root = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        _syntax(parsed, line, column, f"this is not YAML: {fault.problem or fault.context or 'cannot be read'}")
        return None
    except RecursionError:
        _syntax(parsed, 1, 1, "the lists and groups are nested too deep")
        return None
    except (YAMLError, ValueError, TypeError, AttributeError, KeyError, IndexError, NotImplementedError) as fault:
        # the parser lets faults of its own escape on broken directives and characters
        line = _line_of(text, getattr(fault, "position", None))
        _syntax(parsed, line, 1, "this is not YAML: a character or directive that is not allowed")
        return None
    if root is None:
        return parsed
    if not isinstance(root, MappingNode):
        _syntax(parsed, root.start_mark.line + 1, 1, "the file is not a group of keys")
        return None
    try:
        parsed.data = _Reader(parsed).mapping(root, ())
    except _TooLargeError as fault:
        _syntax(parsed, fault.line, 1, str(fault))
        return None
    return parsed


def _syntax(parsed: YamlFile, line: int, column: int, message: str) -> None:
    parsed.problems.add(
        LocatedProblem(
            parsed.name, line, column, "", "error", "syntax", "", message, "'key: value' lines, indented with spaces"
        )
    )


def _line_of(text: str, position: object) -> int:
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1


class _TooLargeError(Exception):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _Reader:
    """Turns parser nodes into plain values; our own, so that no text can make the parser build objects."""

    def __init__(self, file: YamlFile) -> None:
        self._file = file
        self._nodes = 0

    def mapping(self, node: MappingNode, path: KeyPath) -> dict[str, Any]:
        self._count(node, path)
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if not isinstance(key_node, ScalarNode):
                self._file.places[(*path, "?")] = (line, column)
                self._file.error((*path, "?"), "syntax", "a key is not a word", "'key: value'")
                continue
            key = str(key_node.value)
            place = (*path, key)
            if key in found:
                first = self._file.places[place]
                self._file.places[place] = (line, column)
                self._file.error(
                    place, "duplicate", f"the key stands twice, first in line {first[0]}", "every key once"
                )
                self._file.places[place] = first
                continue
            self._file.places[place] = (line, column)
            found[key] = self._value(value_node, place)
        # a key without a value counts as not written, so that its default applies
        return {key: value for key, value in found.items() if value is not None}

    def _value(self, node: Node, path: KeyPath) -> Any:
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        self._count(node, path)
        if isinstance(node, SequenceNode):
            items = []
            for index, item in enumerate(node.value):
                place = (*path, index)
                self._file.places[place] = (item.start_mark.line + 1, item.start_mark.column + 1)
                items.append(self._value(item, place))
            return items
        return _scalar(str(node.value), plain=getattr(node, "style", None) is None)

    def _count(self, node: Node, path: KeyPath) -> None:
        self._nodes += 1
        line = node.start_mark.line + 1
        if len(path) > _MAX_DEPTH:
            raise _TooLargeError("the lists and groups are nested too deep", line)
        if self._nodes > MAX_NODES:
            raise _TooLargeError("the file expands to too many values", line)


_INTEGER = re.compile(r"[-+]?[0-9]{1,40}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,32}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?")


def _scalar(text: str, *, plain: bool) -> Any:
    """The plain value of one word: number, true/false, nothing, else text; dates and times stay text."""
    if not plain:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _INTEGER.fullmatch(text):
        return int(text)
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
