"""From a single account to several, and back: whatever crashes, one of the two is whole.

The files are linked (copied where the disk knows no links) to where they will be; then one write of accounts.yaml is
the change; then their former names go. Until that write the old installation is whole, from then on the new one is.
"""
