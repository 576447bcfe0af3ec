-- Orders, chats and revenue, each with where it came from. `conversions` of an existing user stays as it is, for its program.
CREATE TABLE outcomes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,             -- the same in every copy of this database
  day TEXT NOT NULL,                    -- the account's local date
  at TEXT,                              -- UTC; NULL: only the date is known
  chats INTEGER, orders INTEGER,        -- NULL: not said
  revenue INTEGER,                      -- in the smallest unit that the shop counts in; NULL: not said
  code TEXT NOT NULL DEFAULT '',        -- the short code of the wa.me text
  tweet_id TEXT NOT NULL DEFAULT '',    -- the post that it is attributed to
  template TEXT NOT NULL DEFAULT '',    -- as intents.template
  external_id TEXT NOT NULL DEFAULT '', -- as the shop's own system calls it; it is entered once
  source TEXT NOT NULL DEFAULT '',      -- hand, csv, api
  note TEXT NOT NULL DEFAULT '',
  who TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,   -- grows with each change
  deleted_at TEXT
);
CREATE UNIQUE INDEX outcomes_once ON outcomes (external_id) WHERE external_id <> '' AND deleted_at IS NULL;
CREATE INDEX outcomes_by_day ON outcomes (day);
-- A post whose answer was lost gets its id later than its first order may come.
CREATE TRIGGER outcomes_find_post AFTER UPDATE OF tweet_id ON intents WHEN new.tweet_id <> ''
BEGIN
  UPDATE outcomes SET tweet_id = new.tweet_id
    WHERE tweet_id = '' AND code <> '' AND instr(new.text, '%28' || code || '%29') > 0;
END;
-- All that counts, those of the old table too.
CREATE VIEW all_outcomes AS
  SELECT 'o' || id AS id, day, at, chats, orders, revenue, code, tweet_id, template FROM outcomes WHERE deleted_at IS NULL
  UNION ALL
  SELECT 'c' || id, date, NULL, coalesce(wa_messages, 0), coalesce(orders, 0), coalesce(revenue, 0), '', '', ''
  FROM conversions;
