/** Teams' Markdown as a person would read it: no marks, names for mentions, moments written out. */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\{\{DATE\((\d{4}-\d\d-\d\d)[^)]*\)\}\}/g, "$1")
    .replace(/\{\{TIME\([^)T]*T(\d\d:\d\d)[^)]*\)\}\}/g, "$1")
    .replace(/<at>([^<]*)<\/at>/g, "@$1")
    .replace(/\[([^\]]*)\]\((?:https?:)[^)]*\)/g, "$1")
    .replace(/\*\*([^*\n]+)\*\*/g, "$1")
    .replace(/\r|\n+/g, "\n")
    .replace(/^- /gm, "• ");
}
