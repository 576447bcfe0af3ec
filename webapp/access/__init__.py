"""The way into the panel, and what each may do there.

needs.py is the one table of what each route needs: a new route gets a line there, else it is for admins alone.
"""

from webapp.access.actors import Actor, actor
from webapp.access.refusals import AccessRefused, TooManyAttempts
from webapp.access.service import Access

__all__ = ["Access", "AccessRefused", "Actor", "TooManyAttempts", "actor"]
