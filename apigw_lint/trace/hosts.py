"""Owns whether a URL is one of the document's `servers`."""

from __future__ import annotations

from urllib.parse import urlsplit

from apigw_lint.gateway.spec import Spec
from apigw_lint.source.unknown import is_unknown_text
from apigw_lint.spelling import listed
from apigw_lint.trace.request import Request


def other_hosts(spec: Spec, request: Request) -> str:
    """The hosts of the servers in words, if none of them is that of a request; empty otherwise, or if that is open.

    A server without a host, or with a part that is filled in, may have any.
    """
    servers = spec.root.get("servers") if spec.root else None
    if not request.host or servers is None:
        return ""
    hosts = []
    for server in servers.entries():
        url = server.get("url")
        if url is None or not isinstance(url.value, str) or "{" in url.value or is_unknown_text(url):
            return ""
        try:
            host = urlsplit(url.value).hostname
        except ValueError:
            return ""
        if not host:
            return ""
        hosts.append(host.lower())
    return listed(list(dict.fromkeys(hosts)), "and") if hosts and request.host not in hosts else ""
