/**
 * Characters by what they look like: the ASCII letter, digit or sign (for a few, the non-ASCII letter), then the code
 * points in hexadecimal - printed they would look like what they are mistaken for, and some turn the line around.
 *
 * Our own copy, never a library's: keys of stored accounts were made with it, and with other data they would no
 * longer be found. Changing it takes a migration that makes all keys anew.
 *
 * Made from confusables.txt of Unicode 17.0.0 (UTS #39; © Unicode, Inc., Unicode License v3), of all scripts, reduced to
 * what is left after NFKC and case folding. As letter case does not count, a letter looks like what its lower-case form
 * looks like, else like what its upper-case form does ("н" like "H"; but "ν" like "v", not "N"). Left out are ASCII
 * itself ("l" and "1" stay two), what looks like punctuation that addresses seldom have, and most pairs of letters ("æ").
 */
const FROM_UTS_39 = `
a 251 3b1 430 15c5 237a a4ee ab7a 102a0 16f40
b 185 3b2 432 44c 13fc 1472 15af 15f7 2c83 a4d0 a7b5 ab9f 10282 102a1 10301 16ed1
c 441 1004 105a 1d04 2ca5 a4da abaf 102a2 10302 1043d 1051c 118e9 118f2 1f74c
d 501 146f 15de 15ea a4d2 a4d3 ab70 abb7
e 3b5 435 4bd 212e 22ff 2d39 a4f0 ab32 ab7c 10286 118ce
f 192 3dd 584 15b4 1e9d a4dd a799 ab35 10287 102a5 10525 118c2 1d213
g 18d 261 50d 581 13fb 1d83 a4d6 ab90
h 3b7 43d 4bb 570 157c 2c8f a4e7 ab8b ab92 102cf
i 269 26a 3b9 456 582 2373 2c93 a647 ab75 118c3
j 29d 3f3 458 148d a4d9 ab7b
k 3ba 43a 16d5 2c95 a4d7 abb6 10518
l 1c0 4cf 5c0 5d5 5df 627 661 6f1 7ca 14aa 16c1 2223 23fd 2cd1 2d4f a4e1 a4f2 abae 1028a 10309 10320 10443
l 10526 118d2 11dda 11de1 16ec5 16f16 16f28 1d22a 1e8c7
m 3bc 3fb 43c 15f0 16d6 2c99 a4df ab87 102b0 10311 11700 118e3
n 578 57c 2c9b a4e0 10513
o 3bf 3c3 3ed 43e 585 5e1 647 665 6be 6c1 6d5 6f5 7c0 966 9e6 a66 ae6 b20 b66 be6 c02 c66 c82 ce6 d02 d20
o d66 d82 e50 ed0 101d 1040 10ff 12d0 17e0 1d0f 1d11 2c9f 2d54 3007 a4f3 ab3d 10292 102ab 1042c 104ea 10516
o 114d0 118c8 118d7 118e0 11de0
p fe 1bf 3c1 3f8 440 146d 2374 2ca3 2ccf a4d1 abb2 10295
q 51b 563 566 2d55
r 280 433 1587 1d26 2c85 a4e3 ab47 ab48 ab71 ab81 aba2 104dc 16f35 1d216
s 1bd 455 57f d1f a4e2 a731 aba5 abaa 10296 10448 118c1 16f3a
t 3c4 442 22a4 27d9 2ca7 a4d4 ab72 10297 102b1 10315 16f0a 1f768
u 28b 3c5 57d 1200 144c 1d1c 222a 22c3 a4f4 a79f ab4e ab52 104f6 118d8 16f42
v 3bd 475 5d8 667 6f7 142f 1d20 2228 22c1 2d38 a4e6 a6df aba9 1051d 11706 118c0 16f08 1d20d
w 26f 448 461 51d 561 1d21 2cbd a4ea ab83 aba4 1170a 1170e 1170f 118e6 118ef
x d7 3c7 445 1541 157d 166d 166e 16b7 2573 292b 292c 2a2f 2cad 2d5d a4eb ab53 10290 102b4 10317 10322 10527
x 118ec
y 263 28f 3b3 443 4af 10e7 1d8c 1eff 2ca9 a4ec ab5a ab79 ab8d 102b2 118dc 16f43
z 3b6 1d22 a4dc ab93 102f5 118c4 118c9 118e5
2 1a8 3e9 14bf a645 a6ef a75b
3 21d 25c 292 437 4e1 969 ae9 2c9d 2cc5 2ccd a76b 118ca 16f3b 1d206
4 ab9e 118cf
5 118db
6 431 2cd3 2cdd abbe 118d5
7 104fa 118c6 1d212
8 223 9ea a6a b03 1031a 1e8cb
9 9ed a67 b68 d6d 2ccb a76f 118cc 118d6
- 2d7 6d4 2010 2012 2013 2043 2212 2796 2cbb
' 2b9 2bb 2bc 2bd 2be 2c8 2ca 2cb 2f4 55a 55d 5f3 7f4 7f5 2018 2019 201b 2032 2035 a78c 16f51 16f52
+ 16ed 2795
_ 7fa
aa a733
ao a735
au a737
av a739 a73b
ay a73d
dz 2a3
ls 2aa
lz 2ab
oo a699 a74f
tf a777
ts 2a6
ue 1d6b
uo ab63
æ 4d5
ħ 45b
ƀ 463 48d
ɍ 493
ɏ 4b1
ə 1dd 4d9
ɵ 473 4e9 2c91 a74b
ʌ 1d27 2c97
ψ 471 2caf
ω 2cb1 a64d a7b7
и 377 1d0e
л 1d2b
п 3c0 1d28 2ca1
ф 278 3c6 2cab
ч 3e5
я 1d19
`;

