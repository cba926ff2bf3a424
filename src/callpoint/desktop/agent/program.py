"""What the program calls itself towards the server and its users."""

import platform
from typing import Final

from callpoint import __version__

NAME: Final = "Callpoint Onsite"
VERSION: Final = __version__
PROGRAM: Final = f"{NAME} {VERSION} ({platform.system()} {platform.release()})"
