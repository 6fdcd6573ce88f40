/** Apps show a code as "123 456", and people write down recovery codes with dashes of any kind. */
export function readTypedCode(text: string): string {
  return text.replace(/[\s\p{Dash_Punctuation}]/gu, "");
}
