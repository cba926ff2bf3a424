"""What the read-back says in English. `{…}` are filled by `read_back`; a phrase without one is a carrier phrase."""

PHRASES = {
    "test_call": "This is a test call to nine three three. It does not reach emergency services.",
    "location_is": "The location registered for you is:",
    "no_location": "No location is registered for you.",
    "position_is": "Your position is known by coordinates only:",
    "position": "latitude {latitude}, longitude {longitude}.",
    "north": "north", "south": "south", "east": "east", "west": "west",
    "callback_is": "Your callback number is:",
    "no_callback": "No callback number is registered for you. If a call is cut off, nobody can call you back.",
    "to_psap": "A real call to nine one one would go directly to {psap}.",
    "to_psap_unnamed": "A real call to nine one one would go directly to the emergency call center for this location.",
    "to_relay_center": "A real call to nine one one would first be answered by the national relay center.",
    "to_relay_center_because":
        "A real call to nine one one would first be answered by the national relay center, because {reason}.",
    "menu":
        "To hear this again digit by digit, press one. If everything is correct, press two. "
        "If something is wrong, press three.",
    "repeat_intro": "Here it is again, digit by digit.",
    "confirmed": "Thank you. You confirmed that this is correct.",
    "reported": "Thank you. You reported that this is wrong, and it has been recorded. "
        "Please correct your location, then call nine three three again.",
    "not_understood": "Please press one, two, or three.",
    "goodbye": "Goodbye.",
    "unknown_caller": "This phone or user is not known here, so no location could be found.",
    "total_failure":
        "Your call to nine one one could not be connected. Hang up and dial nine one one from another phone.",
    "test_sos": "This is the answer to an emergency test call. Your telephone can reach this service.",
}  # fmt: skip
