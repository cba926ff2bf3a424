"""SIP over sockets: UDP, TCP and TLS under the transaction layer of `callpoint.sip`.

The only place with SIP sockets. `endpoint.SipEndpoint` is what the node, the lab and `callpoint dial` use.
"""
