/**
 * The Markdown that Teams shows in a card: bold, italic, links, lists, paragraphs; and mentions. Everything else is text.
 * The answer is HTML in which nothing of the input is markup. https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
export function markdownHtml(text: string): string {
  const safe = escapeHtml(text).replace(
    /\\([\\`*_{}[\]()#+\-.!~>|])/g,
    (_, mark: string) => `&#${mark.charCodeAt(0)};`,
  );
  const paragraphs = safe.split(/\n{2,}|\r\r/).map((paragraph) => blocks(paragraph.split(/[\r\n]/)));
  return paragraphs.join("");
}

/** As the input has it, `&` first: what was an entity stays visible as one. */
function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const LIST_MARKS = { ul: /^\s*[-*] +/, ol: /^\s*\d{1,9}[.)] +/ } as const;

function listOf(line: string): "ul" | "ol" | undefined {
  if (LIST_MARKS.ul.test(line)) return "ul";
  return LIST_MARKS.ol.test(line) ? "ol" : undefined;
}

/** Lines of one paragraph: lists where they are marked as such, else text that runs on. */
function blocks(lines: readonly string[]): string {
  const groups: { readonly list: "ul" | "ol" | undefined; readonly lines: string[] }[] = [];
  for (const line of lines) {
    const list = listOf(line);
    const last = groups.at(-1);
    if (last !== undefined && last.list === list) last.lines.push(line);
    else groups.push({ list, lines: [line] });
  }
  return groups
    .map(({ list, lines: own }) => {
      if (list === undefined) return `<p>${inline(own.join(" "))}</p>`;
      const items = own.map((line) => `<li>${inline(line.replace(LIST_MARKS[list], ""))}</li>`);
      return `<${list}>${items.join("")}</${list}>`;
    })
    .join("");
}

function inline(text: string): string {
  return text
    .replace(/&lt;at&gt;(.+?)&lt;\/at&gt;/g, '<span class="mention">@$1</span>')
    .replace(/\[([^\]]+)\]\((https?:\/\/[^\s()<>"]+)\)/g, (_, words: string, href: string) => link(words, href))
    .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, "<strong>$1</strong>")
    .replace(/(?<![\w*])[*_](?=[^\s*_])([^*_]+?)(?<=\S)[*_](?![\w*])/g, "<em>$1</em>");
}

/** What would format text is written as an entity, so that the address stays as it is. */
function link(words: string, href: string): string {
  const quiet = (value: string) => value.replaceAll("_", "&#95;").replaceAll("*", "&#42;");
  return `<a class="ac-anchor" href="${quiet(href)}" target="${quiet("_blank")}" rel="noreferrer">${words}</a>`;
}
