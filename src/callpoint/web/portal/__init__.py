"""The portal: pages by which people run an organization, one folder or file for each entry of the menu."""
