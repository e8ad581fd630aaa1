"""Plugins, and what they import besides hooks, routes and crons."""

from fastcms.plugins.additions import disk, field_type, oauth2_provider

__all__ = ["disk", "field_type", "oauth2_provider"]
