#!/usr/bin/env bash
# Apprise 2.0.1: 钉钉 (DingTalk), 企业微信 (WeCom) and 飞书 (Feishu) answer HTTP 200 to a message that they refuse and
# say so in the body (errcode or code other than 0: text too long, keyword missing, bad signature, too many a minute). The
# plugins look at the status alone, so notify() reports SUCCESS for a message that nobody gets.
#
# The answers are given by a web server on loopback; only the address in the plugin is another than the service's own.
#
# Expected output:
#   apprise 2.0.1 dingtalk: {"errcode": 310000, "errmsg": "keywords not in content"} -> notify(): SUCCESS
#   apprise 2.0.1 feishu: {"code": 19024, "msg": "Key Words Not Found"} -> notify(): SUCCESS
#   apprise 2.0.1 wecombot: {"errcode": 40058, "errmsg": "content exceed max length"} -> notify(): SUCCESS
set -euo pipefail

python="${PYTHON:-python3.11}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip --quiet --disable-pip-version-check --no-input install apprise==2.0.1 2>/dev/null

cat >"$folder/refused.py" <<'PY'
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import apprise
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

ANSWERS = {
    "dingtalk": {"errcode": 310000, "errmsg": "keywords not in content"},
    "feishu": {"code": 19024, "msg": "Key Words Not Found"},
    "wecombot": {"errcode": 40058, "errmsg": "content exceed max length"},
}


class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWERS[self.path.strip("/")]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = f"http://127.0.0.1:{server.server_port}"
logging.disable(logging.CRITICAL)
plugins = {
    "dingtalk": NotifyDingTalk(token="abcdefgh12345678"),
    "feishu": NotifyFeishu(token="abcdefgh12345678"),
    "wecombot": NotifyWeComBot(key="abcdefgh-1234-5678"),
}
plugins["dingtalk"].notify_url = f"{here}/dingtalk"
plugins["feishu"].notify_url = f"{here}/feishu"
plugins["wecombot"].api_url = f"{here}/wecombot"
for name, plugin in plugins.items():
    notifier = apprise.Apprise()
    notifier.add(plugin)
    print(f"apprise {apprise.__version__} {name}: {json.dumps(ANSWERS[name])} -> notify(): {notifier.notify(body='x').status.name}")
PY

said="$(NO_PROXY=127.0.0.1 "$folder/venv/bin/python" "$folder/refused.py")"
printf '%s\n' "$said"
[[ "$(grep -c 'notify(): SUCCESS$' <<<"$said")" == 3 ]]
