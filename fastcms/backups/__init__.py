"""Backups of a whole data directory; their lock, which others ask too, is `backup_lock`."""
