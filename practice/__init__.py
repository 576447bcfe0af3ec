"""A stand-in for x.com on this machine: for the demo, for practice, and for the tests.

It shows the pages of ../shared/x-dom's facts over TLS, keeps its own small world of people and posts in
memory, and has a control port that tells the truth about that world and sets faults. It never talks to the
real x.com, and nothing of `bot` or `webapp` is imported here.
"""
