"""The operations of routes that are the same in every directory.

A route that is not here is in the document, too, as far as it speaks for itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastcms.openapi import running
from fastcms.openapi.operation import (
    ANYTHING,
    BYTES,
    FIELDS,
    FILTER,
    FLAG,
    INTEGER,
    OBJECT,
    PAGES,
    SORT,
    TEXT,
    Operation,
    Parameter,
    fields,
    list_of,
    page_of,
    ref,
)

_COLLECTION = ref("Collection")
_BATCH_ITEM = {
    **fields({"body": OBJECT, "headers": OBJECT}, method=TEXT, url=TEXT),
    "properties": {
        "method": {"enum": ["POST", "PATCH", "PUT", "DELETE"]},
        "url": TEXT,
        "body": OBJECT,
        "headers": OBJECT,
    },
}
_QUESTION = fields(
    {
        "record": TEXT,
        "draft": OBJECT,
        "auth": fields(collection=TEXT, id=TEXT),
        "method": TEXT,
        "context": TEXT,
        "query": OBJECT,
        "headers": OBJECT,
        "body": OBJECT,
        "rule": {"type": ["string", "null"]},
    },
    collection=TEXT,
    action={"enum": ["list", "view", "create", "update", "delete", "manage", "auth"]},
)
_DRY_RUN = Parameter("dryRun", "Answers with the plan and does nothing.", FLAG)
_SUPERUSER = Parameter("superuser", "Also hidden fields and the system's collections.", FLAG)
_FORMAT = Parameter("format", "csv, tsv, json, ndjson, xlsx or sqlite.")
_UPLOAD = fields({"record": TEXT}, collection=TEXT, field=TEXT, filename=TEXT, size=INTEGER)
_IMPORT = (
    _FORMAT,
    Parameter("map", "COLUMN=FIELD; repeatable."),
    Parameter("encoding", "Of the text; found out if not given."),
    Parameter("delimiter", "Of CSV; found out if not given."),
    Parameter("table", "The sheet of a workbook, the table of a database."),
    Parameter("upsertBy", "A unique field: rows that are there by it are changed."),
    Parameter("skipBad", "Leaves bad rows out.", FLAG),
    Parameter("dryRun", "Reports and does nothing.", FLAG),
    Parameter("look", "Only tells the columns and this many rows, 1 to 100.", INTEGER),
    Parameter("keepDates", "Takes autodates from the file.", FLAG),
    Parameter("create", "Makes the collection.", FLAG),
)
_EXPORT = (
    _FORMAT,
    FILTER,
    SORT,
    FIELDS,
    Parameter("hidden", "Hidden fields, too.", FLAG),
    Parameter("escapeFormulas", "Cells that a spreadsheet would run become texts.", FLAG),
)
_FILE = (
    Parameter("token", "For a protected file."),
    Parameter("thumb", "A size of the field, as in 100x100."),
    Parameter("download", "To be saved rather than shown.", FLAG),
    Parameter("w", "Width, where the field allows other forms of images.", INTEGER),
    Parameter("h", "Height.", INTEGER),
    Parameter("fit", "How the image fits into that."),
    Parameter("format", "Of the image."),
    Parameter("quality", "Of the image.", INTEGER),
)

# Paths, or methods with theirs, that the document leaves out, and why.
LEFT_OUT: Mapping[str, str] = {
    "/api/realtime/websocket": "OpenAPI has no word for WebSockets; GET /api/realtime tells of it",
    "/api/docs": "the page that shows the document",
    "/api/docs/page.css": "a part of that page",
    "/api/docs/page.js": "a part of that page",
    "GET /api/collections/import": "a collection that is called so",
    "PATCH /api/collections/import": "a collection that is called so",
    "DELETE /api/collections/import": "a collection that is called so",
    "GET /api/backups/upload": "a backup that is called so",
    "DELETE /api/backups/upload": "a backup that is called so",
    "PATCH /api/collections/export": "a collection that is called so",
    "DELETE /api/collections/export": "a collection that is called so",
}

OPERATIONS: Mapping[str, Operation] = {
    "GET /api/collections": Operation(
        "Collections",
        "A page of collections",
        "superuser",
        answer=page_of(_COLLECTION),
        query=PAGES,
    ),
    "POST /api/collections": Operation(
        "Collections", "Creates a collection", "superuser", body=_COLLECTION, answer=_COLLECTION
    ),
    "GET /api/collections/{collection}": Operation(
        "Collections",
        "A collection, by name or id",
        "superuser",
        answer=_COLLECTION,
        query=(FIELDS,),
    ),
    "PATCH /api/collections/{collection}": Operation(
        "Collections",
        "Changes a collection",
        "superuser",
        body=OBJECT,
        answer=_COLLECTION,
        query=(_DRY_RUN,),
        note="With `dryRun` the answer is the plan.",
    ),
    "DELETE /api/collections/{collection}": Operation(
        "Collections", "Deletes a collection and its records", "superuser"
    ),
    "DELETE /api/collections/{collection}/truncate": Operation(
        "Collections", "Deletes all records of a collection", "superuser"
    ),
    "POST /api/collections/{collection}/refresh": Operation(
        "Collections",
        "Makes the kept rows of a view anew",
        "superuser",
        answer=fields(totalItems=INTEGER),
    ),
    "PUT /api/collections/import": Operation(
        "Collections",
        "Creates and changes collections, all or none",
        "superuser",
        body=fields({"deleteMissing": FLAG}, collections=list_of(_COLLECTION)),
        answer=ANYTHING,
        query=(_DRY_RUN,),
        note="Without `dryRun` the answer is a 204.",
    ),
    "GET /api/collections/export": Operation(
        "Collections",
        "Collections as an import takes them",
        "superuser",
        answer=OBJECT,
        query=(Parameter("collections", "Names or ids, comma-separated; all if not given."),),
    ),
    "GET /api/collections/meta/scaffolds": Operation(
        "Collections", "What new collections begin with", "superuser", answer=OBJECT
    ),
    "GET /api/collections/meta/oauth2-providers": Operation(
        "Collections", "OAuth2 providers to choose from", "superuser", answer=list_of(OBJECT)
    ),
    "POST /api/collections/meta/dry-run-view": Operation(
        "Collections",
        "The rows that the query of a view gives",
        "superuser",
        body=fields({"viewParams": OBJECT}, query=TEXT),
        answer=OBJECT,
    ),
    "GET /api/collections/meta/templates": Operation(
        "Collections", "Sets of collections to begin with", "superuser", answer=list_of(OBJECT)
    ),
    "POST /api/collections/meta/templates/{name}/apply": Operation(
        "Collections",
        "Makes the collections of a template",
        "superuser",
        body=fields({"merge": FLAG}),
        answer=OBJECT,
        query=(_DRY_RUN,),
    ),
    "POST /api/rules/explain": Operation(
        "Collections",
        "Why a rule lets a request through, or does not",
        "superuser",
        body=_QUESTION,
        answer=OBJECT,
    ),
    "POST /api/rules/check": Operation(
        "Collections",
        "Whether a text can be a rule",
        "superuser",
        body=fields(collection=ANYTHING, rule=TEXT),
        answer=OBJECT,
    ),
    "GET /api/types.ts": Operation(
        "Collections",
        "The records as types of TypeScript",
        "superuser",
        answer=TEXT,
        query=(_SUPERUSER,),
        answer_type="text/plain",
    ),
    "GET /api/types.py": Operation(
        "Collections",
        "The records as types of Python",
        "superuser",
        answer=TEXT,
        query=(_SUPERUSER,),
        answer_type="text/plain",
    ),
    "GET /api/openapi.json": Operation(
        "Collections", "This document", "superuser", answer=OBJECT, query=(_SUPERUSER,)
    ),
    "POST /api/collections/{collection}/import": Operation(
        "Records as files",
        "Imports records from a file",
        "superuser",
        body=BYTES,
        answer=OBJECT,
        query=_IMPORT,
        body_types=("application/octet-stream",),
    ),
    "GET /api/collections/{collection}/export": Operation(
        "Records as files",
        "Exports records into a file",
        "superuser",
        answer=BYTES,
        query=_EXPORT,
        answer_type="application/octet-stream",
    ),
    "POST /api/collections/{collection}/export": Operation(
        "Records as files",
        "Exports the records of some ids into a file",
        "superuser",
        body=fields(ids=list_of(TEXT)),
        answer=BYTES,
        query=_EXPORT,
        answer_type="application/octet-stream",
    ),
    "POST /api/files/token": Operation(
        "Files", "A short token for protected files", "auth", answer=fields(token=TEXT)
    ),
    "GET /api/files/{collection}/{record}/{name}": Operation(
        "Files",
        "A file of a record",
        "public",
        answer=BYTES,
        query=_FILE,
        answer_type="application/octet-stream",
        note="A protected file needs a token of `POST /api/files/token`.",
    ),
    "OPTIONS /api/uploads": Operation("Uploads", "What tus can do here", "public"),
    "POST /api/uploads": Operation(
        "Uploads",
        "Begins an upload by tus 1.0.0",
        "public",
        body=BYTES,
        answer=BYTES,
        body_types=("application/offset+octet-stream",),
        answer_type="application/octet-stream",
        status=201,
        note="The headers `Upload-Length` and `Upload-Metadata` say what is coming.",
    ),
    "GET /api/uploads/{id}": Operation("Uploads", "How far an upload is", "public", answer=OBJECT),
    "PATCH /api/uploads/{id}": Operation(
        "Uploads",
        "Goes on with an upload",
        "public",
        body=BYTES,
        body_types=("application/offset+octet-stream",),
    ),
    "POST /api/uploads/{id}": Operation(
        "Uploads",
        "The method that `X-HTTP-Method-Override` names",
        "public",
        body=BYTES,
        body_types=("application/offset+octet-stream",),
    ),
    "DELETE /api/uploads/{id}": Operation("Uploads", "Gives an upload up", "public"),
    "POST /api/uploads/presigned": Operation(
        "Uploads",
        "An address of the bucket to send a file to",
        "public",
        body=_UPLOAD,
        answer=OBJECT,
    ),
    "POST /api/uploads/{id}/complete": Operation(
        "Uploads", "Says that the bucket has the file", "public", answer=OBJECT
    ),
    "POST /api/batch": Operation(
        "Batch",
        "Several writes of records, all of them or none",
        "public",
        body=fields(requests=list_of(_BATCH_ITEM)),
        answer=list_of(fields(status=INTEGER, body=ANYTHING)),
        note="The rules of each write hold. Settings may not allow batches.",
    ),
    "GET /api/realtime": Operation(
        "Realtime",
        "Connects to changes, by server-sent events",
        "public",
        answer=TEXT,
        answer_type="text/event-stream",
        note="The event `PB_CONNECT` has the client's id. See also `/api/realtime/websocket`.",
    ),
    "POST /api/realtime": Operation(
        "Realtime",
        "Says what a connected client wants to hear of",
        "public",
        body=fields(clientId=TEXT, subscriptions=list_of(TEXT)),
        note="Topics are `posts/*` or `posts/ID`; the list or view rule holds.",
    ),
    **running.OPERATIONS,
    "GET /api/oauth2-redirect": Operation(
        "Server",
        "Where OAuth2 providers send people back to",
        "public",
        answer=TEXT,
        answer_type="text/html",
    ),
    "POST /api/oauth2-redirect": Operation(
        "Server",
        "The same, for providers that send a form",
        "public",
        body=OBJECT,
        answer=TEXT,
        body_types=("application/x-www-form-urlencoded",),
        answer_type="text/html",
    ),
}
