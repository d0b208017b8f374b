import { generateKeyPairSync } from "node:crypto";

/** What the stand-in of Teams signs with, made once for many tests. */
export const connectorKeys = generateKeyPairSync("rsa", { modulusLength: 2048 });
