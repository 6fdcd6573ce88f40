import { firebaseHash, readFirebaseProject } from "../../src/modules/password/imported-hash/firebase.js";

export interface ImportedHashVector {
  readonly name: string;
  readonly password: string;
  /** As another system has it. */
  readonly exported: string;
  /** What the stored hash begins with, up to its salt. */
  readonly form: string;
  /** Where the other system has normalised it first. */
  readonly hashed?: string;
}

const LETMEIN = "lètmein";
const NOT_NORMAL = "cafe\u0301 \ufb01n";
const LONG_PASSWORD =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored";

const base64OfHex = (hex: string): string => Buffer.from(hex, "hex").toString("base64");
const base64OfText = (text: string): string => Buffer.from(text).toString("base64");

const RFC_7914_PBKDF2 =
  "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d";
const RFC_7914_SCRYPT =
  "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";

/** Openwall's crypt_blowfish test suite (wrapper.c); the others by crypt(3) of libxcrypt. */
const BCRYPT: readonly ImportedHashVector[] = [
  {
    name: "bcrypt $2a$",
    password: "U*U*U",
    exported: "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
    form: "$2b$05$",
  },
  {
    name: "bcrypt of more than 72 bytes",
    password: LONG_PASSWORD,
    exported: "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    form: "$2b$05$",
  },
  {
    name: "bcrypt $2y$",
    password: LETMEIN,
    exported: "$2y$06$/4jZNYXQ0e8aKpkhnKCwTudM.aAfIKrKeHh/Ylyu3rL9LAslHdoku",
    form: "$2b$06$",
  },
  {
    name: "bcrypt of a password that has another normal form",
    password: NOT_NORMAL,
    exported: "$2b$05$/4jZNYXQ0e8aKpkhnKCwTuyKC1pE7m9G.UYkoVa1jyCo1.mi0pVka",
    form: "$2b$05$",
  },
  {
    name: "Django's bcrypt",
    password: LETMEIN,
    exported: "bcrypt$$2b$06$/4jZNYXQ0e8aKpkhnKCwTudM.aAfIKrKeHh/Ylyu3rL9LAslHdoku",
    form: "$2b$06$",
  },
  {
    name: "Django's bcrypt_sha256",
    password: LETMEIN,
    exported: "bcrypt_sha256$$2b$06$/4jZNYXQ0e8aKpkhnKCwTuZzNNCpciNnbgTt16W3kkncpcl0mmdMG",
    form: "bcrypt_sha256$$2b$06$",
  },
];

/** Django's tests (tests/auth_tests/test_hashers.py); those of "somesaltsomesalt" by the reference code in C. */
const ARGON2: readonly ImportedHashVector[] = [
  {
    name: "Django's argon2i of the first version",
    password: "secret",
    exported:
      "argon2$argon2i$m=8,t=1,p=1$c29tZXNhbHQ$gwQOXSNhxiOxPOA0+PY10P9QFO4NAYysnqRt1GSQLE55m+2GYDt9FEjPMHhP2Cuf0nOEXXMocVrsJAtNSsKyfg",
    form: "argon2$argon2i$v=16$m=8,t=1,p=1$",
  },
  {
    name: "Django's argon2i",
    password: "secret",
    exported: "argon2$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YC9+jJCrQhs5R6db7LlN8Q",
    form: "argon2$argon2i$v=19$m=8,t=1,p=1$",
  },
  {
    name: "Django's argon2id",
    password: "secret",
    exported: "argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw",
    form: "argon2$argon2id$v=19$m=102400,t=2,p=8$",
  },
  {
    name: "argon2d",
    password: LETMEIN,
    exported: "$argon2d$v=19$m=64,p=2,t=2$c29tZXNhbHRzb21lc2FsdA$5X6GP9bMFCfQPbB+wjICSfauFmZJfDcbdSkP6b2cDho",
    form: "argon2$argon2d$v=19$m=64,t=2,p=2$",
  },
  {
    name: "argon2i",
    password: LETMEIN,
    exported: "$argon2i$v=19$m=64,p=1,t=3$c29tZXNhbHRzb21lc2FsdA$n8wpWLp5JP+FDyIooDU09tJtMiMPDyE2qdUTPe5NaUU",
    form: "argon2$argon2i$v=19$m=64,t=3,p=1$",
  },
  {
    name: "argon2id at a higher cost than ours",
    password: LETMEIN,
    exported:
      "$argon2id$v=19$m=65536,p=4,t=3$c29tZXNhbHRzb21lc2FsdA$YomY5xVkia+qhWINB/Ra6QABMSbxBx4pu11G6vzXeT0",
    form: "argon2$argon2id$v=19$m=65536,t=3,p=4$",
  },
];

