/**
 * Both icons of the Teams app: the barrier of a toll gate, drawn from a few shapes.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/design/design-teams-app-icon-store-appbar
 */
import { png } from "./png.js";

/** The colour icon fills its square; what it shows stays within the 120 x 120 in its middle. */
const COLOUR = { side: 192, drawing: 120 };
/** White lines on nothing. */
const OUTLINE = { side: 32, drawing: 28 };

/** As in manifest.yml. */
const NIGHT = [0x1f, 0x2a, 0x37];
const WHITE = [255, 255, 255];
const AMBER = [0xff, 0xb0, 0x20];

/** Points looked at in each direction of a pixel: edges become smooth. */
const SAMPLES = 6;

// The drawing is a square from 0 to 1, y downwards. The arm rises from its hinge to the right.
const HINGE = { x: 0.24, y: 0.52 };
const ARM = { length: 0.78, halfHeight: 0.08, slope: (-24 * Math.PI) / 180 };
const STRIPES = 5;

/** What is at a point: `post`, `arm`, `stripe` (every other part of the arm), or null. */
function partAt(x, y) {
  const along = (x - HINGE.x) * Math.cos(ARM.slope) + (y - HINGE.y) * Math.sin(ARM.slope);
  const across = (y - HINGE.y) * Math.cos(ARM.slope) - (x - HINGE.x) * Math.sin(ARM.slope);
  if (along >= 0.1 && along <= ARM.length && Math.abs(across) <= ARM.halfHeight) {
    return Math.floor(((along - 0.1) / (ARM.length - 0.1)) * STRIPES) % 2 === 0 ? "arm" : "stripe";
  }
  const isHinge = Math.hypot(x - HINGE.x, y - HINGE.y) <= 0.13;
  const isPost = Math.abs(x - HINGE.x) <= 0.085 && y >= HINGE.y && y <= 0.86;
  const isGround = y >= 0.86 && y <= 0.94 && x >= 0.04 && x <= 0.96;
  return isHinge || isPost || isGround ? "post" : null;
}

/** The colour of a point (null: nothing there), averaged over each pixel. */
function draw({ side, drawing }, colourOf) {
  const margin = (side - drawing) / 2;
  return png(side, (column, row) => {
    const seen = [];
    for (let step = 0; step < SAMPLES * SAMPLES; step += 1) {
      const x = column + ((step % SAMPLES) + 0.5) / SAMPLES;
      const y = row + (Math.floor(step / SAMPLES) + 0.5) / SAMPLES;
      const colour = colourOf(partAt((x - margin) / drawing, (y - margin) / drawing));
      if (colour !== null) seen.push(colour);
    }
    const mean = (channel) => Math.round(seen.reduce((sum, colour) => sum + colour[channel], 0) / seen.length);
    const alpha = Math.round((255 * seen.length) / (SAMPLES * SAMPLES));
    // Nothing is transparent white, so that no dark rim shows where a viewer blends.
    return seen.length === 0 ? [...WHITE, 0] : [mean(0), mean(1), mean(2), alpha];
  });
}

export function colourIcon() {
  const colours = { post: WHITE, arm: WHITE, stripe: AMBER };
  return draw(COLOUR, (part) => (part === null ? NIGHT : colours[part]));
}

export function outlineIcon() {
  return draw(OUTLINE, (part) => (part === null ? null : WHITE));
}
