"""Tests of two ways of posting against each other: planned, carried out by the runs, looked at, ended."""
