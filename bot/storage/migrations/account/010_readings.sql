-- The own posts with the counts that were read last, and each reading of posts and profile. NULL is unknown, never 0.
CREATE TABLE own_posts (
  tweet_id TEXT PRIMARY KEY,
  posted_at TEXT NOT NULL,              -- UTC
  text TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',        -- promo, value, ... as intents.kind; '' when Aviary did not send it
  template TEXT NOT NULL DEFAULT '',    -- as intents.template; '' for what a person wrote
  slot TEXT NOT NULL DEFAULT '',        -- the slot of the run that sent it
  media TEXT NOT NULL DEFAULT '',       -- none, picture, video; '' unknown
  reply_to TEXT NOT NULL DEFAULT '',    -- id of the post it answers; '' for a post of its own
  views INTEGER, likes INTEGER, reposts INTEGER, replies INTEGER, bookmarks INTEGER,
  read_at TEXT                          -- when these were read; NULL: never
);
CREATE INDEX own_posts_by_time ON own_posts (posted_at);
CREATE TABLE post_readings (
  tweet_id TEXT NOT NULL,
  read_at TEXT NOT NULL,                -- UTC
  views INTEGER, likes INTEGER, reposts INTEGER, replies INTEGER, bookmarks INTEGER,
  PRIMARY KEY (tweet_id, read_at)
) WITHOUT ROWID;
CREATE TABLE profile_readings (
  read_at TEXT PRIMARY KEY,             -- UTC
  followers INTEGER, following INTEGER, posts INTEGER
) WITHOUT ROWID;
-- What was sent before. The table of old begins with noughts that nobody has read.
INSERT OR IGNORE INTO own_posts (tweet_id, posted_at, text, kind, views, likes, reposts, replies, read_at)
  SELECT tweet_id, strftime('%Y-%m-%dT%H:%M:%f+00:00', posted_at), coalesce(tweet_text, ''), coalesce(tweet_type, ''),
    nullif(views, 0), CASE WHEN was_read THEN likes END, CASE WHEN was_read THEN retweets END,
    CASE WHEN was_read THEN replies END,
    CASE WHEN was_read THEN strftime('%Y-%m-%dT%H:%M:%f+00:00', last_updated) END
  FROM (SELECT *, coalesce(views, 0) + coalesce(likes, 0) + coalesce(retweets, 0) + coalesce(replies, 0) > 0 AS was_read
    FROM tweet_performance)
  WHERE tweet_id IS NOT NULL AND strftime('%Y', posted_at) IS NOT NULL;
UPDATE own_posts SET (kind, template, reply_to, media, slot) =
  (SELECT intents.kind, intents.template, intents.reply_to,
      CASE WHEN media = '[]' THEN 'none' WHEN media LIKE '%.mp4"%' OR media LIKE '%.mov"%' THEN 'video' ELSE 'picture' END,
      coalesce(runs.slot, '')
    FROM intents LEFT JOIN runs ON runs.id = intents.run_id
    WHERE intents.state = 'sent' AND intents.tweet_id = own_posts.tweet_id ORDER BY intents.id DESC LIMIT 1)
  WHERE tweet_id IN (SELECT tweet_id FROM intents WHERE state = 'sent');
