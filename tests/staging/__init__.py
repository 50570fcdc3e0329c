"""Real processes for bench, storm, siege and rehearsal: started, looked at, removed again."""
