"""Proxies of the environment: none between us and this machine itself, and a wrong one costs only what goes through it.

The server of a run is on loopback. Without ``NO_PROXY`` its client would ask a proxy for it, and a proxy that is
misspelt or of a kind that is not installed keeps any client from being made at all. So loopback is named in
``NO_PROXY``, and a proxy that cannot be used is taken out of the environment of this process, and said.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_said: list[str] = []
_taken_out: dict[str, str] = {}


def set_proxies(environment: MutableMapping[str, str] | None = None) -> tuple[str, ...]:
    """Mend the proxies of the environment (that of the process unless given).

    Returns a sentence, without the address, for each variable that could not be used, also those of earlier calls.
    """
    environment = os.environ if environment is None else environment
    names = [name for name in environment if name.lower() in _VARIABLES and environment[name].strip()]
    if names:
        _keep_loopback_out(environment)
    for name in names:
        problem = _problem(environment[name].strip())
        if problem:
            _taken_out[name] = environment.pop(name)
            _said.append(f"环境变量 {name}：{problem}；本次没有用这个代理，请改正或取消这个变量")
    return tuple(_said)


def environment_as_given() -> dict[str, str]:
    """The environment for a process that goes out to others: it fails at a wrong proxy, and never goes round one."""
    return {**os.environ, **_taken_out}


def _keep_loopback_out(environment: MutableMapping[str, str]) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [host.strip() for host in environment.get(name, "").split(",") if host.strip()]
        if "*" not in hosts:
            environment[name] = ",".join(dict.fromkeys((*hosts, *_LOOPBACK)))


def _problem(address: str) -> str:
    """Why no client can be made with this proxy; "" where one can."""
    import httpx

    try:
        httpx.Client(proxy=address if "://" in address else f"http://{address}", trust_env=False).close()
    except ImportError:
        return "是 socks 代理，这里没有安装 socks 支持（pip install 'httpx[socks]'）"
    except Exception:  # noqa: BLE001 - a dozen kinds of misspelling, each with an exception of its own
        return "不是代理地址，应写成 http://主机:端口"
    return ""
