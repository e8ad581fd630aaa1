"""The tables that signing in has beyond the reference's, by name."""

from __future__ import annotations

TABLES = {
    # Points in time are Unix seconds.
    "_fc_attempts": """
        CREATE TABLE _fc_attempts (
            key TEXT PRIMARY KEY NOT NULL,
            count INTEGER NOT NULL,
            until REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_attempts_until ON _fc_attempts (until);
    """,
    # One-time passwords for addresses of nobody, in the form of the table `_otps`.
    "_fc_otp_decoys": """
        CREATE TABLE _fc_otp_decoys (
            id TEXT PRIMARY KEY NOT NULL,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            password TEXT NOT NULL,
            sentTo TEXT NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL
        );
        CREATE INDEX _fc_otp_decoys_record ON _fc_otp_decoys (collectionRef, recordRef);
    """,
    # The secret of a record's authenticator app; `step` is that of the last code that was used.
    "_fc_totps": """
        CREATE TABLE _fc_totps (
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            secret TEXT NOT NULL,
            confirmed INTEGER NOT NULL DEFAULT 0,
            step INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (collectionRef, recordRef)
        ) WITHOUT ROWID;
    """,
    "_fc_recovery_codes": """
        CREATE TABLE _fc_recovery_codes (
            hash BLOB PRIMARY KEY NOT NULL,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_recovery_codes_record ON _fc_recovery_codes (collectionRef, recordRef);
    """,
    # Times are texts, as records have them.
    "_fc_devices": """
        CREATE TABLE _fc_devices (
            id TEXT PRIMARY KEY NOT NULL,
            hash BLOB NOT NULL UNIQUE,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            tokenKeyHash BLOB NOT NULL,
            userAgent TEXT NOT NULL,
            created TEXT NOT NULL,
            used TEXT NOT NULL,
            expires TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_devices_record ON _fc_devices (collectionRef, recordRef);
    """,
    # Failed attempts: `until` when more are refused, `expires` when they are forgotten.
    "_fc_lockouts": """
        CREATE TABLE _fc_lockouts (
            id TEXT PRIMARY KEY NOT NULL,
            scope TEXT NOT NULL,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            network TEXT NOT NULL,
            failures INTEGER NOT NULL,
            until REAL NOT NULL,
            expires REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_lockouts_expires ON _fc_lockouts (expires);
        CREATE INDEX _fc_lockouts_record ON _fc_lockouts (collectionRef, recordRef);
    """,
    # Hashes that an account had, the present one included.
    "_fc_passwords": """
        CREATE TABLE _fc_passwords (
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            hash TEXT NOT NULL,
            created REAL NOT NULL
        );
        CREATE INDEX _fc_passwords_record ON _fc_passwords (collectionRef, recordRef);
    """,
    # Where an account signed in from.
    "_fc_networks": """
        CREATE TABLE _fc_networks (
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            network TEXT NOT NULL,
            used REAL NOT NULL,
            PRIMARY KEY (collectionRef, recordRef, network)
        ) WITHOUT ROWID;
        CREATE INDEX _fc_networks_used ON _fc_networks (used);
    """,
    # What an account signed in with and from, where its owner wants to be warned.
    "_fc_places": """
        CREATE TABLE _fc_places (
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            network TEXT NOT NULL,
            device TEXT NOT NULL,
            used REAL NOT NULL,
            PRIMARY KEY (collectionRef, recordRef, network, device)
        ) WITHOUT ROWID;
        CREATE INDEX _fc_places_used ON _fc_places (used);
    """,
    # `proof` is a digest of the key that the session's tokens are signed with.
    "_fc_sessions": """
        CREATE TABLE _fc_sessions (
            id TEXT PRIMARY KEY NOT NULL,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            proof TEXT NOT NULL,
            method TEXT NOT NULL,
            device TEXT NOT NULL,
            address TEXT NOT NULL,
            impersonatedBy TEXT NOT NULL,
            created REAL NOT NULL,
            used REAL NOT NULL,
            expires REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_sessions_record ON _fc_sessions (collectionRef, recordRef);
        CREATE INDEX _fc_sessions_expires ON _fc_sessions (expires);
    """,
    # Only ever added to. Names and addresses are kept beside the ids: the records may go.
    "_fc_audit": """
        CREATE TABLE _fc_audit (
            id INTEGER PRIMARY KEY NOT NULL,
            at REAL NOT NULL,
            action TEXT NOT NULL,
            actor TEXT NOT NULL,
            actorEmail TEXT NOT NULL,
            collection TEXT NOT NULL,
            record TEXT NOT NULL,
            recordEmail TEXT NOT NULL,
            session TEXT NOT NULL,
            until REAL NOT NULL,
            address TEXT NOT NULL,
            userAgent TEXT NOT NULL
        );
        CREATE INDEX _fc_audit_session ON _fc_audit (session);
        CREATE TRIGGER _fc_audit_stays BEFORE UPDATE ON _fc_audit
            BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
        CREATE TRIGGER _fc_audit_lasts BEFORE DELETE ON _fc_audit
            BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
    """,
    "_fc_passkeys": """
        CREATE TABLE _fc_passkeys (
            id TEXT PRIMARY KEY NOT NULL,
            credential BLOB NOT NULL UNIQUE,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            publicKey BLOB NOT NULL,
            signCount INTEGER NOT NULL,
            suspect INTEGER NOT NULL DEFAULT 0,
            backedUp INTEGER NOT NULL,
            transports TEXT NOT NULL,
            name TEXT NOT NULL,
            created TEXT NOT NULL,
            used TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_passkeys_record ON _fc_passkeys (collectionRef, recordRef);
    """,
    # The number that a record has proven to hold; of one number the last proof counts.
    "_fc_phones": """
        CREATE TABLE _fc_phones (
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            phone TEXT NOT NULL,
            PRIMARY KEY (collectionRef, recordRef),
            UNIQUE (collectionRef, phone)
        ) WITHOUT ROWID;
    """,
    # Codes by text message, as hashes. Nobody's is one for a number that no record holds: it is
    # asked for and judged like any other, and never right.
    "_fc_sms_codes": """
        CREATE TABLE _fc_sms_codes (
            id TEXT PRIMARY KEY NOT NULL,
            purpose TEXT NOT NULL,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            phone TEXT NOT NULL,
            hash TEXT NOT NULL,
            until REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_sms_codes_record ON _fc_sms_codes (collectionRef, recordRef);
        CREATE INDEX _fc_sms_codes_until ON _fc_sms_codes (until);
    """,
    # What a passkey has to sign next. Without a record for a sign-in; `until` is in Unix seconds.
    "_fc_challenges": """
        CREATE TABLE _fc_challenges (
            challenge BLOB PRIMARY KEY NOT NULL,
            purpose TEXT NOT NULL,
            collectionRef TEXT NOT NULL,
            recordRef TEXT NOT NULL,
            network TEXT NOT NULL,
            until REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX _fc_challenges_until ON _fc_challenges (until);
        CREATE INDEX _fc_challenges_network ON _fc_challenges (network);
    """,
    # By the SHA-256 of the code that they came with.
    "_fc_apple_names": """
        CREATE TABLE _fc_apple_names (
            code TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            until REAL NOT NULL
        ) WITHOUT ROWID;
    """,
}
