"""Owns which backend a row of the table of routes has, and the service that the backend belongs to."""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.gateway.words import UNKNOWN
from apigw_lint.routes.table import Call, Row
from apigw_lint.source.pattern import pattern
from apigw_lint.spelling import joined

NOT_GIVEN = "not given"

_SERVICES = {
    "cloud_functions": "Cloud Functions",
    "serverless_containers": "Serverless Containers",
    "http": "HTTP",
    "object_storage": "Object Storage",
    "cloud_datasphere": "DataSphere",
    "cloud_datastreams": "Data Streams",
    "cloud_ymq": "Message Queue",
    "cloud_ydb": "YDB",
    "dummy": "Fixed response",
    "swagger": "Swagger UI",
    "none": "No integration",
    "unknown": "Unknown",
}
_HOST = pattern(r"https?://(?:[^\s/?#,@]*@)?([^\s/?#,]+)")


class Backend(NamedTuple):
    """What answers: its service, what tells it from others of the service, and a short name for it."""

    service: str
    identity: str
    label: str


def service_of(integration: str) -> str:
    """The service behind an integration type, or the type itself where it is no documented one."""
    return _SERVICES.get(integration, integration)


def backend_of(row: Row) -> Backend:
    """The backend of an operation; where a variable chooses between several, they are one with the names of all.

    A function with its tag, a container, the host of a URL, a bucket, a queue, a stream, a table, a status code.
    What cannot be told apart, as what a template fills in, is named as it is written.
    """
    if not row.calls:
        service = service_of(row.integration)
        return Backend(service, "", service)
    backends = list(dict.fromkeys(map(_called, row.calls)))
    services, identities, labels = (joined(list(dict.fromkeys(parts))) for parts in zip(*backends, strict=True))
    return Backend(services, identities, labels)


def _called(call: Call) -> Backend:
    fields = dict(call.fields)
    service = service_of(call.type or UNKNOWN)
    match call.type:
        case "" | "swagger":
            names, label = [], service
        case "http":
            url = fields.get("url", "")
            host = _HOST.match(url)
            names = [host[1] if host else url]
            label = names[0]
        case "object_storage":
            names = [fields.get("bucket", "")]
            label = names[0]
        case "cloud_ymq" | "cloud_datastreams":
            names = [fields.get("queue_url", ""), fields.get("stream_name", "")]
            label = _last("".join(names))
        case "cloud_ydb":
            names = [fields.get("database", ""), fields.get("table_name", "")]
            label = "/".join(_last(name) for name in names if name)
        case "cloud_functions":
            function, tag = fields.get("function_id", ""), fields.get("tag", "$latest")
            names = [function, tag] if function else []
            label = function if tag == "$latest" or not function else f"{function} tag {tag}"
        case "dummy":
            names = [fields.get("http_code", "")]
            label = f"status {names[0]}" if names[0] else ""
        case _:
            names, label = list(fields.values()), call.target
    return Backend(service, " ".join(names), label or NOT_GIVEN)


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path
