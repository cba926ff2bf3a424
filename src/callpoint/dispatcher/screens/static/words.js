// What the pages say by themselves, in English and in the French of Canada. Words of alerts come from the server.

import { kept } from "./dom.js";

const ENGLISH = {
  line_connecting: "Connecting …",
  line_live: "Connected",
  line_lost: "No connection",
  line_refused: "Not registered",
  lost_text: "No connection to the server since {time} ({ago}). Alerts cannot reach this screen. It keeps trying.",
  revoked_text: "This screen was removed in the portal. It shows no more alerts.",
  replaced_text: "This screen has been opened in too many windows; this one shows no more alerts. Reload it to use it.",
  enrol_title: "Register this screen",
  enrol_text: "Paste the token of this installation. The portal shows it when a screen is added.",
  enrol_label: "Token",
  enrol_button: "Register",
  enrol_replace:
    "This browser is a screen already, and stays it. Register makes it the one of this link, with that one’s alerts alone.",
  enrol_wrong: "This token is not known here, or it was revoked.",
  enrol_later: "The server cannot check it now ({why}). Please try again.",
  start_title: "Start this screen",
  start_text: "Browsers make no sound before somebody has pressed a button. Please check that alerts are heard here.",
  start_button: "Start and play the tone",
  check_question: "Did you hear it?",
  check_level: "Sound leaving this page",
  check_yes: "Yes, I heard it",
  check_no: "No, play it again",
  check_help: "Turn up the volume of this device, and see that the sound of this page is not switched off.",
  check_failed: "This browser does not let the page make any sound.",
  calm_title: "No alerts",
  calm_screen: "Screen",
  calm_sound: "Sound",
  calm_shows: "Shows",
  sound_on: "On, checked at {time}",
  sound_unchecked: "On, not checked",
  sound_off: "Off: start this screen",
  shows_all: "Every building",
  shows_some: "Some buildings, and calls nobody can place",
  me_label: "Who is at this screen?",
  test_sound: "Check the sound",
  full_screen: "Full screen",
  allow_notifications: "Allow notifications",
  earlier_title: "Earlier today",
  earlier_none: "Nothing yet.",
  alerts_title: "Alerts",
  muted: "The sound is off.",
  unmute: "Turn the sound on",
  test_mark: "TEST",
  test_text: "Nobody is in danger.",
  acknowledge: "Acknowledge",
  acknowledge_also: "I see to it, too",
  acknowledging: "Being sent …",
  acknowledge_failed: "It could not be sent; it is tried again.",
  acknowledge_unknown: "This alert is over.",
  dismiss: "Remove from this screen",
  timer: "Since the call began",
  who: "Who",
  unknown_caller: "Unknown caller",
  callback: "Call back",
  callback_none: "No callback number",
  building: "Building",
  floor: "Floor",
  unit: "Unit",
  room: "Room",
  note: "Location text",
  location: "Address",
  location_none: "No location is known",
  unsure: "Not confirmed",
  directions: "Way in",
  plan: "Floor plan of {building}",
  point: "Coordinates",
  map: "Map (openstreetmap.org)",
  destination: "Goes to",
  called_back_by: "Called back by",
  relay: "Relay center",
  cost: "Cost",
  calls_from: "Calls from",
  about: "About",
  reasons: "Why so",
  state_received: "Being put through",
  state_decided: "Being put through",
  state_dialling: "Dialling",
  state_ringing: "Ringing",
  state_target_failed: "Trying the next",
  state_answered: "Answered",
  state_restored: "Answered",
  state_ended: "Call ended",
  state_cleared: "Over",
  state_closed: "Over",
  acknowledged_title: "Acknowledged",
  acknowledged_none: "By nobody yet",
  by_screen: "at a screen",
  by_board: "at the board",
  by_voice: "by phone",
  by_link: "by a link",
  escalated_title: "Also told",
  notices_title: "Told",
  notices_none: "Nobody but the screens",
  notice_queued: "waiting",
  notice_sent: "sent",
  notice_delivered: "arrived",
  notice_acknowledged: "acknowledged",
  notice_retrying: "being tried again",
  notice_failed: "failed",
  notice_skipped: "not needed",
  channel_onsite: "screen",
  channel_email: "e-mail",
  channel_sms: "text message",
  channel_voice: "phone",
  channel_webhook: "webhook",
  channel_teams: "Teams",
  channel_slack: "Slack",
  chat_title: "Responders",
  chat_label: "Say something",
  chat_send: "Send",
  chat_failed: "It could not be sent: {why}",
  notification_title: "Alert",
  board_title: "Live board",
  board_exit: "Close the board",
  board_sound: "Sound",
  outside_title: "Open the board from the portal",
  outside_text: "The portal knows who you are and lets you in here. Sign in there and open Live board.",
  outside_link: "To the portal",
  now_title: "Calls now",
  now_none: "No calls.",
  alarms_title: "Open alerts without a call",
  alarms_none: "None.",
  today_title: "Last calls and alerts",
  today_none: "None in the last 24 hours.",
  steps_title: "Steps",
  step_target: "to {target}",
  step_by: "by {by}",
  party_caller: "the caller",
  party_psap: "the call center",
  party_relay_center: "the relay center",
  party_node: "Callpoint",
  listening_title: "You are on a call",
  listen: "Listen",
  join: "Join (you are heard)",
  listen_leave: "Leave the call",
  listen_phone: "Call my phone",
  listen_phone_which: "Phone",
  listen_phone_go: "Call it",
  listen_phone_mode: "How",
  listen_phone_called: "{phone} is being called.",
  listen_dial_in: "Or dial {number} and give your PIN.",
  listen_announced: "The parties are told that somebody listens.",
  listen_recorded: "The call is recorded.",
  listen_connecting: "Connecting to {who} …",
  listen_listening: "Listening to {who}. Nobody hears you.",
  listen_joined: "You are heard by {who} and the call center.",
  listen_failed: "It did not work: {why}",
  listen_microphone: "This page may not use the microphone.",
  listen_over: "You are no longer on this call.",
  listeners_title: "On the call",
  listener_listening: "listening",
  listener_joined: "joined",
};

