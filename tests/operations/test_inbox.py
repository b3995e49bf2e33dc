"""The inbox: a mirror of what has arrived, without what is still arriving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import fsspec
import pytest

from flows.running.inbox import Fetched, Inbox, InboxError, is_remote


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, str]]:
    """A file system of fsspec and an address in it that holds an empty folder."""
    address = f"file://{tmp_path}/收件" if request.param == "file" else f"memory://inbox-{uuid4().hex}"
    system, root = fsspec.core.url_to_fs(address)
    system.makedirs(root, exist_ok=True)
    yield system, address
    system.rm(root, recursive=True)


def put(store: tuple[Any, str], name: str, content: bytes = b"text") -> None:
    system, address = store
    root = fsspec.core.url_to_fs(address)[1]
    system.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
    system.pipe_file(f"{root}/{name}", content)


def fetch(store: tuple[Any, str], tmp_path: Path) -> Fetched:
    return Inbox(store[1], tmp_path / "spool", settled_after=0).fetch()


def names(fetched: Fetched) -> list[str]:
    return sorted(path.name for path in fetched.documents)


def test_what_has_arrived_is_copied_once_and_what_is_gone_is_gone(store: tuple[Any, str], tmp_path: Path) -> None:
    put(store, "甲局/2024年决算.txt", "决算".encode())
    put(store, "乙局.docx")
    first = fetch(store, tmp_path)
    assert names(first) == ["2024年决算.txt", "乙局.docx"]
    assert [path.read_bytes() for path in first.documents if path.suffix == ".txt"] == ["决算".encode()]
    before = [path.stat().st_mtime_ns for path in first.documents]
    assert fetch(store, tmp_path).documents == first.documents
    assert [path.stat().st_mtime_ns for path in first.documents] == before
    put(store, "乙局.docx", b"another version")
    again = fetch(store, tmp_path)
    assert again.documents == first.documents
    assert [path.read_bytes() for path in again.documents if path.suffix == ".docx"] == [b"another version"]
    system, address = store
    system.rm_file(f"{fsspec.core.url_to_fs(address)[1]}/乙局.docx")
    assert names(fetch(store, tmp_path)) == ["2024年决算.txt"]


def test_files_that_are_no_documents_or_not_finished_are_left_out_by_name(
    store: tuple[Any, str], tmp_path: Path
) -> None:
    for name in ("决算.txt", "~$决算.docx", "预算.pdf.crdownload", "预算.docx.part", ".隐藏.txt", "照片.jpg"):
        put(store, name)
    fetched = fetch(store, tmp_path)
    assert names(fetched) == ["决算.txt"]
    assert len(fetched.left_out) == 5
    for name in ("~$决算.docx", "预算.pdf.crdownload", "预算.docx.part", ".隐藏.txt", "照片.jpg"):
        assert any(f"：{name}：" in line for line in fetched.left_out)


def test_a_bundle_is_one_document_with_all_its_files(store: tuple[Any, str], tmp_path: Path) -> None:
    for name in ("丙局/bundle.toml", "丙局/正文.txt", "丙局/说明.dat", "丁局.txt"):
        put(store, name)
    fetched = fetch(store, tmp_path)
    assert names(fetched) == ["丁局.txt", "丙局"]
    [bundle] = [path for path in fetched.documents if path.is_dir()]
    assert sorted(path.name for path in bundle.iterdir()) == ["bundle.toml", "正文.txt", "说明.dat"]


def test_a_file_that_is_still_being_written_waits_for_the_next_run(
    store: tuple[Any, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "决算.txt", b"half")
    with monkeypatch.context() as patch:
        patch.setattr("flows.running.inbox.time.sleep", lambda _: put(store, "决算.txt", b"half and more"))
        fetched = fetch(store, tmp_path)
    assert fetched.documents == ()
    [line] = fetched.left_out
    assert "决算.txt" in line
    assert "还在写入" in line
    assert names(fetch(store, tmp_path)) == ["决算.txt"]


def test_an_inbox_that_is_away_leaves_what_was_fetched_and_says_so(store: tuple[Any, str], tmp_path: Path) -> None:
    put(store, "决算.txt")
    first = fetch(store, tmp_path)
    system, address = store
    root = fsspec.core.url_to_fs(address)[1]
    system.rm(root, recursive=True)
    away = fetch(store, tmp_path)
    assert away.documents == first.documents
    [problem] = away.problems
    assert "上次取回的文件" in problem
    system.makedirs(root, exist_ok=True)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("nosuch-folder", "没有这个文件夹或前缀"),
        ("nosuch://bucket/prefix", "不认识这种地址"),
        ("ftp://user:geheim@127.0.0.1:1/prefix", "请检查网络、地址和权限"),
    ],
)
def test_an_inbox_that_was_never_there_is_named_without_its_password(
    tmp_path: Path, address: str, complaint: str
) -> None:
    with pytest.raises(InboxError, match=complaint) as caught:
        Inbox(address, tmp_path, settled_after=0).fetch()
    assert "geheim" not in str(caught.value)


def test_a_name_that_leads_out_of_the_spool_is_refused(tmp_path: Path) -> None:
    fetched = Fetched()
    assert not Inbox("memory://x", tmp_path)._is_wanted("../../etc/决算.txt", {}, fetched)
    assert "不安全" in fetched.left_out[0]


def test_another_machine_is_asked_again_and_a_folder_is_not() -> None:
    assert is_remote("s3://bucket/prefix")
    assert not is_remote("inbox")
    assert not is_remote("file:///srv/inbox")
