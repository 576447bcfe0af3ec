"""The page on which x.com's pages are checked against the selectors."""
