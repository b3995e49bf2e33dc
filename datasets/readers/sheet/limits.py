"""What both kinds of workbooks share: their limits, what is said of hidden and unreadable cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from datasets.errors import InputError
from datasets.model import Document
from datasets.readers.common.assembling import Assembly

_LARGEST_SHEETS = 200_000_000
_NAMED = 5  # cells that a message lists by name


class UnreadableWorkbookError(InputError):
    """A workbook whose content this program cannot make out; another one perhaps can."""


def finished(path: Path, data: bytes, kind: str, assembly: Assembly, problems: Iterable[str]) -> Document:
    """The document of an assembly.

    Raises:
        InputError: nothing was assembled.
    """
    if not assembly.text.strip():
        raise InputError(path, "表格里没有内容", "请检查文件；若内容是图片，请提供可以复制文字的文件")
    blocks = tuple(assembly.blocks)
    return Document(path, sha256(data).hexdigest(), kind, assembly.text, blocks, problems=tuple(problems))


def hidden(name: str, sheet_is_hidden: bool, lines: Iterable[str]) -> Iterator[str]:  # noqa: FBT001
    """What to say of a worksheet that hides something."""
    if sheet_is_hidden:
        yield f"工作表「{name}」是隐藏的，也已读入；请核对是否应当公开"
    elif found := list(lines):
        yield f"工作表「{name}」有隐藏的内容（{_listed(found)}），也已读入；请核对是否应当公开"


def _listed(items: list[str]) -> str:
    more = f"等 {len(items)} 处" if len(items) > _NAMED else ""
    return "、".join(items[:_NAMED]) + more
