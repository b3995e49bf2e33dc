"""How a figure is called in messages: item before concept, 30201 办公费（基本支出）."""

from __future__ import annotations

from datasets.model import Scope
from datasets.vocabulary.concepts import concepts, economic_names
from datasets.vocabulary.function_paths import FunctionPaths


def label_of(concept: str, scope: Scope, paths: FunctionPaths, *, row: str = "", said: str = "") -> str:
    """The name of the item that a figure is about, with its concept in brackets.

    ``row`` is the name that a table prints beside the code; it precedes the names of the code lists. ``said`` is the
    name of the concept as the text prints it, shown where it says more than the concept does: 收入预算（收入总计）.
    """
    label = concepts()[concept].label if concept in concepts() else ""
    code, economic, project = scope.function_code or "", scope.economic_code or "", scope.project or ""
    items = []
    if code:
        name = row or paths.name(code)
        items.append(name if "~" in code else f"{code} {name}".strip())
    if project:
        items.append(project)
    if economic:
        name = (row if not code else "") or economic_names().get(economic, "")
        items.append(name if items and name else f"{economic} {name}".strip())
    if said and not items and said not in label and label not in said:
        items.append(said)
    named = "·".join(items)
    return f"{named}（{label}）" if named and label else named or label or row
