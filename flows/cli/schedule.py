"""``gouji schedule``: what runs when, running it, and being told when it did not run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from flows.cli.console import complaining

schedule_app = typer.Typer(
    help="定时审核：看安排、开始执行、没有按时完成时通知。",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_CHINA = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"

DeploymentsFile = Annotated[Path, typer.Option("--file", help="安排所在的文件。", dir_okay=False)]


@schedule_app.command("list", help="列出各项安排和以后几次运行的时间（北京时间）。")
def list_schedule(
    file: DeploymentsFile = Path("prefect.yaml"),
    count: Annotated[int, typer.Option("--count", help="列出几次。", min=1, max=50)] = 3,
) -> None:
    """Print each deployment with its next runs."""
    from flows.schedule.deployments import read_deployments

    now = datetime.now(UTC)
    with complaining():
        for deployment in read_deployments(file):
            print(f"{deployment.name}\t{deployment.description}")
            for schedule in deployment.schedules:
                paused = "" if schedule.active else "（已停用）"
                print(f"  {schedule.cron}  {schedule.timezone}{paused}")
                for run in schedule.next_runs(now, count) if schedule.active else ():
                    print(f"  {chinese_time(run)}")


@schedule_app.command("serve", help="登记各项安排并到时执行，直到停止（Ctrl+C）。")
def serve_schedule(file: DeploymentsFile = Path("prefect.yaml")) -> None:
    """Run what is due until stopped."""
    from flows.schedule.deployments import serve_all

    with complaining():
        serve_all(file)


@schedule_app.command("automations", help="让 Prefect 在审核失败、到时没有开始或没有结束时通知。")
def automations(
    notify: Annotated[str, typer.Option("--notify", metavar="TYPE/NAME", help="Prefect 通知块，见 prefect block ls。")],
) -> None:
    """Make the automations in the Prefect server."""
    from flows.schedule.automations import ensure_automations
    from flows.schedule.deployments import require_server

    with complaining():
        require_server()
        for name in ensure_automations(notify):
            print(name)


def chinese_time(moment: datetime) -> str:
    """A moment as people in China write it."""
    local = moment.astimezone(_CHINA)
    return f"{local:%Y-%m-%d %H:%M} 周{_WEEKDAYS[local.weekday()]}"
