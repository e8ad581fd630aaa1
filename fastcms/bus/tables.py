"""The tables of the bus, by name: who listens to what, and what there is to tell them."""

from __future__ import annotations

LOG = "_fc_realtime_log"
CLIENTS = "_fc_realtime_clients"
TOPICS = "_fc_realtime_topics"

TABLES = {
    # The newest entry always stays, so that no number is given twice. Times are Unix seconds.
    LOG: f"""
        CREATE TABLE {LOG} (
            seq INTEGER PRIMARY KEY NOT NULL,
            at REAL NOT NULL,
            entry BLOB NOT NULL
        )
    """,
    # `worker` names the process that holds the connection; `collection` to `proof` tell who the
    # client is, empty for a guest; `gone` is when its connection ended, 0 before.
    CLIENTS: f"""
        CREATE TABLE {CLIENTS} (
            id TEXT PRIMARY KEY NOT NULL,
            worker TEXT NOT NULL,
            address TEXT NOT NULL,
            collection TEXT NOT NULL DEFAULT '',
            record TEXT NOT NULL DEFAULT '',
            proof TEXT NOT NULL DEFAULT '',
            gone REAL NOT NULL DEFAULT 0
        ) WITHOUT ROWID
    """,
    # A subscription as the client wrote it; its topic is what stands before the options.
    TOPICS: f"""
        CREATE TABLE {TOPICS} (
            client TEXT NOT NULL,
            place INTEGER NOT NULL,
            topic TEXT NOT NULL,
            subscription TEXT NOT NULL,
            PRIMARY KEY (client, place)
        ) WITHOUT ROWID;
        CREATE INDEX {TOPICS}_topic ON {TOPICS} (topic)
    """,
}
