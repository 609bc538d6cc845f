"""The protocol as pygls speaks it, except that it keeps no texts: `documents.py` does. A refusal is no failure."""

from __future__ import annotations

import logging

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method


class RefusedError(JsonRpcException):
    """A request that is answered with a reason for the user why it cannot be done."""

    CODE = types.LSPErrorCodes.RequestFailed.value


def _is_failure(record: logging.LogRecord) -> bool:
    """Whether a message for the log is about something else than a refusal."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, RefusedError)


logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_failure)


class Protocol(LanguageServerProtocol):
    """Hands changes of texts on. What pygls keeps of them breaks lines where no client does, at U+2028 for one.

    The handlers are plain functions: of notifications with any other handler pygls keeps a future for ever.
    """

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text was opened."""
        self.fm.features[types.TEXT_DOCUMENT_DID_OPEN](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text was changed."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A text was closed."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE](params)
