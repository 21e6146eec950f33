"""Types of configuration keys for pydantic: each takes what YAML gives and refuses in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, PlainValidator
from pydantic_core import PydanticCustomError

from hmi.secrets.references import EXPECTED as SECRET_EXPECTED
from hmi.secrets.references import is_reference
from hmi.settings import words
from hmi.settings.words import FormError

T = TypeVar("T")


class Section(BaseModel):
    """A group of keys; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def refuse(message: str, expected: str, hint: str = "", code: str = "value") -> PydanticCustomError:
    """The refusal of a value; `reports.py` gives it file and line."""
    # the text goes through the context, for pydantic would read braces in a template
    return PydanticCustomError("refused", "{text}", {"text": message, "expected": expected, "hint": hint, "code": code})


def _text_of(value: object, expected: str) -> str:
    """The text of a YAML word; numbers and booleans are words too where text is expected."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise refuse("a single value belongs here", expected)


def _formed(form: Callable[[str], T], expected: str) -> Any:
    def check(value: object) -> T:
        try:
            return form(_text_of(value, expected))
        except FormError as fault:
            raise refuse(fault.message, fault.expected, fault.hint) from None

    return PlainValidator(check)


def whole(low: int, high: int) -> Any:
    """Validator of a whole number in a range."""
    expected = f"a whole number from {low} to {high}"

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse(f"'{_text_of(value, expected)}' is not a whole number", expected)
        if not low <= value <= high:
            raise refuse(f"{value} is out of range", expected)
        return value

    return PlainValidator(check)


def word(*known: str) -> Any:
    """Validator of one of a few words."""
    return _formed(lambda text: words.choice(text, known), ", ".join(known))


def _secret(value: object) -> str:
    text = value if isinstance(value, str) else ""
    if not is_reference(text):
        raise refuse("a secret must not stand in the configuration", SECRET_EXPECTED, code="secret")
    return text


def _fraction(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    text = _text_of(value, "a share, e.g. 10 %")
    try:
        return words.percent(text)
    except FormError as fault:
        raise refuse(fault.message, "0 % to 100 %, or a fraction from 0 to 1") from None


Name: TypeAlias = Annotated[str, _formed(words.name, words.NAME_FORM)]
Text: TypeAlias = Annotated[str, _formed(str, "text")]
TagPath: TypeAlias = Annotated[str, _formed(words.tag_path, words.PATH_FORM)]
PrefixPath: TypeAlias = Annotated[str, _formed(words.prefix_path, "a path")]
DurationUs: TypeAlias = Annotated[int, _formed(words.duration_us, words.DURATION_FORM)]
DurationOrZeroUs: TypeAlias = Annotated[
    int, _formed(lambda text: words.duration_us(text, zero=True), words.DURATION_FORM)
]
RatePerS: TypeAlias = Annotated[float, _formed(words.rate_per_s, words.RATE_FORM)]
YesNo: TypeAlias = Annotated[bool, _formed(words.yes_no, words.YES_NO_FORM)]
ClockMin: TypeAlias = Annotated[int, _formed(words.clock_minutes, "HH:MM")]
IsoDate: TypeAlias = Annotated[str, _formed(words.iso_date, "YYYY-MM-DD")]
Secret: TypeAlias = Annotated[str, PlainValidator(_secret)]
Fraction: TypeAlias = Annotated[float, PlainValidator(_fraction)]
