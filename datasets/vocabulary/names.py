"""What kinds of documents and levels are called; the words of the site are held equal by a test."""

from __future__ import annotations

from collections.abc import Mapping

from datasets.model import Kind, Level

KIND_NAMES: Mapping[str, str] = {Kind.BUDGET: "部门预算", Kind.FINAL_ACCOUNTS: "部门决算"}
KIND_NAMES_EN: Mapping[str, str] = {Kind.BUDGET: "budget", Kind.FINAL_ACCOUNTS: "final accounts"}
#: The scope that a document states.
SCOPE_NAMES: Mapping[str, str] = {Level.DEPARTMENT: "部门（汇总）", Level.UNIT: "单位", Level.HEAD_OFFICE: "本级"}
