"""`python -m callpoint` is `callpoint`."""

from callpoint.ops.cli import main

if __name__ == "__main__":
    main()
