-- A planned post that came from the queue of a group: the token of its hand-over (fleet.db, group_hands).
ALTER TABLE planned_posts ADD COLUMN group_hand TEXT;
CREATE UNIQUE INDEX planned_posts_once_a_hand ON planned_posts (group_hand) WHERE group_hand IS NOT NULL;
-- When a run had its first seat: what it waited for a seat before that does not make it late.
ALTER TABLE runs ADD COLUMN first_started_at TEXT;
UPDATE runs SET first_started_at = started_at WHERE state IN ('queued', 'running');
