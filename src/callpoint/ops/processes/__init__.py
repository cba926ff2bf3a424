"""Entry points of the processes: `callpoint node|media|dispatcher|worker|web|lab`, seen under these names by `ps`."""
