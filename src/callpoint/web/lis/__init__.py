"""Location services over HTTP for other people's programs: LoST at `/lost`, in front of Django."""