/** RFC 6070, RFC 7914 §11, and the tests of passlib and Django. */
const PBKDF2: readonly ImportedHashVector[] = [
  {
    name: "PBKDF2-SHA-1 of RFC 6070",
    password: "passwordPASSWORDpassword",
    exported: `$pbkdf2-sha1$i=4096$${base64OfText("saltSALTsaltSALTsaltSALTsaltSALTsalt")}$${base64OfHex("3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038")}`,
    form: "$pbkdf2-sha1$i=4096$",
  },
  {
    name: "PBKDF2-SHA-256 of RFC 7914",
    password: "Password",
    exported: `$pbkdf2-sha256$i=80000,l=64$${base64OfText("NaCl")}$${base64OfHex(RFC_7914_PBKDF2)}`,
    form: "$pbkdf2-sha256$i=80000$",
  },
  {
    name: "passlib's pbkdf2_sha1",
    password: "password",
    exported: "$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ$y5LKPOplRmok7CZp/aqVDVg8zGI",
    form: "$pbkdf2-sha1$i=1212$",
  },
  {
    name: "passlib's pbkdf2_sha256",
    password: "password",
    exported: "$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ",
    form: "$pbkdf2-sha256$i=1212$",
  },
  {
    name: "passlib's pbkdf2_sha512",
    password: "password",
    exported:
      "$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww",
    form: "$pbkdf2-sha512$i=1212$",
  },
  {
    name: "Django's pbkdf2_sha256",
    password: LETMEIN,
    exported: "pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=",
    form: "$pbkdf2-sha256$i=390000$",
  },
  {
    name: "Django's pbkdf2_sha1",
    password: LETMEIN,
    exported: "pbkdf2_sha1$390000$seasalt2$aDapRanzW8aHTz97v2TcfHzWD+I=",
    form: "$pbkdf2-sha1$i=390000$",
  },
];

/** RFC 7914 §12, the documentation of passlib, Django's tests, and better-auth's own hashPassword. */
const SCRYPT: readonly ImportedHashVector[] = [
  {
    name: "scrypt of RFC 7914",
    password: "password",
    exported: `$scrypt$ln=10,r=8,p=16$${base64OfText("NaCl")}$${base64OfHex(RFC_7914_SCRYPT)}`,
    form: "$scrypt$ln=10,r=8,p=16$",
  },
  {
    name: "passlib's scrypt",
    password: "password",
    exported: "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    form: "$scrypt$ln=16,r=8,p=1$",
  },
  {
    name: "Django's scrypt",
    password: LETMEIN,
    exported:
      "scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVnnP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw==",
    form: "$scrypt$ln=14,r=8,p=5$",
  },
  {
    name: "better-auth's scrypt, of the password's normal form",
    password: NOT_NORMAL,
    hashed: NOT_NORMAL.normalize("NFKC"),
    exported:
      "6953bad7dd7bcc885775182dc421e92b:ef30a8fa4cd4d82b7294a050a6e6f2c01e60e56fc90364101df403615d73216ec9db743c6e83c7b0fc33cbb840606f9941f430f6a0010d3dcc336e8913d59f7b",
    form: "$scrypt$ln=14,r=16,p=1$",
  },
];

/** The example of github.com/firebase/scrypt. */
export const FIREBASE = {
  password: "user1password",
  hash: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
  salt: "42xEC+ixf3L2lw==",
  signerKey: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  saltSeparator: "Bw==",
  rounds: 8,
  memoryCost: 14,
} as const;

export const IMPORTED_HASHES: readonly ImportedHashVector[] = [
  ...BCRYPT,
  ...ARGON2,
  ...PBKDF2,
  ...SCRYPT,
  {
    name: "Firebase's scrypt",
    password: FIREBASE.password,
    exported: storedFirebaseHash(),
    form: "$firebase-scrypt$ln=14,r=8,p=1$",
  },
];

function storedFirebaseHash(): string {
  const project = readFirebaseProject(FIREBASE);
  if ("fault" in project) throw new Error(project.fault);
  const stored = firebaseHash({ ...FIREBASE, project });
  if ("fault" in stored) throw new Error(stored.fault);
  return stored.hash;
}
