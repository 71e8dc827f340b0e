"""Programs that show onefold at work; run them from the repository's root."""