const FRENCH = {
  line_connecting: "Connexion en cours…",
  line_live: "Connecté",
  line_lost: "Aucune connexion",
  line_refused: "Non inscrit",
  lost_text:
    "Aucune connexion au serveur depuis {time} ({ago}). Les alertes ne peuvent pas atteindre cet écran. Il continue d’essayer.",
  revoked_text: "Cet écran a été retiré dans le portail. Il n’affiche plus d’alertes.",
  replaced_text:
    "Cet écran est ouvert dans trop de fenêtres; celle-ci n’affiche plus d’alertes. Rechargez-la pour l’utiliser.",
  enrol_title: "Inscrire cet écran",
  enrol_text: "Collez le jeton de cette installation. Le portail le montre quand un écran est ajouté.",
  enrol_label: "Jeton",
  enrol_button: "Inscrire",
  enrol_replace:
    "Ce navigateur est déjà un écran et le reste. « Inscrire » en fait celui de ce lien, avec ses seules alertes.",
  enrol_wrong: "Ce jeton n’est pas connu ici, ou il a été révoqué.",
  enrol_later: "Le serveur ne peut pas le vérifier maintenant ({why}). Veuillez réessayer.",
  start_title: "Démarrer cet écran",
  start_text:
    "Les navigateurs ne font aucun son avant que quelqu’un ait appuyé sur un bouton. Vérifiez que les alertes s’entendent ici.",
  start_button: "Démarrer et jouer la tonalité",
  check_question: "L’avez-vous entendue?",
  check_level: "Son sortant de cette page",
  check_yes: "Oui, je l’ai entendue",
  check_no: "Non, la rejouer",
  check_help: "Montez le volume de cet appareil et vérifiez que le son de cette page n’est pas coupé.",
  check_failed: "Ce navigateur ne laisse pas la page émettre de son.",
  calm_title: "Aucune alerte",
  calm_screen: "Écran",
  calm_sound: "Son",
  calm_shows: "Montre",
  sound_on: "Activé, vérifié à {time}",
  sound_unchecked: "Activé, non vérifié",
  sound_off: "Coupé : démarrez cet écran",
  shows_all: "Tous les bâtiments",
  shows_some: "Certains bâtiments, et les appels que personne ne peut situer",
  me_label: "Qui est à cet écran?",
  test_sound: "Vérifier le son",
  full_screen: "Plein écran",
  allow_notifications: "Permettre les notifications",
  earlier_title: "Plus tôt aujourd’hui",
  earlier_none: "Rien encore.",
  alerts_title: "Alertes",
  muted: "Le son est coupé.",
  unmute: "Activer le son",
  test_mark: "ESSAI",
  test_text: "Personne n’est en danger.",
  acknowledge: "Prendre en charge",
  acknowledge_also: "Je m’en occupe aussi",
  acknowledging: "Envoi en cours…",
  acknowledge_failed: "L’envoi a échoué; un nouvel essai suit.",
  acknowledge_unknown: "Cette alerte est terminée.",
  dismiss: "Retirer de cet écran",
  timer: "Depuis le début de l’appel",
  who: "Qui",
  unknown_caller: "Appelant inconnu",
  callback: "Rappeler au",
  callback_none: "Aucun numéro de rappel",
  building: "Bâtiment",
  floor: "Étage",
  unit: "Unité",
  room: "Local",
  note: "Texte de l’emplacement",
  location: "Adresse",
  location_none: "Aucun emplacement n’est connu",
  unsure: "Non confirmé",
  directions: "Accès",
  plan: "Plan d’étage de {building}",
  point: "Coordonnées",
  map: "Carte (openstreetmap.org)",
  destination: "Acheminé vers",
  called_back_by: "Rappelé par",
  relay: "Centre de relais",
  cost: "Coût",
  calls_from: "Appelle du",
  about: "Au sujet de",
  reasons: "Pourquoi ainsi",
  state_received: "En cours d’acheminement",
  state_decided: "En cours d’acheminement",
  state_dialling: "Composition",
  state_ringing: "Sonnerie",
  state_target_failed: "Essai du suivant",
  state_answered: "Répondu",
  state_restored: "Répondu",
  state_ended: "Appel terminé",
  state_cleared: "Terminé",
  state_closed: "Terminé",
  acknowledged_title: "Pris en charge",
  acknowledged_none: "Par personne encore",
  by_screen: "à un écran",
  by_board: "au tableau",
  by_voice: "par téléphone",
  by_link: "par un lien",
  escalated_title: "Aussi avisés",
  notices_title: "Avisés",
  notices_none: "Personne sauf les écrans",
  notice_queued: "en attente",
  notice_sent: "envoyé",
  notice_delivered: "arrivé",
  notice_acknowledged: "pris en charge",
  notice_retrying: "nouvel essai",
  notice_failed: "échec",
  notice_skipped: "non nécessaire",
  channel_onsite: "écran",
  channel_email: "courriel",
  channel_sms: "texto",
  channel_voice: "téléphone",
  channel_webhook: "webhook",
  channel_teams: "Teams",
  channel_slack: "Slack",
  chat_title: "Intervenants",
  chat_label: "Dire quelque chose",
  chat_send: "Envoyer",
  chat_failed: "L’envoi a échoué : {why}",
  notification_title: "Alerte",
  board_title: "Tableau en direct",
  board_exit: "Fermer le tableau",
  board_sound: "Son",
  outside_title: "Ouvrez le tableau à partir du portail",
  outside_text: "Le portail sait qui vous êtes et vous laisse entrer ici. Connectez-vous là et ouvrez Tableau en direct.",
  outside_link: "Vers le portail",
  now_title: "Appels en cours",
  now_none: "Aucun appel.",
  alarms_title: "Alertes ouvertes sans appel",
  alarms_none: "Aucune.",
  today_title: "Derniers appels et alertes",
  today_none: "Aucun dans les dernières 24 heures.",
  steps_title: "Étapes",
  step_target: "vers {target}",
  step_by: "par {by}",
  party_caller: "l’appelant",
  party_psap: "le centre d’appels",
  party_relay_center: "le centre de relais",
  party_node: "Callpoint",
  listening_title: "Vous êtes dans un appel",
  listen: "Écouter",
  join: "Participer (on vous entend)",
  listen_leave: "Quitter l’appel",
  listen_phone: "Appeler mon téléphone",
  listen_phone_which: "Téléphone",
  listen_phone_go: "L’appeler",
  listen_phone_mode: "Comment",
  listen_phone_called: "Appel de {phone} en cours.",
  listen_dial_in: "Ou composez le {number} et donnez votre NIP.",
  listen_announced: "On dit aux interlocuteurs que quelqu’un écoute.",
  listen_recorded: "L’appel est enregistré.",
  listen_connecting: "Connexion à {who}…",
  listen_listening: "Vous écoutez {who}. Personne ne vous entend.",
  listen_joined: "{who} et le centre d’appels vous entendent.",
  listen_failed: "Cela n’a pas fonctionné : {why}",
  listen_microphone: "Cette page n’a pas accès au microphone.",
  listen_over: "Vous n’êtes plus sur cet appel.",
  listeners_title: "Dans l’appel",
  listener_listening: "écoute",
  listener_joined: "participe",
};

