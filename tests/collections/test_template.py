"""The collections of a fresh directory."""

from __future__ import annotations

from tests.collections.site import COLLECTIONS, Site, names


def test_the_six_collections(site: Site) -> None:
    items = site.ask("GET", COLLECTIONS).body["items"]
    assert [(item["name"], item["id"], item["type"], item["system"]) for item in items] == [
        ("_mfas", "pbc_2279338944", "base", True),
        ("_otps", "pbc_1638494021", "base", True),
        ("_externalAuths", "pbc_2281828961", "base", True),
        ("_authOrigins", "pbc_4275539003", "base", True),
        ("_superusers", "pbc_3142635823", "auth", True),
        ("users", "_pb_users_auth_", "auth", False),
    ]
    assert items[4]["authToken"] == {"duration": 86400}
    assert names(items[5]["fields"]) == [
        "id",
        "password",
        "tokenKey",
        "email",
        "emailVisibility",
        "verified",
        "name",
        "avatar",
        "created",
        "updated",
    ]


def test_their_tables_and_indexes(site: Site) -> None:
    assert site.table("_mfas") == (
        "CREATE TABLE `_mfas` (`collectionRef` TEXT DEFAULT '' NOT NULL,"
        " `created` TEXT DEFAULT '' NOT NULL,"
        " `id` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL,"
        " `method` TEXT DEFAULT '' NOT NULL,"
        " `recordRef` TEXT DEFAULT '' NOT NULL,"
        " `updated` TEXT DEFAULT '' NOT NULL)"
    )
    assert site.table("idx_authOrigins_unique_pairs") == (
        "CREATE UNIQUE INDEX `idx_authOrigins_unique_pairs` ON `_authOrigins`"
        " (\n  `collectionRef`,\n  `recordRef`,\n  `fingerprint`\n)"
    )
    assert site.table("sqlite_stat1")


def test_their_secrets_are_their_own(site: Site) -> None:
    secrets = set()
    for name in ("_superusers", "users"):
        auth = site.collection(name).auth
        assert auth is not None
        secrets |= {auth.auth_token.secret, auth.file_token.secret}
    assert {len(secret) for secret in secrets} == {50}
    assert len(secrets) == 4
