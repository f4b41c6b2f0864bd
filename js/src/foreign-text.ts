/** Texts that others wrote, as they may be shown: without what is unseen or turns the direction of reading. */

/**
 * Control and format characters, line separators, halves of surrogate pairs, and letters that show nothing.
 * A joiner stays after a letter of a script that joins (U+0590 to U+1CFF and others) and in emoji: anywhere
 * else it only makes two names look alike. ic_widget/foreign_text.py has the same rule.
 */
const UNSEEN =
  /(?![\n\t])(?!(?<=[\u0590-\u1CFF\u2190-\u2BFF\uA800-\uABFF\uFB50-\uFE0F\u{1F000}-\u{1FAFF}])[\u200C\u200D])(?:[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u2800\u3164\uFFA0]|[\u034F\u17B4\u17B5])/gu;

export const seen = (text: string): string => text.replace(UNSEEN, "");
