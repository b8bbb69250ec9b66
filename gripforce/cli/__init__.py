"""``gripforce <command>``: one file a command group; heavy imports stay inside the commands."""
