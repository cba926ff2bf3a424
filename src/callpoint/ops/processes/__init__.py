"""Entry points of the processes: `callpoint node|dispatcher|worker|web|lab`, seen under these names by `ps`."""
