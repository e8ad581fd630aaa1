"""The operations with which superusers run a server: settings, backups, logs, jobs."""

from __future__ import annotations

from collections.abc import Mapping

from fastcms.openapi.operation import (
    ANYTHING,
    BYTES,
    FIELDS,
    FILTER,
    FLAG,
    INTEGER,
    OBJECT,
    PAGE,
    PAGES,
    PER_PAGE,
    TEXT,
    Operation,
    Parameter,
    fields,
    list_of,
    page_of,
    ref,
)

_BACKUP = fields(key=TEXT, modified=TEXT, size=INTEGER)
_APPLE = fields(clientId=TEXT, teamId=TEXT, keyId=TEXT, privateKey=TEXT, duration=INTEGER)

OPERATIONS: Mapping[str, Operation] = {
    "GET /api/settings": Operation(
        "Settings",
        "All settings, without secrets",
        "superuser",
        answer=ref("Settings"),
        query=(FIELDS,),
    ),
    "PATCH /api/settings": Operation(
        "Settings", "Changes settings", "superuser", body=ref("Settings"), answer=ref("Settings")
    ),
    "GET /api/settings/all": Operation(
        "Settings",
        "All settings with those that PocketBase does not know, without secrets",
        "superuser",
        answer=OBJECT,
    ),
    "PATCH /api/settings/all": Operation(
        "Settings", "Changes any of them together", "superuser", body=OBJECT, answer=OBJECT
    ),
    "GET /api/settings/rate-limits/labels": Operation(
        "Settings",
        "What the rules of rate limits may name",
        "superuser",
        answer=fields(items=list_of(TEXT)),
    ),
    "POST /api/settings/test/rate-limit": Operation(
        "Settings",
        "Which rule applies to a request",
        "superuser",
        body=fields(
            {"method": TEXT, "rules": list_of(OBJECT)},
            path=TEXT,
            audience={"enum": ["@guest", "@auth"]},
        ),
        answer=fields(rule={"type": ["integer", "null"]}, tags=list_of(TEXT), served=FLAG),
    ),
    "POST /api/settings/test/email": Operation(
        "Settings",
        "Sends a mail to try",
        "superuser",
        body=fields({"collection": TEXT}, email=TEXT, template=TEXT),
    ),
    "POST /api/settings/test/s3": Operation(
        "Settings",
        "Tries a bucket",
        "superuser",
        body=fields(filesystem={"enum": ["storage", "backups"]}),
    ),
    "POST /api/settings/test/storage": Operation(
        "Settings", "Tries a place of files", "superuser", body=fields({"place": TEXT})
    ),
    "POST /api/settings/apple/generate-client-secret": Operation(
        "Settings",
        "A client secret for Apple's sign-in",
        "superuser",
        body=_APPLE,
        answer=fields(secret=TEXT),
    ),
    "GET /api/settings/schema": Operation(
        "Settings", "What each setting is and may be", "superuser", answer=ANYTHING
    ),
    "POST /api/settings/reset": Operation(
        "Settings",
        "Gives settings their defaults",
        "superuser",
        body=fields(keys=list_of(TEXT)),
        answer=ref("Settings"),
    ),
    "POST /api/settings/test/sms": Operation(
        "Settings", "Sends a text message to try", "superuser", body=fields(phone=TEXT)
    ),
    "POST /api/settings/test/webhook": Operation(
        "Settings",
        "Posts a small event to an address",
        "superuser",
        body=fields({"secret": TEXT}, url=TEXT),
        answer=fields(ok=FLAG, status=INTEGER, time={"type": "number"}),
    ),
    "POST /api/settings/test/database": Operation(
        "Settings", "Tries the database", "superuser", answer=OBJECT
    ),
    "GET /api/settings/sms": Operation(
        "Settings", "How text messages are sent, without secrets", "superuser", answer=OBJECT
    ),
    "PATCH /api/settings/sms": Operation(
        "Settings", "Changes how text messages are sent", "superuser", body=OBJECT, answer=OBJECT
    ),
    "GET /api/settings/storage": Operation(
        "Settings", "Where files are kept, without secrets", "superuser", answer=OBJECT
    ),
    "PATCH /api/settings/storage": Operation(
        "Settings", "Changes where files are kept", "superuser", body=OBJECT, answer=OBJECT
    ),
    "GET /api/backups": Operation(
        "Backups", "The backups that are there", "superuser", answer=list_of(_BACKUP)
    ),
    "POST /api/backups": Operation(
        "Backups", "Makes a backup", "superuser", body=fields({"name": TEXT})
    ),
    "POST /api/backups/upload": Operation(
        "Backups",
        "Takes a backup",
        "superuser",
        body=fields(file=BYTES),
        body_types=("multipart/form-data",),
    ),
    "GET /api/backups/{key}": Operation(
        "Backups",
        "A backup's file",
        "superuser",
        answer=BYTES,
        query=(Parameter("token", "A superuser's, of `POST /api/files/token`."),),
        answer_type="application/zip",
    ),
    "DELETE /api/backups/{key}": Operation("Backups", "Deletes a backup", "superuser"),
    "POST /api/backups/{key}/verify": Operation(
        "Backups", "Unpacks a backup and looks at it", "superuser", answer=OBJECT
    ),
    "POST /api/backups/{key}/restore": Operation(
        "Backups",
        "Restores a backup in the place of everything",
        "superuser",
        note="The answer comes at once; the server starts anew when the backup is ready.",
    ),
    "GET /api/backups-progress": Operation(
        "Backups", "How far the backup or restore under way is", "superuser", answer=OBJECT
    ),
    "GET /api/logs": Operation(
        "Logs", "A page of the log of requests", "superuser", answer=page_of(OBJECT), query=PAGES
    ),
    "DELETE /api/logs": Operation("Logs", "Empties the log", "superuser"),
    "GET /api/logs/stats": Operation(
        "Logs",
        "How many entries each hour has",
        "superuser",
        answer=list_of(fields(date=TEXT, total=INTEGER)),
        query=(FILTER,),
    ),
    "GET /api/logs/summary": Operation(
        "Logs",
        "Figures of a span: requests, errors, latencies, routes",
        "superuser",
        answer=OBJECT,
        query=(FILTER, Parameter("from", "A day ago by default."), Parameter("to", "Or now.")),
    ),
    "GET /api/logs/{id}": Operation("Logs", "An entry of the log", "superuser", answer=OBJECT),
    "GET /api/audit": Operation(
        "Logs",
        "Who acted in the name of others",
        "superuser",
        answer=page_of(OBJECT),
        query=(PAGE, PER_PAGE),
    ),
    "GET /api/crons": Operation(
        "Jobs",
        "What runs by the clock",
        "superuser",
        answer=list_of(fields(id=TEXT, expression=TEXT)),
    ),
    "POST /api/crons/{id}": Operation("Jobs", "Starts a job", "superuser"),
    "GET /api/crons/{id}/runs": Operation(
        "Jobs",
        "What became of a job's runs",
        "superuser",
        answer=page_of(OBJECT),
        query=(PAGE, PER_PAGE),
    ),
    "GET /api/hooks": Operation(
        "Server",
        "The functions of users, and files of them that could not be loaded",
        "superuser",
        answer=fields(
            folder=TEXT, functions=list_of(OBJECT), broken=list_of(OBJECT), lacking=list_of(TEXT)
        ),
    ),
    "GET /api/plugins": Operation(
        "Server",
        "The plugins that are loaded, with their screens of the dashboard, and why others are not",
        "superuser",
        answer=fields(items=list_of(OBJECT), broken=list_of(OBJECT)),
    ),
    "POST /api/hooks/try": Operation(
        "Server",
        "What functions of users would make of a request of records; nothing is stored",
        "superuser",
        answer=fields(status=INTEGER, body=OBJECT, steps=list_of(OBJECT), writes=list_of(OBJECT)),
    ),
    "GET /api/health": Operation(
        "Server",
        "Whether the server answers",
        "public",
        answer=fields(code=INTEGER, message=TEXT, data=OBJECT),
    ),
    "GET /api/health/live": Operation(
        "Server",
        "Whether the server is alive",
        "public",
        answer=fields(code=INTEGER, message=TEXT, data=OBJECT),
    ),
    "GET /api/health/ready": Operation(
        "Server",
        "Whether the server can do its work; 503 if not",
        "public",
        answer=fields(code=INTEGER, message=TEXT, data=OBJECT),
    ),
    "GET /api/health/details": Operation(
        "Server",
        "What of the server's state needs somebody",
        "superuser",
        query=(
            Parameter("integrity", "Reads the database as a whole.", FLAG),
            Parameter("files", "Counts all files.", FLAG),
        ),
        answer=OBJECT,
    ),
    "GET /api/health/findings": Operation(
        "Server",
        "What of settings, rules and tasks may not be meant so",
        "superuser",
        answer=list_of(fields(kind=TEXT, what=TEXT, problem=TEXT, remedy=TEXT, severity=TEXT)),
    ),
    "POST /api/sql": Operation(
        "Server",
        "Runs SQL",
        "superuser",
        body=fields({"readOnly": FLAG}, query=TEXT),
        answer=OBJECT,
        note="With `readOnly` a query that writes is refused.",
    ),
    "POST /api/mails/{id}": Operation(
        "Server",
        "Sends a mail of the log anew",
        "superuser",
        note="Only one that proves an address or sets a new password.",
    ),
}
