"""Owns which backend a row of the table of routes has, and the service that the backend belongs to."""

from __future__ import annotations

from typing import NamedTuple

from apigw_lint.routes.table import Row
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
_METHOD = pattern(r"^[A-Za-z]+\s+(?=\S)")
_ALTERNATIVES = pattern(r", | or ")


class Backend(NamedTuple):
    """What answers: its service, what tells it from others of the service, and a short name for it."""

    service: str
    identity: str
    label: str


def service_of(integration: str) -> str:
    """The service behind an integration type, or the type itself where it is no documented one."""
    return _SERVICES.get(integration, integration)


def backend_of(row: Row) -> Backend:
    """The backend of an operation.

    A function with its tag, a container, the host of a URL, a bucket, a queue, a stream, a table, a status code.
    What cannot be told apart, as what a template fills in, is named as it is written.
    """
    service, target = service_of(row.integration), row.target
    if not target:
        return Backend(service, "", service if row.integration in ("none", "unknown", "swagger") else NOT_GIVEN)
    match row.integration:
        case "http":
            host = joined([*dict.fromkeys(_HOST.findall(target))] or [_METHOD.sub("", target)])
            return Backend(service, host, host)
        case "object_storage":
            bucket = _bucket(target)
            return Backend(service, bucket, bucket)
        case "cloud_ymq" | "cloud_datastreams":
            return Backend(service, target, _last(target))
        case "cloud_ydb":
            _, *words = target.split()
            return Backend(service, " ".join(words), "/".join(map(_last, words)) or NOT_GIVEN)
        case "cloud_functions" if target.startswith("tag "):
            return Backend(service, "", NOT_GIVEN)
        case "dummy":
            return Backend(service, target, f"status {target}")
        case _:
            return Backend(service, target, target)


def _bucket(target: str) -> str:
    alternatives = _ALTERNATIVES.split(target)
    buckets = [alternative.partition("/")[0] for alternative in alternatives if "/" in alternative]
    return joined([*dict.fromkeys(buckets)]) if len(buckets) == len(alternatives) else target.partition("/")[0]


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path
