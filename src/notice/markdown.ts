/**
 * Text from outside as plain words in Markdown: no link, no mention, no heading, no code, no table cell, whatever it holds. As
 * entities where a chat that takes the same text for its own markup would act on it (`<!channel>`), else with a backslash.
 */
export function plain(text: string): string {
  return (
    text
      .replace(INVISIBLE, " ")
      .replace(/\s+/g, " ")
      .trim()
      .replace(/[&<>@]/g, (character) => ENTITIES[character] ?? character)
      .replace(/:(?=\/\/)/g, "&#58;")
      .replace(/\b(www|mailto)([.:])/gi, (_all, word, mark) => `${word}${mark === "." ? "&#46;" : "&#58;"}`)
      .replace(/[\\`*_~|[\]]/g, "\\$&")
      // A heading's sign, not the one within an entity.
      .replace(/(?<!&)#/g, "\\#")
  );
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;" };

/** Control characters, line ends, and what turns the direction of the text that follows. Emoji keep their joiners. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
