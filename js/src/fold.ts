/** How texts are compared: by their letters and digits alone, whatever the case, accents and width they come in. */

/** Lower case, accents and widths dropped, everything but letters and digits a space. */
export function fold(text: string): string {
  const spelt = text.includes("+") ? text.replace(/([\p{L}\p{N}])\+/gu, "$1 plus") : text;
  // Most names and descriptions need no more, and there may be 50,000 of them.
  if (ASCII.test(spelt))
    return spelt
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, " ")
      .trim();
  // Compatibility forms first: some of them stand for capitals (the full-width Ｇ, the dotted İ).
  return spelt
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[øłđıßæœ]/g, (letter) => WHOLE[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Letters that Unicode does not take apart into one of the alphabet and a mark. */
const WHOLE: Record<string, string> = { ø: "o", ł: "l", đ: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe" };

const ASCII = /^[ -~]*$/;

/** Without the spaces between words, which people leave out or add: "git hub", "microsoftdynamics365". */
export const joined = (folded: string) => folded.replaceAll(" ", "");
