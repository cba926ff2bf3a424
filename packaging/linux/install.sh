#!/bin/sh
# Installs Callpoint Onsite for every user of this computer, as root. CALLPOINT_ONSITE_TOKEN (and CALLPOINT_ONSITE_HOST,
# for another server than the one baked in) in the environment are kept in /etc/callpoint-onsite.json.
set -eu
here=$$(cd "$$(dirname "$$0")" && pwd)
rm -rf /opt/callpoint-onsite
cp -R "$$here/callpoint-onsite" /opt/callpoint-onsite
chown -R root:root /opt/callpoint-onsite
ln -sf /opt/callpoint-onsite/callpoint-onsite /usr/bin/callpoint-onsite
mkdir -p /etc/xdg/autostart /usr/share/applications
cp "$$here/callpoint-onsite.desktop" /etc/xdg/autostart/
cp "$$here/callpoint-onsite.desktop" /usr/share/applications/
if [ -n "$${CALLPOINT_ONSITE_HOST:-}$${CALLPOINT_ONSITE_TOKEN:-}" ]; then
  /opt/callpoint-onsite/callpoint-onsite --save-for-machine
fi
