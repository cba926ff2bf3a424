"""What a desktop program does without a window: settings, the stream of alerts, posts, health."""
