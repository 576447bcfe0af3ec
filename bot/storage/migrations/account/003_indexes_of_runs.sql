-- The list of runs counts what each run did.
CREATE INDEX intents_of_run ON intents (run_id, state);
CREATE INDEX engagements_of_run ON engagements (run_id, action, state);
