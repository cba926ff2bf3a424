"""What alerts say in French, as in Québec. Openings of text messages keep to letters every text message has
(no ê, ç or ô), so that one message holds 160 characters and not 70."""

from callpoint.channels.phrases import Phrases

_CALL_SUBJECT = "{title} : {caller}, {place}"
_NO_DANGER = "Personne n'est en danger et il n'y a rien à faire."

FRENCH = Phrases(
    language="fr",
    titles={
        "emergency": "Appel au 911",
        "relay_center": "Appel au 911 par le centre de relais",
        "test_call": "Appel d'essai",
        "psap_callback": "Les services d'urgence rappellent",
        "call_ended": "Appel au 911 terminé",
        "misdial": "Appel d'urgence mal composé",
        "undefined_network": "Réseau sans emplacement",
        "person_without_location": "Personne sans emplacement",
        "trunk_down": "Liaison du 911 en panne",
        "nobody_reachable": "Personne ne peut être alerté",
        "self_test": "Essai des alertes",
        "welcome": "Bienvenue",
        "update_available": "Mise à jour disponible",
        "reminder": "Rappel d'emplacement",
    },
    subjects={
        "emergency": _CALL_SUBJECT,
        "relay_center": _CALL_SUBJECT,
        "test_call": _CALL_SUBJECT,
        "psap_callback": "{title} : {caller}",
        "call_ended": "{title} : {caller}",
        "misdial": "{title} : {caller}",
        "undefined_network": "{title} : {about}",
        "person_without_location": "{title} : {caller}",
        "trunk_down": "{title} : {about}",
        "nobody_reachable": "{title}",
        "self_test": "{title} : {organization}",
        "welcome": "911 chez {organization} : veuillez vérifier votre emplacement",
        "update_available": "{title} : {about}",
        "reminder": "911 chez {organization} : votre emplacement est-il toujours exact?",
    },
    leads={
        "emergency": "{caller} appelle le 911.",
        "relay_center": (
            "{caller} appelle le 911. L'appel va d'abord au centre de relais, où l'on demande l'emplacement à "
            "l'appelant avant de transmettre l'appel."
        ),
        "test_call": f"{{caller}} a fait un appel d'essai. {_NO_DANGER}",
        "psap_callback": "{center} rappelle {caller}.",
        "call_ended": "L'appel au 911 de {caller} est terminé.",
        "misdial": "{caller} a composé le {dialled} pour un appel d'urgence.",
        "undefined_network": (
            "Un appareil est sur un réseau sans emplacement : un appel au 911 pourrait ne pas en transmettre."
        ),
        "person_without_location": "{caller} n'a pas d'emplacement. Un appel au 911 irait d'abord au centre de relais.",
        "trunk_down": "Une liaison pour les appels au 911 ne répond pas.",
        "nobody_reachable": "Si quelqu'un composait le 911 maintenant, personne ne pourrait être alerté.",
        "self_test": f"Ceci est l'essai régulier des alertes de {{organization}}. {_NO_DANGER}",
        "welcome": (
            "{organization} vous a inscrit aux appels d'urgence sous l'identifiant {device_user_id}. Quand vous "
            "composez le 911, les services d'urgence apprennent où vous êtes."
        ),
        "update_available": "Une nouvelle version de votre programme pour les appels d'urgence est prête.",
        "reminder": "Veuillez vérifier l'emplacement qui accompagnerait votre appel au 911.",
    },
    advice={
        "emergency": "Rejoignez l'appelant si c'est sans danger, et faites accueillir les secours.",
        "relay_center": "Rejoignez l'appelant si vous savez où il est, et faites accueillir les secours.",
        "psap_callback": "Assurez-vous que quelqu'un répond.",
        "misdial": (
            "Le 911 et le 933 se composent sans rien devant. Montrez-le à l'appelant, ou faites régler le téléphone."
        ),
        "undefined_network": "Donnez un emplacement à ce réseau dans le portail.",
        "person_without_location": "Attribuez-lui un emplacement dans le portail, ou demandez-lui d'en choisir un.",
        "trunk_down": "Faites-la vérifier maintenant.",
        "nobody_reachable": "Vérifiez maintenant les écrans, numéros et adresses de vos alertes dans le portail.",
        "welcome": (
            "Si quelque chose est faux, corrigez-le tout de suite. Composez le 933 pour entendre ce qui serait "
            "transmis : c'est gratuit et ne joint personne. Ne composez jamais le 911 pour essayer."
        ),
        "update_available": "Veuillez l'installer.",
        "reminder": (
            "Corrigez-le s'il est faux, et composez le 933 pour entendre ce qui serait transmis. Ne composez jamais le "
            "911 pour essayer."
        ),
    },
    shorts={
        "emergency": "APPEL 911 : {caller}.",
        "relay_center": "APPEL 911 au centre de relais : {caller}.",
        "test_call": "Appel d'essai, aucun danger : {caller}.",
        "psap_callback": "RAPPEL 911 de {center} à {caller}.",
        "call_ended": "Appel 911 terminé : {caller}.",
        "misdial": "Appel d'urgence mal composé ({dialled}) : {caller}.",
        "undefined_network": "Réseau sans emplacement : {about}.",
        "person_without_location": "Sans emplacement pour le 911 : {caller}.",
        "trunk_down": "Liaison du 911 en panne : {about}.",
        "nobody_reachable": "Personne n'est joignable pour les alertes 911. {about}",
        "self_test": "Essai des alertes 911 de {organization}. Rien à faire.",
        "welcome": "{organization} vous a inscrit aux appels 911. Vérifiez votre emplacement.",
        "update_available": "Mise à jour de votre programme 911 : {about}.",
        "reminder": "Vérifiez votre emplacement pour le 911 chez {organization}.",
    },
    labels={
        "caller": "Appelant",
        "person": "Personne",
        "callback_number": "Numéro de rappel",
        "location": "Emplacement",
        "place": "À l'intérieur",
        "directions": "Accès",
        "location_unsure": "Peut-être",
        "coordinates": "Coordonnées",
        "moment": "Heure",
        "time": "Heure",
        "destination": "Va à",
        "cost": "Frais",
        "caller_number": "Appelle du",
        "dialled": "Composé",
        "state": "État",
        "about": "Objet",
        "acknowledge_link": "Confirmer",
        "board_link": "Tableau en direct",
        "my_location_link": "Votre emplacement",
        "download_link": "Télécharger",
    },
    colon=" : ",
    states={
        "received": "en cours d'acheminement",
        "dialling": "sonne",
        "answered": "répondu",
        "ended": "terminé",
        "failed": "sans réponse",
    },
    inside={"floor": "étage {}", "unit": "unité {}", "room": "local {}"},
    unknown_caller="Un appelant inconnu",
    no_callback="aucun connu",
    no_location="inconnu",
    unsure="{} (non confirmé : demandez à l'appelant)",
    relay_center="centre de relais",
    psap_unnamed="centre d'urgence de cet endroit",
    money_form="{amount} {currency}",
    test_mark="ESSAI : ",
    voice_opening="Ceci est une alerte d'urgence de {organization}.",
    voice_test="Ceci est seulement un essai.",
    footer="Envoyé par Callpoint pour {organization}.",
)
