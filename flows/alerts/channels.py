"""Who hears of what: the addresses of alerts, from the environment, from Prefect blocks and from the file of routes.

The file of routes is TOML without a secret in it; the addresses of a route stand in an environment variable or in a
Prefect Secret block::

    [[route]]
    units = ["昌吉回族自治州科学技术局"]   # as the report names them; left out: all units
    severity = "warning"                    # the mildest that is told; left out: that of GOUJI_ALERT_SEVERITY
    addresses = "env:GOUJI_ALERT_KEJI"      # or "block:NAME"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.ledger.lives import SEVERITIES
from flows.ledger.outbox import ChannelRule, channel_id
from flows.settings import Settings, SettingsError, split_addresses

_BLOCK = "block:"
_VARIABLE = "env:"


@dataclass(frozen=True, slots=True)
class Channel:
    """One Apprise address, which is secret, and what it is told: whatever one of its rules wants."""

    address: str = field(repr=False)
    rules: tuple[ChannelRule, ...]

    @property
    def identity(self) -> str:
        """The name that the ledger knows the channel by, which does not give its address away."""
        return channel_id(self.address)


def channels(settings: Settings) -> tuple[Channel, ...]:
    """The channels of ``settings``, each address once, with all its rules.

    Raises:
        SettingsError: the file of routes is missing or says something impossible, or a block or variable that is
            named does not exist; the message names it and the remedy.
    """
    everything = ChannelRule(settings.alert_severity)
    rules: dict[str, list[ChannelRule]] = {}
    for address in _resolved(settings.alert_urls):
        rules.setdefault(address, []).append(everything)
    if settings.alert_routes is not None:
        for address, rule in _routed(settings.alert_routes, settings.alert_severity):
            rules.setdefault(address, []).append(rule)
    return tuple(Channel(address, tuple(wanted)) for address, wanted in rules.items())


def _routed(path: Path, default_severity: str) -> Iterator[tuple[str, ChannelRule]]:
    for number, route in enumerate(_routes(path), start=1):
        where = f"{path}：第 {number} 条 route"
        severity = route.get("severity", default_severity)
        units = route.get("units", [])
        source = route.get("addresses")
        if severity not in SEVERITIES:
            raise SettingsError(f"{where}：severity 不是级别；请写 error、warning 或 info")
        if not isinstance(units, list) or not all(isinstance(unit, str) for unit in units):
            raise SettingsError(f"{where}：units 应为单位名称的列表")
        if not isinstance(source, str) or not source.startswith((_BLOCK, _VARIABLE)):
            raise SettingsError(f'{where}：addresses 应写成 "env:变量名" 或 "block:名称"，地址本身不写在文件里')
        for address in _resolved([source]):
            yield address, ChannelRule(severity, frozenset(units))


def _routes(path: Path) -> list[dict[str, Any]]:
    try:
        routes = tomllib.loads(path.read_text(encoding="utf-8")).get("route", [])
    except OSError as error:
        raise SettingsError(f"{path}：读不到（{error.strerror}）；请检查 GOUJI_ALERT_ROUTES") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}：不是 TOML（{' '.join(str(error).split())}）；请检查 GOUJI_ALERT_ROUTES"
        ) from error
    if not isinstance(routes, list) or not all(isinstance(route, dict) for route in routes):
        raise SettingsError(f"{path}：每条路由应写成 [[route]]")
    return routes


def _resolved(sources: Iterable[str]) -> Iterator[str]:
    for source in sources:
        if source.startswith(_BLOCK):
            yield from split_addresses(_from_block(source.removeprefix(_BLOCK)))
        elif source.startswith(_VARIABLE):
            name = source.removeprefix(_VARIABLE)
            addresses = split_addresses(os.environ.get(name, ""))
            if not addresses:
                raise SettingsError(f"{name}：环境变量没有设置，告警路由需要它")
            yield from addresses
        else:
            yield source


def _from_block(name: str) -> str:
    from prefect.blocks.system import Secret

    try:
        value: object = Secret.load(name).get()  # type: ignore[union-attr]
    except ValueError as error:
        raise SettingsError(f"{_BLOCK}{name}：Prefect 中没有这个 Secret 块；请先建立，内容为告警地址") from error
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
