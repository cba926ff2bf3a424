"""How an address or a number is said, and how it becomes sound.

`address.say_address`, `phone.say_phone` and `read_back.compose` make words; `renderer.Renderer`
makes 8 kHz mu-law of them. No other part of Callpoint is needed here.
"""
