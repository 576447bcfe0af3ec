"""Help by a language model: any OpenAI-compatible address, one client for all accounts. Without it nothing changes."""
