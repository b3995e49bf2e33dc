"""Templates, and forms made of them: what stands on thousands of pages is laid out once and filled in by joining."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.site.shared.inert import Html, inert, visible

#: Stands for what is filled in; neither our templates nor inert text can hold it.
_SLOT = "\x00"
NOTHING = Html()


class Form:
    """HTML with slots, see :func:`form_of` and :class:`Forms`."""

    __slots__ = ("_names", "_pieces")

    def __init__(self, html: str) -> None:
        self._pieces = html.split(_SLOT)
        self._names = tuple(self._pieces[1::2])

    def fill(self, values: Mapping[str, str]) -> Html:
        """Fill in the slots; what is not :class:`Html` is made inert first.

        Raises:
            KeyError: when a slot has no value.
        """
        pieces = self._pieces.copy()
        filled = [values[name] for name in self._names]
        pieces[1::2] = [value if value.__class__ is Html else inert(value) for value in filled]
        return Html("".join(pieces))


class Forms:
    """The macros of a template as forms, with words and addresses of a language filled in already.

    Args:
        template: name of the template without its ending.
        fixed: what the macros say that is the same wherever they are used.
    """

    def __init__(self, template: str, **fixed: object) -> None:
        self._module = template_of(template).make_module(fixed)
        self._made: dict[str, Form] = {}

    def fill(self, macro: str, **values: str) -> Html:
        """Fill in a macro; its slots are its parameters."""
        form = self._made.get(macro) or self._make(macro)
        return form.fill(values)

    def _make(self, macro: str) -> Form:
        laid_out = getattr(self._module, macro)
        form = self._made[macro] = Form(str(laid_out(*map(slot, laid_out.arguments))))
        return form


def slot(name: str) -> Html:
    """What a template prints where something is to be filled in."""
    return Html(f"{_SLOT}{name}{_SLOT}")


@cache
def template_of(name: str) -> Any:  # noqa: ANN401 - jinja2's own class, whose type says no more
    """A template by its name without ending."""
    return _environment().get_template(f"{name}.html.jinja")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("flows.site"),
        autoescape=True,
        finalize=_spelled_out,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _spelled_out(value: object) -> object:
    """Spell out what is invisible in whatever the template prints; what is markup already went through this."""
    return visible(value) if isinstance(value, str) and not isinstance(value, (Markup, Html)) else value
