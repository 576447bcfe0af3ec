"""Tests of two texts or times against each other: planned, followed, used."""
