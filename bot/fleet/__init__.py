"""The engine's rooms under the AccountManager: registry, agenda, seats, verdicts, cards, records."""
