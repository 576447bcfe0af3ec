-- A planned post that came from the queue of a group: the token of its hand-over (fleet.db, group_hands).
ALTER TABLE planned_posts ADD COLUMN group_hand TEXT;
CREATE UNIQUE INDEX planned_posts_once_a_hand ON planned_posts (group_hand) WHERE group_hand IS NOT NULL;
