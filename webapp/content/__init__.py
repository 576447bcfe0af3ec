"""The templates of one account: looked at, written with a preview, moved, switched; its lists; out and in again."""
