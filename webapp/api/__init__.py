"""JSON for programs: the same facts as the pages, behind the same login."""
