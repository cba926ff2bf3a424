"""How people are told: a folder for each channel, all of one shape (`channels.notice`), and the words."""
