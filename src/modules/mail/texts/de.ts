import type { MailTexts } from "./mail-texts.js";

const SIE_WAREN_ES = "Wenn Sie das waren, brauchen Sie nichts zu tun.";

const ZURUECKHOLEN =
  "Wenn Sie das nicht waren, hat jemand anderes Zugang zu Ihrem Konto: Setzen Sie Ihr Passwort sofort zurück. Damit werden alle Geräte abgemeldet, auch das fremde.";

const ZURUECKHOLEN_OHNE_FREMDE_PASSKEYS =
  "Wenn Sie das nicht waren, hat jemand anderes Zugang zu Ihrem Konto: Setzen Sie Ihr Passwort sofort zurück – damit werden alle Geräte abgemeldet –, und entfernen Sie Passkeys, die nicht Ihre sind.";

const BETREIBER_FRAGEN = (service: string): string =>
  `Wenn Sie das nicht waren, hat jemand anderes Zugang zu Ihrem Konto: Ändern Sie sofort Ihr Passwort, falls Sie sich noch anmelden können, und wenden Sie sich an die Betreiber von ${service}.`;

export const de: MailTexts = {
  language: "de",
  timeFormat: "de",
  greeting: "Guten Tag,",
  buttonFails: "Falls der Knopf nicht funktioniert, öffnen Sie diese Adresse in Ihrem Browser:",
  facts: { newEmail: "Neue Adresse", at: "Wann", device: "Gerät", ipAddress: "IP-Adresse" },
  footer: (service) => `Dies ist eine automatische Nachricht von ${service}.`,
  links: {
    VERIFY_EMAIL: (service, until) => ({
      subject: "Bestätigen Sie Ihre E-Mail-Adresse",
      before: [
        `Diese E-Mail-Adresse wurde für ein Konto bei ${service} angegeben. Bitte bestätigen Sie, dass sie Ihnen gehört.`,
      ],
      action: "Adresse bestätigen",
      after: [
        `Der Link gilt bis zum ${until}.`,
        "Wenn Sie das nicht waren, ignorieren Sie diese E-Mail und öffnen Sie den Link nicht: Sie würden damit ein fremdes Konto bestätigen.",
      ],
    }),
    CONFIRM_SIGNUP: (service, until) => ({
      subject: "Schließen Sie Ihre Registrierung ab",
      before: [
        `Jemand – vermutlich Sie – hat sich mit dieser E-Mail-Adresse bei ${service} registriert. Sobald Sie die Adresse bestätigen, ist Ihr Konto bereit.`,
      ],
      action: "Registrierung abschließen",
      after: [
        `Der Link gilt bis zum ${until}.`,
        "Wenn Sie das nicht waren, ignorieren Sie diese E-Mail und öffnen Sie den Link nicht: Ohne ihn entsteht kein Konto.",
      ],
    }),
    CONFIRM_EMAIL_CHANGE: (service, until) => ({
      subject: "Bestätigen Sie Ihre neue E-Mail-Adresse",
      before: [
        `Dies soll die neue E-Mail-Adresse eines Kontos bei ${service} werden. Bitte bestätigen Sie, dass sie Ihnen gehört.`,
      ],
      action: "Neue Adresse bestätigen",
      after: [
        `Der Link gilt bis zum ${until}. Bis Sie bestätigen, behält das Konto seine bisherige Adresse.`,
        "Wenn Sie das nicht waren, ignorieren Sie diese E-Mail und öffnen Sie den Link nicht: Ein fremdes Konto bekäme sonst Ihre Adresse.",
      ],
    }),
    RESET_PASSWORD: (service, until) => ({
      subject: "Setzen Sie Ihr Passwort zurück",
      before: [
        `Jemand – vermutlich Sie – möchte das Passwort Ihres Kontos bei ${service} zurücksetzen.`,
        "Noch hat sich nichts geändert. Über den Link wählen Sie ein neues Passwort.",
      ],
      action: "Neues Passwort wählen",
      after: [
        `Der Link gilt nur einmal und bis zum ${until}. Geben Sie ihn an niemanden weiter.`,
        "Wenn Sie das nicht waren, ignorieren Sie diese E-Mail und öffnen Sie den Link nicht: Ihr Passwort bleibt, wie es ist.",
      ],
    }),
  },
  notices: {
    SIGNUP_ATTEMPTED: (service) => ({
      subject: "Sie haben bereits ein Konto",
      before: [
        `Jemand – vielleicht Sie – wollte sich mit dieser E-Mail-Adresse bei ${service} registrieren. Zu ihr gibt es bereits ein Konto; daran hat sich nichts geändert.`,
      ],
      after: [
        "Wenn Sie das waren, melden Sie sich einfach an. Haben Sie Ihr Passwort vergessen, fordern Sie einen Link zum Zurücksetzen an.",
        "Wenn Sie das nicht waren, brauchen Sie nichts zu tun.",
      ],
    }),
    EMAIL_CHANGE_ATTEMPTED: (service) => ({
      subject: "Diese Adresse gehört bereits zu Ihrem Konto",
      before: [
        `Jemand – vielleicht Sie – wollte diese E-Mail-Adresse für ein anderes Konto bei ${service} verwenden. Sie gehört bereits zu Ihrem; daran hat sich nichts geändert.`,
      ],
      after: [
        "Wenn Sie das waren, melden Sie sich mit dieser Adresse an, oder wählen Sie für das andere Konto eine andere.",
        "Wenn Sie das nicht waren, brauchen Sie nichts zu tun.",
      ],
    }),
    NEW_DEVICE: (service) => ({
      subject: "Neue Anmeldung in Ihrem Konto",
      before: [
        `Jemand hat sich in Ihrem Konto bei ${service} von einem Gerät aus angemeldet, das wir noch nicht kennen.`,
      ],
      after: [SIE_WAREN_ES, ZURUECKHOLEN_OHNE_FREMDE_PASSKEYS],
    }),
    PASSWORD_CHANGED: (service) => ({
      subject: "Ihr Passwort wurde geändert",
      before: [
        `Das Passwort Ihres Kontos bei ${service} wurde geändert. Alle anderen Geräte wurden abgemeldet.`,
      ],
      after: [SIE_WAREN_ES, ZURUECKHOLEN],
    }),
    PASSWORD_RESET: (service) => ({
      subject: "Ihr Passwort wurde zurückgesetzt",
      before: [
        `Das Passwort Ihres Kontos bei ${service} wurde über einen Link in einer E-Mail an diese Adresse zurückgesetzt. Alle Geräte wurden abgemeldet.`,
      ],
      after: [
        SIE_WAREN_ES,
        "Wenn Sie das nicht waren, kann jemand Ihre E-Mails lesen: Ändern Sie zuerst das Passwort Ihres Postfachs und setzen Sie dann sofort das dieses Kontos zurück.",
      ],
    }),
    PASSWORD_REMOVED: (service) => ({
      subject: "Ihr Passwort wurde entfernt",
      before: [
        `Ihr Konto bei ${service} hat kein Passwort mehr. Von jetzt an melden Sie sich mit einem Passkey an. Alle anderen Geräte wurden abgemeldet.`,
      ],
      after: [SIE_WAREN_ES, ZURUECKHOLEN_OHNE_FREMDE_PASSKEYS],
    }),
    CODE_REFUSED: (service) => ({
      subject: "Eine Anmeldung wurde verhindert",
      before: [
        `Jemand hat für Ihr Konto bei ${service} das richtige Passwort und einen falschen Code eingegeben, von einem Gerät aus, das wir noch nicht kennen. Die Anmeldung wurde abgelehnt.`,
      ],
      after: [
        SIE_WAREN_ES,
        "Wenn Sie das nicht waren, kennt jemand Ihr Passwort: Ändern Sie es sofort, hier und überall, wo Sie es sonst noch verwenden.",
      ],
    }),
    TOTP_ENABLED: (service) => ({
      subject: "Die Zwei-Faktor-Authentisierung ist eingeschaltet",
      before: [
        `Um sich mit dem Passwort bei ${service} anzumelden, brauchen Sie von jetzt an einen Code aus einer Authenticator-App. Bewahren Sie die Wiederherstellungscodes an einem sicheren Ort auf.`,
      ],
      after: [SIE_WAREN_ES, BETREIBER_FRAGEN(service)],
    }),
    TOTP_DISABLED: (service) => ({
      subject: "Die Zwei-Faktor-Authentisierung ist ausgeschaltet",
      before: [
        `Um sich mit dem Passwort bei ${service} anzumelden, brauchen Sie keinen Code aus einer Authenticator-App mehr. Die Wiederherstellungscodes gelten nicht mehr.`,
      ],
      after: [SIE_WAREN_ES, ZURUECKHOLEN],
    }),
    TOTP_DISABLED_BY_ADMIN: (service) => ({
      subject: "Die Zwei-Faktor-Authentisierung ist ausgeschaltet",
      before: [
        `Die Administration von ${service} hat die Zwei-Faktor-Authentisierung Ihres Kontos ausgeschaltet: Um sich anzumelden, brauchen Sie keinen Code aus einer Authenticator-App mehr. Sie können sie neu einrichten.`,
      ],
      after: [`Wenn Sie das nicht erwartet haben, wenden Sie sich bitte an die Betreiber von ${service}.`],
    }),
    RECOVERY_CODES_REGENERATED: (service) => ({
      subject: "Sie haben neue Wiederherstellungscodes",
      before: [
        `Ihr Konto bei ${service} hat neue Wiederherstellungscodes bekommen. Die alten gelten nicht mehr.`,
      ],
      after: [SIE_WAREN_ES, ZURUECKHOLEN],
    }),
    RECOVERY_CODE_USED: (service) => ({
      subject: "Ein Wiederherstellungscode wurde benutzt",
      before: [
        `Einer der Wiederherstellungscodes Ihres Kontos bei ${service} wurde anstelle eines Codes aus der Authenticator-App benutzt. Er gilt jetzt nicht mehr.`,
      ],
      after: [
        SIE_WAREN_ES,
        "Wenn Sie das nicht waren, kennt jemand Ihr Passwort und hat Ihre Wiederherstellungscodes: Setzen Sie Ihr Passwort sofort zurück – damit werden alle Geräte abgemeldet –, und erstellen Sie neue Wiederherstellungscodes.",
      ],
    }),
    PASSKEY_ADDED: (service) => ({
      subject: "Ein Passkey wurde hinzugefügt",
      before: [`Mit einem neuen Passkey kann man sich in Ihrem Konto bei ${service} anmelden.`],
      after: [
        SIE_WAREN_ES,
        "Wenn Sie das nicht waren, hat jemand anderes Zugang zu Ihrem Konto: Entfernen Sie den Passkey, und setzen Sie sofort Ihr Passwort zurück; damit werden alle Geräte abgemeldet.",
      ],
    }),
    PASSKEY_REMOVED: (service) => ({
      subject: "Ein Passkey wurde entfernt",
      before: [`Einer der Passkeys Ihres Kontos bei ${service} meldet niemanden mehr an.`],
      after: [SIE_WAREN_ES, ZURUECKHOLEN],
    }),
    EMAIL_CHANGED: (service) => ({
      subject: "Ihre E-Mail-Adresse wurde geändert",
      before: [
        `Ihr Konto bei ${service} hat eine neue E-Mail-Adresse. E-Mails dazu gehen nicht mehr an diese hier.`,
      ],
      after: [SIE_WAREN_ES, BETREIBER_FRAGEN(service)],
    }),
    ACCOUNT_DELETED: (service) => ({
      subject: "Ihr Konto wurde gelöscht",
      before: [`Ihr Konto bei ${service} wurde gelöscht. Damit können Sie sich dort nicht mehr anmelden.`],
      after: [
        SIE_WAREN_ES,
        `Wenn Sie das nicht waren, hatte jemand anderes Zugang zu Ihrem Konto: Wenden Sie sich sofort an die Betreiber von ${service}, und ändern Sie Ihr Passwort überall, wo Sie es sonst noch verwenden.`,
      ],
    }),
    ACCOUNT_DELETED_BY_ADMIN: (service) => ({
      subject: "Ihr Konto wurde gelöscht",
      before: [
        `Die Administration von ${service} hat Ihr Konto dort gelöscht. Damit können Sie sich nicht mehr anmelden.`,
      ],
      after: [`Wenn Sie das nicht erwartet haben, wenden Sie sich bitte an die Betreiber von ${service}.`],
    }),
  },
};
