"""The way into the panel: login, first password, logout."""

from webapp.access.service import Access, AccessRefused, TooManyAttempts

__all__ = ["Access", "AccessRefused", "TooManyAttempts"]
