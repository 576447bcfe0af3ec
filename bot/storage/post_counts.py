"""What engagement with a post is, for all that measures it.

The engagement rate is the sum of engagement by the sum of views, over the posts of which both are known.
"""

from __future__ import annotations

ENGAGEMENT_PARTS = ("likes", "reposts", "replies")
"""The counts that are added up. Bookmarks are not among them: of older posts nobody knows them."""
ENGAGEMENT = f"({' + '.join(ENGAGEMENT_PARTS)})"
"""The same in SQL, over own_posts or post_readings; NULL (unknown) unless all parts are known."""
