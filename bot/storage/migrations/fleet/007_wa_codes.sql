-- The short codes in WhatsApp links: a code alone leads to account, template and post. A code is never given twice.
CREATE TABLE wa_codes (
  code TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  made_at TEXT NOT NULL,                -- UTC
  kind TEXT NOT NULL DEFAULT '',        -- as intents.kind
  template TEXT NOT NULL DEFAULT '',    -- as intents.template
  intent_id INTEGER,                    -- in the account's own database; NULL: no post was written down with it yet
  bound_at TEXT                         -- UTC
) WITHOUT ROWID;
CREATE INDEX wa_codes_unbound ON wa_codes (account_id) WHERE intent_id IS NULL;
