"""``gouji serve`` and ``gouji people``: the review page, and who may use it."""

import ipaddress
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console import complaining
from flows.cli.review import reviewer_name
from flows.serving.people import Role
from flows.settings import Settings, SettingsError

people_app = typer.Typer(
    help="谁可以看、谁可以复核：发口令、收回口令。",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_PEOPLE = "people.toml"
_DEFAULT_PORT = 8765

Name = Annotated[str, typer.Argument(metavar="NAME", help="姓名。")]


@people_app.command("add", help="加一人并显示其口令（只显示这一次）；已在名单上的换发新口令。")
def add(name: Name, role: Annotated[Role, typer.Option("--role", help="角色。")] = Role.REVIEWER) -> None:
    """Give a person a token."""
    from flows.serving.people import add_person

    with complaining():
        token = add_person(_people_file(), name, role)
    print(token)


@people_app.command("remove", help="收回一人的口令，立即生效。")
def remove(name: Name) -> None:
    """Take a person's token away."""
    from flows.serving.people import remove_person

    with complaining():
        if not remove_person(_people_file(), name):
            raise SettingsError(f"名单上没有 {name}；用 gouji people list 查看")


@people_app.command("list", help="列出名单。")
def list_people() -> None:
    """Print the people and their roles."""
    from flows.serving.people import read_people

    with complaining():
        for person in read_people(_people_file()).people:
            print(f"{person.name}\t{person.role.value}")


def serve(
    report: Annotated[Path, typer.Option("--report", help="报告文件夹。")] = Path("reports"),
    host: Annotated[str, typer.Option("--host", help="监听的地址；不是本机时须先有名单。")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="端口。", min=0, max=65535)] = _DEFAULT_PORT,
    name: Annotated[list[str] | None, typer.Option("--name", help="本服务的域名，可写多次。")] = None,
    user_header: Annotated[
        str, typer.Option("--user-header", help="反向代理写入用户名的标头，例如 X-Forwarded-User。")
    ] = "",
    proxy: Annotated[list[str] | None, typer.Option("--proxy", help="反向代理的地址，可写多次。")] = None,
    https: Annotated[bool, typer.Option("--https", help="前面有 HTTPS 代理：cookie 只走 HTTPS。")] = False,  # noqa: FBT002 - how Typer declares a flag
) -> None:
    """Serve the site with its review page until stopped."""
    import uvicorn

    from flows.ledger.connecting import Ledger
    from flows.serving.access import Access, one_time_guest, session_secret
    from flows.serving.app import Serving, create_app
    from flows.serving.people import read_people

    with complaining():
        site = report / "site"
        if not (site / "index.html").is_file():
            raise SettingsError(f"{report}：没有报告；请先运行 gouji audit --output {report}")
        if user_header and not proxy:
            raise SettingsError("--user-header：没有写明代理的地址；请用 --proxy，否则任何人都能冒名")
        settings = Settings.from_environment()
        guest, token = None, ""
        if not read_people(_people_file()).people:
            if not _is_loopback(host):
                raise SettingsError(f"{host}：对外提供须先有名单；请先运行 gouji people add 姓名")
            guest, token = one_time_guest(reviewer_name() or "本机")
        access = Access(_people_file(), guest, user_header, frozenset(proxy or ()))
        hosts = (host, "127.0.0.1", "localhost", "[::1]", *(name or ()))
        serving = Serving(
            Ledger(settings.ledger), site, access, session_secret(settings.state / "serve.secret"), hosts, https
        )
        app = create_app(serving)
    print(f"复核页面：http://{host}:{port}/（Ctrl+C 停止）", flush=True)
    if guest:
        print(f"本次的口令：{token}", flush=True)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def _people_file() -> Path:
    return Settings.from_environment().state / _PEOPLE


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
