-- Requests to language models, a day of UTC; answers that were good, so that nothing is asked twice; keys of services.
CREATE TABLE model_requests (
  day TEXT NOT NULL,
  account_id TEXT NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (day, account_id)
);
CREATE TABLE model_answers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  question TEXT NOT NULL UNIQUE,        -- a digest of address, model, prompt and text
  answer TEXT NOT NULL
);
CREATE TABLE model_keys (
  origin TEXT PRIMARY KEY,              -- scheme, host and port: a key goes to no other place
  sealed BLOB NOT NULL
);
