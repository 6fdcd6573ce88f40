/** As people write them; addresses have what is left of them in ASCII. */
export const FIRST_NAMES =
  "Ada Grace Alan Barbara Edsger Radia Ken Frances Donald Katherine Linus Hedy Tim Margaret Dennis Mary Niklaus Sophie Claude Adele Guido Lynn Bjarne Anita Vint Karen Robin Evelyn Tony Joan John Shafi Leslie Ruth Peter Jean Zoë André Jürgen Chloé Søren Łukasz Iñaki Ayşe Björn Nadia Yusuf Mei Hiro Amara Kwame Priya Ravi Olga Ivan Leila Omar Fatima Chidi Ines".split(
    " ",
  );

export const LAST_NAMES =
  "Lovelace Hopper Turing Liskov Dijkstra Perlman Thompson Allen Knuth Johnson Torvalds Lamarr Berners Hamilton Ritchie Keller Wirth Wilson Shannon Goldberg Rossum Conway Stroustrup Borg Cerf Jones Milner Boyd Hoare Clarke Backus Goldwasser Lamport Teitelbaum Naur Bartik Müller Lefèvre Nguyễn Øster Kowalski Núñez Yılmaz Sjöberg Haddad Demir Chen Tanaka Okafor Mensah Sharma Patel Ivanova Petrov Rahimi Hassan Ali Eze Costa Silva".split(
    " ",
  );

export const LOCALES = ["en", "en-GB", "de", "fr", "es", "pt-BR", "pl", "ja"] as const;

export const USER_AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
] as const;