const LANGUAGES = { en: ENGLISH, fr: FRENCH };
const LOCALES = { en: "en-CA", fr: "fr-CA" };
let language = "en";

/** The language of the page, "en" or "fr". */
export function spoken() {
  return language;
}

/** The words of that name, with what stands in braces replaced. A name without words is shown itself. */
export function say(name, values = {}) {
  const text = LANGUAGES[language][name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/** Whether there are words of that name. */
export function has(name) {
  return name in LANGUAGES[language];
}

/** Has the page speak `wanted` (any language tag), and remembers it where somebody chose it. */
export function speak(wanted, chosen = false) {
  language = wanted.toLowerCase().startsWith("fr") ? "fr" : "en";
  if (chosen) kept.set("language", language);
  document.documentElement.lang = language === "fr" ? "fr-CA" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

/** What somebody chose here before, else what the browser is set to. */
export function preferred() {
  return kept.get("language") || navigator.language || "en";
}

/** Whether somebody chose it here. */
export function isChosen() {
  return Boolean(kept.get("language"));
}

/** A moment as a time of day here. */
export function timeOf(moment) {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleTimeString(LOCALES[language]);
}

/** Seconds as 1:05 or 1:02:03. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A North American number as people write it. */
export function phone(number) {
  const digits = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return digits ? `${digits[1]}-${digits[2]}-${digits[3]}` : number;
}
