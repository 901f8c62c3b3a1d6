"""An echo bot that needs nothing but Python. Start it behind the guard:

    token-guard run -- python3 bot.py
"""

import hashlib
import hmac
import json
import os
import signal
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

GRAPH = f"{os.environ.get('GRAPH_API_URL', 'https://graph.facebook.com')}/{os.environ.get('GRAPH_API_VERSION', 'v25.0')}"
VERIFY_TOKEN = os.environ.get("WEBHOOK_VERIFY_TOKEN", "change-me")
# `token-guard run` sets it.
REPORT_URL = os.environ.get("TOKEN_GUARD_REPORT_URL")
BODY_BYTES_MAX = 1_000_000


def token():
    # A file is read each time: so a rotated token is in use at once.
    if path := os.environ.get("WHATSAPP_TOKEN_FILE"):
        with open(path) as file:
            return file.read().strip()
    return os.environ["WHATSAPP_TOKEN"]


def send_text(phone_number_id, to, text):
    body = {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text}}
    request = urllib.request.Request(
        f"{GRAPH}/{phone_number_id}/messages",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token()}", "Content-Type": "application/json"},
    )
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except urllib.error.HTTPError as error:
        # The guard looks at once whether the token has ended. It knows which errors may mean that.
        report(error.read())
        print(f"Graph answered {error.code}", file=sys.stderr)


def report(body):
    if REPORT_URL:
        try:
            urllib.request.urlopen(urllib.request.Request(REPORT_URL, data=body), timeout=10).close()
        except OSError as error:
            print(f"the guard did not take the report: {error}", file=sys.stderr)


def is_from_meta(body, signature):
    secret = os.environ.get("META_APP_SECRET", "").encode()
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return secret != b"" and hmac.compare_digest(expected, signature)


def messages_in(webhook):
    for entry in webhook.get("entry", []):
        for change in entry.get("changes", []):
            value = change.get("value", {})
            for message in value.get("messages", []):
                if message.get("type") == "text":
                    yield value["metadata"]["phone_number_id"], message["from"], message["text"]["body"]


class Webhook(BaseHTTPRequestHandler):
    def do_GET(self):
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if query.get("hub.verify_token") == VERIFY_TOKEN:
            self.answer(200, query.get("hub.challenge", ""))
        else:
            self.answer(403, "wrong verify token")

    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), BODY_BYTES_MAX))
        if not is_from_meta(body, self.headers.get("X-Hub-Signature-256", "")):
            return self.answer(401, "not signed by Meta")
        # Meta wants its answer at once, and sends again what was not answered.
        self.answer(200, "ok")
        report(body)
        for phone_number_id, sender, text in messages_in(json.loads(body)):
            send_text(phone_number_id, sender, f"You said: {text}")

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


if __name__ == "__main__":
    server = ThreadingHTTPServer((os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080"))), Webhook)
    # The guard passes SIGTERM on; what is under way is finished.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"listening on port {server.server_port}", file=sys.stderr, flush=True)
    server.serve_forever()
