"""What all pages have in common: where their templates, style and script are, and what a browser may do with them."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup

from retrowalk.present.words import cited

HERE = Path(__file__).parent
STYLE = "report.css"


def content_policy(style: str, script: str) -> str:
    """Return a policy under which a browser runs this script and style alone, and asks the network for nothing."""

    def only(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    rules = {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": only(style),
        "script-src": only(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def environment(finalize: Callable[[Any], Any], *folders: Path) -> Any:
    """Return where the templates of the pages are read: here, then in `folders`.

    `finalize` makes of each value what a page shows.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader([HERE, *folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    templates.filters["attribute"] = lambda text: Markup.escape(cited.plain(text))
    return templates
