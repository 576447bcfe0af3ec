-- What the guards remember for all accounts: texts with their words, claims, people never to be engaged, what was stopped.
-- Posts with the same words share a form: a template with other numbers in it is the same post to a reader.
CREATE TABLE guard_forms (
  id INTEGER PRIMARY KEY,
  words TEXT NOT NULL UNIQUE,           -- sorted, with blanks between; see bot/guards/likeness.py
  weight REAL NOT NULL
);
CREATE TABLE guard_words (
  word TEXT NOT NULL,
  form_id INTEGER NOT NULL REFERENCES guard_forms (id) ON DELETE CASCADE,
  PRIMARY KEY (word, form_id)
) WITHOUT ROWID;
CREATE INDEX guard_words_of_form ON guard_words (form_id);
CREATE TABLE guard_texts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  form_id INTEGER NOT NULL REFERENCES guard_forms (id),
  text TEXT NOT NULL,
  state TEXT NOT NULL,                  -- open (reserved, perhaps sent), sent, planned
  at TEXT NOT NULL
);
CREATE INDEX guard_texts_of_form ON guard_texts (form_id, at);
CREATE INDEX guard_texts_by_age ON guard_texts (at);
CREATE INDEX guard_texts_of_account ON guard_texts (account_id, state);
CREATE TRIGGER guard_forms_go AFTER DELETE ON guard_texts
WHEN NOT EXISTS (SELECT 1 FROM guard_texts WHERE form_id = OLD.form_id) BEGIN
  DELETE FROM guard_forms WHERE id = OLD.form_id;
END;
CREATE TABLE guard_hashtags (
  tag TEXT NOT NULL,
  text_id INTEGER NOT NULL REFERENCES guard_texts (id) ON DELETE CASCADE,
  PRIMARY KEY (tag, text_id)
) WITHOUT ROWID;
CREATE INDEX guard_hashtags_of_text ON guard_hashtags (text_id);
CREATE TABLE guard_allowed (            -- one post each, by a person's word
  text_hash TEXT PRIMARY KEY,
  by TEXT NOT NULL,
  why TEXT NOT NULL,
  at TEXT NOT NULL,
  text_id INTEGER                       -- the post it was used for
);
CREATE INDEX guard_allowed_for ON guard_allowed (text_id);
CREATE TABLE guard_stops (              -- what was stopped lately; the same again is one row
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  guard TEXT NOT NULL,                  -- near_duplicate, hashtag, managed, never, claimed
  subject TEXT NOT NULL,
  why TEXT NOT NULL,
  at TEXT NOT NULL,
  UNIQUE (account_id, guard, subject)
);
CREATE INDEX guard_stops_by_age ON guard_stops (at);
CREATE TABLE guard_filled (folder TEXT PRIMARY KEY);  -- accounts whose records of before have been taken in
CREATE TABLE engaged_posts (
  post_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,             -- the one managed account that may engage this post
  at TEXT NOT NULL
);
CREATE TABLE never_engaged (
  handle TEXT PRIMARY KEY,              -- in lower case
  by TEXT NOT NULL,
  why TEXT NOT NULL,
  at TEXT NOT NULL
);
