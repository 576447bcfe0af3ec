-- A queue per group: each post goes to one member. docs/architecture.md, "Rotation", has the protocol of the hand-over.
CREATE TABLE group_queues (
  group_name TEXT PRIMARY KEY,
  mode TEXT NOT NULL                    -- turn, fewest
);
CREATE TABLE group_posts (
  key TEXT PRIMARY KEY,                 -- random, so that posts of a backup never meet another's number
  group_name TEXT NOT NULL,
  text TEXT NOT NULL,
  media TEXT NOT NULL,                  -- JSON list of names in data/group-media
  at TEXT,                              -- when it shall go out; NULL: with the next free slot of a member
  place INTEGER NOT NULL,               -- the order in which posts are given out
  held TEXT NOT NULL DEFAULT '',        -- why nobody gets it until a person says so
  who TEXT NOT NULL,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  deleted_at TEXT
);
CREATE INDEX group_posts_by_group ON group_posts (group_name, place);
CREATE TABLE group_hands (
  token TEXT PRIMARY KEY,               -- also in planned_posts.group_hand of the member's metrics.db
  post_key TEXT NOT NULL REFERENCES group_posts (key),
  account_id TEXT NOT NULL,
  folder TEXT NOT NULL,                 -- the account's, below the home: an account is known by its folder
  state TEXT NOT NULL,                  -- giving, held, taking, back, sent, lost
  expected_at TEXT NOT NULL,            -- its moment, or the slot that should take it
  given_at TEXT NOT NULL,
  why TEXT NOT NULL,                    -- why this member
  held_at TEXT,                         -- since when it surely lies in the member's queue
  ended_at TEXT,
  reason TEXT NOT NULL DEFAULT '',      -- why it was taken back, or is lost
  tweet_id TEXT NOT NULL DEFAULT ''
);
-- One member at a time, whatever crashes: another one needs the proof that the one before will not send it.
CREATE UNIQUE INDEX group_hands_one_a_post ON group_hands (post_key) WHERE state <> 'back';
CREATE INDEX group_hands_by_state ON group_hands (state);
CREATE INDEX group_hands_by_account ON group_hands (account_id, given_at);
