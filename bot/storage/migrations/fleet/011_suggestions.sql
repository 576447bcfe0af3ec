-- Suggested slot times that a person does not want. They come back when much more is known.
CREATE TABLE dismissed_suggestions (
  folder TEXT NOT NULL,                 -- of the account, below the home, with slashes
  slot TEXT NOT NULL,
  hour INTEGER NOT NULL,                -- the hour that was suggested, on the account's clock
  posts INTEGER NOT NULL,               -- how many posts it stood on
  who TEXT NOT NULL,
  dismissed_at TEXT NOT NULL,           -- UTC
  PRIMARY KEY (folder, slot, hour)
) WITHOUT ROWID;
-- Posts of one account that drafts of another were begun from: the other must not post the same.
CREATE TABLE taken_texts (
  folder TEXT NOT NULL,                 -- of the account that has the draft
  text TEXT NOT NULL,
  who TEXT NOT NULL,
  taken_at TEXT NOT NULL,               -- UTC
  PRIMARY KEY (folder, text)
) WITHOUT ROWID;
