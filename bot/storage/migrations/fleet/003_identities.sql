-- Which account works in which folder, so that an account that gets another id keeps its limits and its standing.
CREATE TABLE identities (
  folder TEXT PRIMARY KEY,              -- relative to the home, with slashes
  account_id TEXT NOT NULL
);
