"""The one style sheet: buttons, fields, tabs, headers, scroll bars, tool tips, menus. Everything else is painted.

Dynamic property `kind` of a QPushButton or QToolButton: `primary` (ink, one per view), `secondary` (default),
`quiet` (text only), `segment` (a cell of a segmented row, checkable; `place` = first, middle, last, only), `locked`
(role missing; keep it enabled and focusable, the reason goes into the tool tip). `kind` of a QFrame: `plate`.
"""

from __future__ import annotations

import re

from hmi.gui.theme.places import resources
from hmi.gui.theme.tokens import Tokens

_PLACEHOLDER = re.compile(r"@([a-z_0-9]+)")


def stylesheet(tokens: Tokens) -> str:
    """`resources/themes/window.qss` with every `@name` replaced by its token; KeyError for an unknown one."""
    template = (resources() / "themes" / "window.qss").read_text(encoding="utf-8")
    values = dict(tokens.colour)
    values.update({f"radius_{name}": f"{value:g}px" for name, value in tokens.radius.items()})
    values.update({f"size_{name}": f"{value:g}px" for name, value in tokens.size.items()})
    values["folder"] = (resources() / "themes").as_posix()
    values["theme"] = tokens.name
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], template)
