"""`python -m callpoint.desktop.onsite` is `callpoint-onsite`."""

import sys

from callpoint.desktop.onsite.main import main

if __name__ == "__main__":
    sys.exit(main())
