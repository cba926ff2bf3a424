"""French of Canada: 31 janvier 2024, 13 h 40. Django's own file leaves the "h" between hour and minute unescaped."""

TIME_FORMAT = "H\xa0\\h\xa0i"
DATETIME_FORMAT = "j F Y, H\xa0\\h\xa0i"
SHORT_DATETIME_FORMAT = "Y-m-d H\xa0\\h\xa0i"
