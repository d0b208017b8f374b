// Builds the app that is uploaded to Microsoft Teams: `npm run teams:package`, with MicrosoftAppId and PUBLIC_URL set.
// `--out <folder>`: where it goes (dist/ unless given); `--out -`: standard output. `--app-version <1.2.3>`: Teams takes an update only with a higher one.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { zipSync } from "fflate";
import { colourIcon, outlineIcon } from "../teams/icons.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Newer schemas allow more; these hold for every Teams. https://learn.microsoft.com/en-us/microsoft-365/extensibility/schema/root-bots-command-lists */
const LIMITS = { commands: 10, commandTitle: 32, commandDescription: 128, shortName: 30 };
const ICONS = { color: 192, outline: 32 };
/** The same input gives the same file. */
const MADE_AT = new Date(1980, 0, 1);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const options = readOptions();
const appId = (process.env.MicrosoftAppId ?? "").trim().toLowerCase();
const publicUrl = (process.env.PUBLIC_URL ?? "").trim().replace(/\/+$/, "");
const version = options["app-version"] ?? readJson("package.json").version;
endWith([
  ...(UUID.test(appId)
    ? []
    : [
        appId === ""
          ? "MicrosoftAppId: missing. Azure portal > your Azure Bot > Configuration > Microsoft App ID."
          : "MicrosoftAppId: expected 8-4-4-4-12 hex digits, as in Azure portal > your Azure Bot > Configuration.",
      ]),
  ...(URL.canParse(publicUrl) && new URL(publicUrl).protocol === "https:"
    ? []
    : [
        "PUBLIC_URL: expected the https address under which Teams reaches Tollgate, e.g. https://tollgate.example.com.",
      ]),
  ...(/^\d+\.\d+\.\d+$/.test(version) ? [] : ["--app-version: expected three numbers, e.g. 1.2.3."]),
  ...(existsSync(join(root, "dist/command/index.js")) ? [] : ["Tollgate is not built yet: npm run build."]),
]);

const { commands } = await import("../dist/command/index.js");
const manifest = fill();
const files = {
  "manifest.json": Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`),
  "color.png": colourIcon(),
  "outline.png": outlineIcon(),
};
endWith([...ownProblems(), ...(await schemaProblems())]);

const folder = options.out ?? join(root, "dist");
const bytes = zipSync(files, { mtime: MADE_AT });
const isPiped = folder === "-";
if (isPiped) process.stdout.write(bytes);
const where = isPiped ? "" : `${relative(process.cwd(), writeInto(folder))}: `;
(isPiped ? console.error : console.log)(`${where}Tollgate ${version} for Microsoft Teams, for the bot ${appId}.
Next, as a Teams administrator: https://admin.teams.microsoft.com > Teams apps > Manage apps > Upload new app.
Or, where custom apps are allowed: Teams > Apps > Manage your apps > Upload a custom app.
Then open the app in Teams and add it to the team that has your incident and audit channels.`);

function writeInto(folder) {
  const path = join(folder, "tollgate-teams.zip");
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, bytes);
  } catch (error) {
    endWith([
      `${path} cannot be written (${error.code}). Name another folder with --out <folder>, or --out - for standard output.`,
    ]);
  }
  return path;
}

/** The package has the bot's id, so that it is the same app whoever builds it. */
function fill() {
  const template = readFileSync(join(root, "teams/manifest.json"), "utf8");
  const filled = JSON.parse(
    template.replaceAll("YOUR_APP_ID", appId).replaceAll("https://YOUR_PUBLIC_HOST", publicUrl),
  );
  const [bot] = filled.bots;
  const [list] = bot.commandLists;
  const words = commands.map(({ name, summary }) => ({ title: name, description: summary }));
  return {
    ...filled,
    version,
    validDomains: [new URL(publicUrl).hostname],
    bots: [{ ...bot, commandLists: [{ ...list, commands: [...words, ...list.commands] }] }],
  };
}

function ownProblems() {
  const shown = manifest.bots.flatMap((bot) => bot.commandLists.flatMap((list) => list.commands));
  return [
    ...(manifest.name.short.length > LIMITS.shortName ? [`name.short: over ${LIMITS.shortName} characters`] : []),
    ...(shown.length > LIMITS.commands ? [`commandLists: over ${LIMITS.commands} commands`] : []),
    ...shown
      .filter(({ title, description }) => {
        return title.length > LIMITS.commandTitle || description.length > LIMITS.commandDescription;
      })
      .map(({ title }) => `command ${title}: over ${LIMITS.commandTitle} or ${LIMITS.commandDescription} characters`),
    ...Object.entries(ICONS).flatMap(([name, side]) => iconProblems(name, side)),
  ];
}

/** Size and colour type as the file itself says them. https://www.w3.org/TR/png-3/#11IHDR */
function iconProblems(name, side) {
  const icon = files[manifest.icons[name]];
  const [width, height, colourType] = [icon.readUInt32BE(16), icon.readUInt32BE(20), icon.readUInt8(25)];
  return width === side && height === side && colourType === 6 ? [] : [`${name} icon: not ${side} x ${side} RGBA`];
}

async function schemaProblems() {
  try {
    const { AppManifestUtils } = await import("@microsoft/app-manifest");
    return await AppManifestUtils.validateAgainstSchema(manifest);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error("Not checked against Microsoft's schema: @microsoft/app-manifest is a development dependency.");
    return [];
  }
}

function readOptions() {
  try {
    return parseArgs({ options: { out: { type: "string" }, "app-version": { type: "string" } } }).values;
  } catch (error) {
    return endWith([`${error.message}. Possible are --out <folder> and --app-version <1.2.3>.`]);
  }
}

function readJson(name) {
  return JSON.parse(readFileSync(join(root, name), "utf8"));
}

function endWith(problems) {
  if (problems.length === 0) return;
  console.error(["The Teams package could not be built.", ...problems].join("\n"));
  process.exit(1);
}
