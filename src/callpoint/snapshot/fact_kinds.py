"""The kinds of fact a node writes into its journal, and what each one's `data` holds.

The node, the live console, the stream and the call records agree on these names. Every fact of one call carries the
same `call_id`: the STRING of its `urn:emergency:uid:callid:STRING:host` (i3), which is also what the PSAP sees.
Facts that belong to no call (alarms) have an empty `call_id`. All values are JSON; times inside `data` are not
repeated, `Fact.at` says when.
"""

RECEIVED = "received"
"""The INVITE arrived: dialled, service (emergency | read_back | test), service_urn, identity, identity_source, trunk,
source ("udp 192.0.2.1:5060"), contact (its URI), sip_call_id, caller, defects [text]."""

DECIDED = "decided"
"""What `routing.decide` answered: kind, person, device_user_id, callback_number, location_source, location {civic,
point, verdict, method, updated_at, building, formatted} | null, psap, targets [{name, uri, kind}], unregistered,
cost, currency, reasons [{code, text}], notified [text], incident_id."""

DIALLED = "dialled"
"""An INVITE left for a target: attempt (1, 2, …), target, uri, kind (psap | relay_center), hop."""

PROGRESS = "progress"
"""A provisional response other than 100: attempt, target, status, reason, early_media (bool)."""

ATTEMPT_FAILED = "attempt_failed"
"""A target was given up: attempt, target, status (0 when none came), reason (in words), next (bool)."""

ANSWERED = "answered"
"""Answered: by (target name, or "read-back", "announcement", "test"), kind, attempt, status, setup_ms (from INVITE)."""

ENDED = "ended"
"""It is over: by (caller | psap | relay_center | node), why (in words), status, talked_seconds, answered (bool)."""

REFUSED = "refused"
"""Not taken: status, reason, dialled, source, method, trunk. Written for known trunks alone; others are `STRANGER`s."""

MISDIAL = "misdial"
"""A prefix was dialled before 911 or 933: dialled, identity, trunk, treated_as ("911" | "933" | "")."""

TRANSFER_REFUSED = "transfer_refused"
"""An attempt to transfer or conference the call: method, by (caller | psap | third party), target."""

READ_BACK = "read_back"
"""A step of a 933 call: step (playing | repeated | confirmed | reported_wrong | digit), digit, text."""

RELAYED = "relayed"
"""A request inside the dialog crossed: method, by (caller | psap), status."""

RESTORED = "restored"
"""After a restart of the node the call's dialogs were taken up again: state."""

ALARM = "alarm"
"""Something an operator must know: alarm (short name), text (what and the remedy), cleared (bool), about (which of
several, where one alarm can stand for many at a time: the URI of a target or trunk)."""

STRANGER = "stranger"
"""Somebody who is no trunk was turned away: source (host alone), transport, method, uri (the user masked), user_agent,
digest_username, certificate_names, why (unknown_source | no_credentials | unknown_user | wrong_password), count (how
many times since the last such fact). Folded for each source and limited in all: see `node.stranger_log`."""

PSAP_CALLBACK = "psap_callback"
"""A PSAP calls one of our numbers back, in place of `RECEIVED` and `DECIDED`: number, psap, source, sip_call_id,
person, device_user_id, trunk, uri, original_call_id ("" when none is known), location (as in `DECIDED`), priority
(bool). `DIALLED`, `ANSWERED` and `ENDED` follow under the same call_id, with the kind "trunk"; in their `by` the caller
is the person and the PSAP the PSAP, whoever of them has dialled."""

CALL_OUT = "call_out"
"""Our node called a phone to tell it of an alert: key, alert, number, state (ringing | answered | spoken | digit |
ended), digit, status, why."""

MONITOR = "monitor"
"""Somebody listens to a call, or its audio was taken up for that: step (anchored | listening | joined | left |
released | refused | failed | recording), by (who), how (browser | phone), why, recording (file name)."""

# --- facts of the dispatcher's own journal (`dispatcher/journal.db`), and requests of others to it

REQUESTED = "requested"
"""Worker or pages ask the dispatcher for something: request (test_recipient | message | raise), and what it needs:
see `dispatcher.requests`."""

ALERT = "alert"
"""An alert was raised: alert (its id), type, call (what is shown of the call: see `routing.alert_call`), test (bool),
digest (of the location text, the same as of the PIDF-LO that went to the PSAP), subscriptions [name], quiet (bool: no
sound, nobody is rung), late (bool: it was long ago), screens [id or "*"] that are told."""

ALERT_UPDATED = "alert_updated"
"""The call of an alert went on: alert, state (dialling | ringing | target_failed | answered | restored |
decided | ended | cleared | closed), call (what changed), and of the step: target, by, why, status, attempt, …"""

NOTICE = "notice"
"""One notice to one recipient came a step further: key, alert, type, subscription, step, recipient, recipient_id,
channel, address, state (queued | sent | delivered | acknowledged | retrying | failed | skipped), attempt, trouble,
permanent (bool), reference, by."""

ACKNOWLEDGED = "acknowledged"
"""Somebody says they see to it: alert, by, how (screen | board | voice | link), recipient_id."""

ESCALATED = "escalated"
"""Nobody acknowledged in time: alert, subscription, step, group, screens (as in `ALERT`)."""

CHAT = "chat"
"""A word among responders: alert, by, text."""

SCREEN = "screen"
"""An Onsite screen came or went: screen (id), state (connected | lost | volume_checked), program, origin."""

ALL_KINDS = (
    RECEIVED,
    DECIDED,
    DIALLED,
    PROGRESS,
    ATTEMPT_FAILED,
    ANSWERED,
    ENDED,
    REFUSED,
    MISDIAL,
    TRANSFER_REFUSED,
    READ_BACK,
    RELAYED,
    RESTORED,
    STRANGER,
    ALARM,
    PSAP_CALLBACK,
    CALL_OUT,
    MONITOR,
    REQUESTED,
    ALERT,
    ALERT_UPDATED,
    NOTICE,
    ACKNOWLEDGED,
    ESCALATED,
    CHAT,
    SCREEN,
)
