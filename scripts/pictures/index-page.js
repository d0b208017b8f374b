/** Markdown: every state with its two pictures beside each other. */
export function indexPage(states) {
  const chapters = [...new Set(states.map(({ chapter }) => chapter))];
  return `# Every card, in every state

Made by \`node scripts/pictures.js\`: the cards as Tollgate builds them and as it renders them for Slack (left) and Teams (right), at a
phone's width, on the demo's stand-ins. The account, the people and the numbers are made up; times are GMT.

${chapters.map((chapter) => chapterOf(chapter, states)).join("\n\n")}
`;
}

function chapterOf(chapter, states) {
  const own = states.filter((state) => state.chapter === chapter);
  return `## ${chapter}\n\n${own.map(tableOf).join("\n\n")}`;
}

function tableOf({ name, title, words }) {
  const image = (platform, spoken) => `![${spoken}: ${plain(words)}](${name}-${platform}.png)`;
  return `### ${title}

| Slack | Teams |
|---|---|
| ${image("slack", "In Slack")} | ${image("teams", "In Teams")} |`;
}

function plain(words) {
  return words.replace(/[[\]|\\<>]/g, " ");
}
