"""The numbers of one account: today, 7 and 30 days, followers, the last posts with their counts."""
