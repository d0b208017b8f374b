import cards from "adaptivecards/dist/adaptivecards.js";

const colour = (name: string, subtle = name) => ({ default: `var(--${name})`, subtle: `var(--${subtle})` });
const foregroundColors = {
  default: colour("ink", "ink-2"),
  dark: colour("ink", "ink-2"),
  light: colour("ink-2"),
  accent: colour("accent"),
  good: colour("good"),
  warning: colour("warning"),
  attention: colour("bad"),
};
const style = (background: string) => ({ backgroundColor: `var(--${background})`, foregroundColors });

/** How Teams draws a card, in the page's own colours: they follow light and dark by themselves. */
export const hostConfig = new cards.HostConfig({
  fontFamily: "inherit",
  supportsInteractivity: true,
  hostCapabilities: { capabilities: null },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 14 },
  separator: { lineThickness: 1, lineColor: "var(--line)" },
  fontSizes: { small: 12, default: 14, medium: 15, large: 17, extraLarge: 20 },
  fontWeights: { lighter: 400, default: 400, bolder: 700 },
  imageSizes: { small: 40, medium: 80, large: 160 },
  containerStyles: {
    default: style("card"),
    emphasis: style("paper-2"),
    good: style("paper-2"),
    attention: style("paper-2"),
    warning: style("paper-2"),
    accent: style("accent-soft"),
  },
  actions: {
    maxActions: 6,
    spacing: "default",
    buttonSpacing: 8,
    showCard: { actionMode: "inline", inlineTopMargin: 10, style: "emphasis" },
    actionsOrientation: "horizontal",
    actionAlignment: "left",
  },
  adaptiveCard: { allowCustomStyle: false },
  factSet: {
    title: { weight: "bolder", wrap: true, maxWidth: 180 },
    value: { wrap: true },
    spacing: 14,
  },
  inputs: {
    label: {
      inputSpacing: "small",
      requiredInputs: { weight: "bolder", suffix: " (required)", suffixColor: "default" },
      optionalInputs: { weight: "bolder", suffix: " (optional)", suffixColor: "default" },
    },
    errorMessage: { color: "attention", weight: "bolder", spacing: "small" },
  },
});
