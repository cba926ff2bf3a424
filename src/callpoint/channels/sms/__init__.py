"""Text messages: by SMPP 3.4 to a short message center, or over HTTPS as Twilio has it."""
