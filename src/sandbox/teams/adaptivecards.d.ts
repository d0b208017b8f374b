// The package's own entry crashes in plain Node and loses Table in bundles; its UMD file has neither fault, and no types.
declare module "adaptivecards/dist/adaptivecards.js" {
  import cards = require("adaptivecards");

  export = cards;
}
