"""What runs by the clock: the list, and running it now."""

from tests.parity.scenario import Row, delete, get, patch, post

_WHO = ("guest", "ann", "superuser", "forged", "expired")
_IDS = ("__pbDBOptimize__", "__pbMFACleanup__", "__pbOTPCleanup__", "__pbLogsCleanup__", "%5F_pbOTPCleanup__", "nothing", "__PBOTPCLEANUP__", "a b", "__pbAutoBackup__")

ROWS = (
    *(get(f"list by {who}", "/api/crons", who=who) for who in _WHO),
    *(post(f"run by {who}", "/api/crons/__pbOTPCleanup__", who=who) for who in _WHO),
    *(post(f"unknown by {who}", "/api/crons/nothing", who=who) for who in _WHO),
    *(post(f"run {id_}", f"/api/crons/{id_.replace(' ', '%20')}", who="superuser") for id_ in _IDS),
    post("run with a body", "/api/crons/__pbOTPCleanup__", {"x": 1}, who="superuser"),
    get("picked", "/api/crons", query={"fields": "id"}, who="superuser"),
    get("picked nothing", "/api/crons", query={"fields": "x"}, who="superuser"),
    get("paged", "/api/crons", query={"page": "2", "perPage": "1"}, who="superuser"),
    Row("head", "HEAD", "/api/crons", who="superuser"),
    get("slash", "/api/crons/", who="superuser"),
    get("one", "/api/crons/__pbOTPCleanup__", who="superuser"),
    post("list by POST", "/api/crons", who="superuser"),
    delete("delete", "/api/crons/__pbOTPCleanup__", who="superuser"),
    patch("change", "/api/crons/__pbOTPCleanup__", {"expression": "* * * * *"}, who="superuser"),
    get("after all", "/api/crons", who="superuser"),
    *(patch(f"backup at {text}", "/api/settings", {"backups": {"cron": text}}, who="superuser", query={"fields": "backups.cron"})
      for text in ("* * * * * *", "60 * * * *", "@hour", "*/0 * * * *", "1-70 * * * *", "5-1 * * * *", "a * * * *", "1/2 * * * *", "0  * * * *", "* * * * 7", "* * 0 * *", "1,,2 * * * *", "mon * * * *")),
)
