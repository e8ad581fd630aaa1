"""The table of files that arrive before the record that takes them."""

from __future__ import annotations

TABLE = "_fc_uploads"

TABLES = {
    # Whose it is: a record by `collectionRef` and `recordRef`, or a guest of that `network`.
    # `bucketKey` is where its sender puts it, empty for what comes to this server. `counted` is how
    # many of the bytes that are there count at most, NULL for all. `used` is the record that took
    # it, empty before. `expires` is in Unix seconds.
    TABLE: f"""
        CREATE TABLE {TABLE} (
            id TEXT PRIMARY KEY NOT NULL,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            network TEXT NOT NULL,
            collection TEXT NOT NULL,
            field TEXT NOT NULL,
            record TEXT NOT NULL,
            name TEXT NOT NULL,
            size INTEGER NOT NULL,
            metadata TEXT NOT NULL,
            bucketKey TEXT NOT NULL,
            counted INTEGER,
            used TEXT NOT NULL,
            expires REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX {TABLE}_record ON {TABLE} (collectionRef, recordRef, network);
        CREATE INDEX {TABLE}_expires ON {TABLE} (expires)
    """
}
