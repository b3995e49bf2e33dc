"""Settings: what the environment says, and what Prefect must find in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.settings import Settings, SettingsError, prepare_environment, split_addresses

ADDRESS = "json://user:geheim-token@127.0.0.1:9/hook"


def test_addresses_are_separated_by_newlines_and_commas() -> None:
    assert split_addresses(f"{ADDRESS}\n mailto://a@b , dingtalk://token\r\n\n") == (
        ADDRESS,
        "mailto://a@b",
        "dingtalk://token",
    )


def test_a_comma_inside_an_address_does_not_split_it() -> None:
    address = "mailto://a:b@host?to=x@y.cn,z@y.cn"
    assert split_addresses(f"{address},json://127.0.0.1") == (address, "json://127.0.0.1")


def test_an_address_given_twice_counts_once() -> None:
    assert split_addresses(f"{ADDRESS},{ADDRESS}") == (ADDRESS,)


def test_repr_of_settings_does_not_show_addresses() -> None:
    settings = Settings.from_environment({"GOUJI_ALERT_URLS": ADDRESS, "GOUJI_STATE": "s"})
    assert settings.alert_urls == (ADDRESS,)
    assert "geheim" not in repr(settings)
    assert "json" not in f"{settings!s}"


def test_state_folder_comes_from_the_environment() -> None:
    settings = Settings.from_environment({"GOUJI_STATE": " /somewhere/state "})
    assert settings.state == Path("/somewhere/state")
    assert settings.ledger == f"sqlite:///{settings.state / 'ledger.sqlite'}"


@pytest.mark.parametrize("text", ["0", "-2", "many", "1.5"])
def test_workers_that_are_no_positive_number_name_the_variable_and_the_remedy(text: str) -> None:
    with pytest.raises(SettingsError, match=r"GOUJI_WORKERS.*正整数.*例如"):
        Settings.from_environment({"GOUJI_WORKERS": text})


def test_prefect_finds_its_switches_and_keeps_what_the_user_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"PREFECT_HOME": "mine", "DO_NOT_TRACK": "0"})
    monkeypatch.setattr(sys, "modules", {k: v for k, v in sys.modules.items() if k != "prefect"})
    prepare_environment(Settings(tmp_path))
    assert os.environ["DO_NOT_TRACK"] == "1"
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["PREFECT_HOME"] == "mine"
    assert os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] == "CRITICAL"


def test_prefect_lives_in_the_state_folder_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(sys, "modules", {k: v for k, v in sys.modules.items() if k != "prefect"})
    prepare_environment(Settings(tmp_path), verbose=True)
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] == "INFO"


def test_settings_and_command_line_load_no_heavy_package() -> None:
    heavy = "'prefect', 'great_expectations', 'pandera', 'pandas', 'networkx', 'sqlalchemy', 'apprise', 'rich'"
    script = f"import sys, flows.settings, flows.cli.app; print([m for m in ({heavy}) if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"
