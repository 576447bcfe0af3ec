"""The domain and the engine of Aviary. No Flask in here: it runs headless."""
