"""Workspace: settings, files on disk, and what a rule may ask about other files."""
