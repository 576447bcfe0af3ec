-- What a language model made of a template, and what a person said to it.
CREATE TABLE model_drafts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  template TEXT NOT NULL,               -- the template's raw text
  text TEXT NOT NULL,                   -- what shall stand in for it; a person may have edited it
  model TEXT NOT NULL,
  state TEXT NOT NULL,                  -- waiting, approved, rejected, refused (by Aviary's own check)
  reason TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  decided_at TEXT,
  used_at TEXT                          -- when a run last chose it
);
CREATE INDEX model_drafts_of_template ON model_drafts (template, id);
CREATE INDEX model_drafts_by_state ON model_drafts (state, id);
-- Who worded the post: '' the account's own templates, 'model' a language model.
ALTER TABLE intents ADD COLUMN worded_by TEXT NOT NULL DEFAULT '';
