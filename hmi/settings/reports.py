"""From pydantic's findings to problems with file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hmi.settings.problems import did_you_mean
from hmi.settings.yamlfile import KeyPath, YamlFile

M = TypeVar("M", bound=BaseModel)

_SHAPES = {
    "model_type": ("a group of keys belongs here", "'key: value' lines below"),
    "model_attributes_type": ("a group of keys belongs here", "'key: value' lines below"),
    "dict_type": ("a group of keys belongs here", "'key: value' lines below"),
    "list_type": ("a list belongs here", "lines beginning with '- '"),
    "tuple_type": ("a list belongs here", "lines beginning with '- '"),
}


def validated(model: type[M], file: YamlFile, path: KeyPath = (), data: object = None) -> M | None:
    """The checked section at `path`, or None after reporting every mistake in it."""
    try:
        return model.model_validate(file.data if data is None else data)
    except ValidationError as faults:
        for fault in faults.errors(include_url=False, include_input=False):
            _report(model, file, path, fault)
        return None


def _report(model: type[BaseModel], file: YamlFile, base: KeyPath, fault: ErrorDetails) -> None:
    path: KeyPath = (*base, *fault["loc"])
    kind = fault["type"]
    if kind == "missing":
        file.error(path, "missing", "the key is missing", _purpose(model, fault["loc"]))
    elif kind == "extra_forbidden":
        known = _known_keys(model, fault["loc"][:-1])
        hint = did_you_mean(str(path[-1]), known)
        file.error(path, "unknown_key", "the key is not known", "one of " + ", ".join(known), hint, secret=True)
    elif kind == "refused":
        context: Mapping[str, Any] = fault.get("ctx", {})
        code = str(context["code"])
        file.error(path, code, context["text"], context["expected"], context["hint"], secret=code == "secret")
    elif kind in _SHAPES:
        message, expected = _SHAPES[kind]
        file.error(path, "type", message, expected)
    else:
        file.error(path, "value", fault["msg"], "another value")


def _section_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    at: Any = model
    for part in loc:
        if isinstance(at, type) and issubclass(at, BaseModel):
            info = at.model_fields.get(str(part))
            if info is None:
                return None
            at = info.annotation
        else:
            arguments = get_args(at)
            at = arguments[-1 if get_origin(at) is dict else 0] if arguments else None
        at = _without_none(at)
    return at if isinstance(at, type) and issubclass(at, BaseModel) else None


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _known_keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    section = _section_at(model, loc)
    return list(section.model_fields) if section else []


def _purpose(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    section = _section_at(model, loc[:-1])
    info = section.model_fields.get(str(loc[-1])) if section else None
    return (info.description if info else None) or "a value"
