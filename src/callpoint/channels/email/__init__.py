"""E-mail: by SMTP, by a provider over HTTPS (anymail, in a process of its own), or as files where neither is set up."""
