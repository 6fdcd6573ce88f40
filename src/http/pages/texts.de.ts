import type { Texts } from "./page-texts.js";

const MALFORMED = {
  heading: "Dieser Link funktioniert nicht",
  text: "Vielleicht wurde er unterwegs abgeschnitten oder verändert. Öffnen Sie ihn noch einmal aus der E-Mail. Hilft das nicht, fordern Sie einen neuen an.",
} as const;

export const DE: Texts = {
  verifyEmail: {
    heading: "E-Mail-Adresse bestätigen",
    lead: "Drücken Sie den Knopf, wenn Sie selbst diese Adresse hier angegeben haben.",
    button: "Diese Adresse bestätigen",
    success: {
      heading: "Adresse bestätigt",
      text: "{email} ist bestätigt. Sie können diese Seite schließen.",
    },
    invalidToken: {
      EXPIRED: {
        heading: "Dieser Link ist abgelaufen",
        text: "Links in E-Mails gelten nur begrenzte Zeit. Melden Sie sich an oder registrieren Sie sich noch einmal, um einen neuen zu erhalten.",
      },
      USED: {
        heading: "Dieser Link wurde schon benutzt",
        text: "Waren Sie das, ist die Adresse bestätigt: Melden Sie sich einfach an. Wenn nicht, fordern Sie einen neuen Link an.",
      },
      REVOKED: {
        heading: "Dieser Link gilt nicht mehr",
        text: "Ein neuerer hat ihn ersetzt, oder die Adresse hat sich seither geändert. Nehmen Sie den Link aus der neuesten E-Mail, oder fordern Sie einen neuen an.",
      },
      MALFORMED,
    },
  },
  resetPassword: {
    heading: "Neues Passwort wählen",
    lead: "Sie werden überall abgemeldet und melden sich dann mit dem neuen Passwort an.",
    button: "Passwort ändern",
    success: {
      heading: "Passwort geändert",
      text: "Alle Sitzungen wurden beendet. Sie können sich jetzt mit Ihrem neuen Passwort anmelden.",
    },
    invalidToken: {
      EXPIRED: {
        heading: "Dieser Link ist abgelaufen",
        text: "Zu Ihrer Sicherheit gilt er nur kurze Zeit. Fordern Sie einen neuen an; Ihr Passwort ist unverändert.",
      },
      USED: {
        heading: "Dieser Link wurde schon benutzt",
        text: "Waren Sie das, melden Sie sich mit Ihrem neuen Passwort an. Wenn nicht, fordern Sie sofort einen neuen Link an und wählen Sie ein anderes Passwort.",
      },
      REVOKED: {
        heading: "Dieser Link gilt nicht mehr",
        text: "Ein neuerer hat ihn ersetzt, oder Ihr Konto hat sich seither geändert. Nehmen Sie den Link aus der neuesten E-Mail, oder fordern Sie einen neuen an.",
      },
      MALFORMED,
    },
  },
  newPassword: {
    label: "Neues Passwort",
    hint: ({ minLength }) =>
      `Mindestens ${minLength} Zeichen. Mehrere Wörter hintereinander sind leicht zu merken.`,
    show: "Passwort anzeigen",
    faults: ({ minLength, maxLength }) => ({
      REQUIRED: "Geben Sie ein Passwort ein.",
      TOO_SHORT: `Das ist zu kurz. Nehmen Sie mindestens ${minLength} Zeichen.`,
      TOO_LONG: `Das ist zu lang. Nehmen Sie höchstens ${maxLength} Zeichen.`,
      COMMON_PASSWORD:
        "Viele benutzen dieses Passwort, und so ist es leicht zu erraten. Wählen Sie ein anderes.",
      CONTAINS_IDENTITY:
        "Lassen Sie Ihre Adresse, Ihren Benutzernamen und den Namen dieses Produkts darin weg.",
      MALFORMED: "Es enthält Zeichen, die nicht gehen. Geben Sie es noch einmal ein.",
    }),
  },
  incompleteLink: {
    heading: "Dieser Link ist unvollständig",
    text: "Ein Teil von ihm fehlt. Öffnen Sie ihn noch einmal aus der E-Mail, oder kopieren Sie ihn ganz in die Adresszeile.",
  },
  problems: {
    unreachable: "Es kam keine Antwort. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.",
    failed: "Bei uns ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.",
    busy: "Hier ist gerade zu viel los. Versuchen Sie es in {wait} noch einmal.",
  },
  underWay: "Einen Moment …",
  noScript: "Diese Seite braucht JavaScript. Erlauben Sie es für diese Seite, und laden Sie sie neu.",
};
