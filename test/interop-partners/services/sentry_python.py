"""A service with Sentry's SDK for Python; what hop-server.cjs and obey.cjs say holds here, too."""

import json
import os
import sys
import threading
import urllib.request
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import sentry_sdk
from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware

FLUSH_SECONDS = 5
TRACE_HEADERS = {
    "sentry-trace": "HTTP_SENTRY_TRACE",
    "baggage": "HTTP_BAGGAGE",
    "traceparent": "HTTP_TRACEPARENT",
    "tracestate": "HTTP_TRACESTATE",
}

# Held while a request is handled.
open_request = threading.Lock()


class Server(WSGIServer):
    def process_request(self, request, client_address):
        with open_request:
            super().process_request(request, client_address)


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def call_next(query):
    services = query.get("next", [])
    if not services:
        return []
    parameters = [("next", service) for service in services[1:]]
    parameters += [("via", via) for via in query.get("via", [])]
    headers = {"baggage": query["baggage"][0]} if "baggage" in query else {}
    url = services[0] + "/hop?" + urlencode(parameters)
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return json.loads(answer.read())


def application(environ, start_response):
    received = {
        name: [environ[key]] if key in environ else [] for name, key in TRACE_HEADERS.items()
    }
    later = call_next(parse_qs(environ["QUERY_STRING"]))
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps([{"received": received}, *later]).encode()]


def say(message):
    print(json.dumps(message), flush=True)


sentry_sdk.init(**json.loads(os.environ["OPTIONS"]))
server = make_server(
    "127.0.0.1", 0, SentryWsgiMiddleware(application), server_class=Server, handler_class=QuietHandler
)
threading.Thread(target=server.serve_forever, daemon=True).start()
say({"port": server.server_port})
for line in sys.stdin:
    with open_request:
        sentry_sdk.flush(FLUSH_SECONDS)
    say({"preflights": []})