/** Small capitals, letters in frames, regional indicators, dotless letters, "ς", what looks like "ε", the NFKC of "￨". */
const OURS = `
a 1d00 1f150 1f170 1f1e6
b 299 1f151 1f171 1f1e7
c 1f152 1f172 1f1e8
d 1d05 1f153 1f173 1f1e9
e 25b 454 511 1d07 2c89 a793 1f154 1f174 1f1ea
f 1f155 1f175 1f1eb
g 262 1f156 1f176 1f1ec
h 29c 1f157 1f177 1f1ed
i 131 1f158 1f178 1f1ee
j 237 575 1d0a 1f159 1f179 1f1ef
k 138 1d0b 1f15a 1f17a 1f1f0
l 29f 2502 1f15b 1f17b 1f1f1
m 28d 1d0d 1f15c 1f17c 1f1f2
n 274 1f15d 1f17d 1f1f3
o 3c2 1f15e 1f17e 1f1f4
p 1d18 1d29 1f15f 1f17f 1f1f5
q a7af 1f160 1f180 1f1f6
r 1f161 1f181 1f1f7
s 1f162 1f182 1f1f8
t 1d1b 1f163 1f183 1f1f9
u 1f164 1f184 1f1fa
v 1f165 1f185 1f1fb
w 1f166 1f186 1f1fc
x ab55 1f167 1f187 1f1fd
y 1f168 1f188 1f1fe
z 1f169 1f189 1f1ff
`;

export const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(readRows(FROM_UTS_39 + OURS));

/** Drawn by fonts on every "i" and "j" anyway: "i̇", the lower case of "İ", shows as "i". */
const DOT_ABOVE_DOTTED = /(?<=[ij]\p{M}*)\u0307/gu;

/** Letter by letter without its accents, so that an "ӓ" of Cyrillic comes out as "ä". Expects folded text. */
export function replaceLookAlikes(text: string): string {
  const letters = [...text.normalize("NFD")];
  // Domains fold Cherokee to its upper case (UTS #46), everything else to the lower one.
  const replaced = letters.map((letter) => LOOK_ALIKES.get(letter.toLowerCase()) ?? letter).join("");
  return replaced.replace(DOT_ABOVE_DOTTED, "").normalize("NFC");
}

function readRows(rows: string): [string, string][] {
  return rows
    .trim()
    .split(/\s*\n/)
    .flatMap((row) => {
      const [model = "", ...codePoints] = row.split(" ");
      return codePoints.map((hex): [string, string] => [String.fromCodePoint(parseInt(hex, 16)), model]);
    });
}
