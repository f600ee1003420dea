"""What several scripts share; nothing here is a script."""
