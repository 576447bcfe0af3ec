"""The pictures and videos of one account: uploading, looking, deleting."""
