"""What the read-back says in French; the same keys as `phrases_en`."""

PHRASES = {
    "test_call": "Ceci est un appel d'essai au neuf trois trois. Il ne joint pas les services d'urgence.",
    "location_is": "L'emplacement enregistré pour vous est :",
    "no_location": "Aucun emplacement n'est enregistré pour vous.",
    "position_is": "Votre position est connue par ses coordonnées seulement :",
    "position": "latitude {latitude}, longitude {longitude}.",
    "north": "nord", "south": "sud", "east": "est", "west": "ouest",
    "callback_is": "Votre numéro de rappel est :",
    "no_callback":
        "Aucun numéro de rappel n'est enregistré pour vous. Si un appel est coupé, personne ne peut vous rappeler.",
    "to_psap": "Un vrai appel au neuf un un irait directement à {psap}.",
    "to_psap_unnamed": "Un vrai appel au neuf un un irait directement au centre d'urgence de cet emplacement.",
    "to_relay_center": "Un vrai appel au neuf un un serait d'abord pris par le centre de relais national.",
    "to_relay_center_because":
        "Un vrai appel au neuf un un serait d'abord pris par le centre de relais national, parce que {reason}.",
    "menu":
        "Pour réentendre chiffre par chiffre, faites le un. Si tout est exact, faites le deux. "
        "Si quelque chose est faux, faites le trois.",
    "repeat_intro": "Voici de nouveau, chiffre par chiffre.",
    "confirmed": "Merci. Vous avez confirmé que tout est exact.",
    "reported": "Merci. Vous avez signalé une erreur, et elle est enregistrée. "
        "Veuillez corriger votre emplacement, puis rappeler le neuf trois trois.",
    "not_understood": "Veuillez faire le un, le deux ou le trois.",
    "goodbye": "Au revoir.",
    "unknown_caller": "Cet appareil ou cet usager n'est pas connu ici. Aucun emplacement n'a pu être trouvé.",
    "total_failure":
        "Votre appel au neuf un un n'a pas pu être acheminé. Raccrochez et faites le neuf un un d'un autre téléphone.",
    "test_sos": "Ceci est la réponse à un appel d'essai d'urgence. Votre téléphone peut joindre ce service.",
}  # fmt: skip
