/** What the contract asks of a chat platform, and what it reads in what the platform shows. */
import type { PlatformName } from "../../../src/audit/envelope.ts";
import type { Card, Dialog, Form, Press } from "../../../src/notice/card.ts";

/** A text as a client of the platform reads it. */
export interface Reading {
  /** Without any markup. */
  readonly words: string;
  /** User ids of those who are told. */
  readonly mentions: readonly string[];
  /** Addresses. */
  readonly links: readonly string[];
  readonly bold: readonly string[];
  /** Lines shown as items of a list. */
  readonly items: number;
  /** Markup that we never write: italics, code, quotes, mentions of groups, pictures … */
  readonly other: readonly string[];
}

export interface Shown {
  /** Why the platform would refuse it or cut it, its size included; none when all is well. */
  readonly problems: readonly string[];
  /** Every text, in the order in which they are read. */
  readonly readings: readonly Reading[];
  /** Undefined for what is no press of ours. */
  readonly presses: readonly (Press | undefined)[];
  /** What is written on what can be pressed. */
  readonly labels: readonly string[];
  /** The alternative text of each picture, empty for none. */
  readonly pictures: readonly string[];
}

export interface ShownField {
  readonly id: string;
  readonly label: string;
  /** Values that can be chosen; null where one writes. */
  readonly values: readonly string[] | null;
  readonly isOptional: boolean;
}

export interface ShownDialog extends Shown {
  readonly form: Form | undefined;
  readonly fields: readonly ShownField[];
}

export interface Surface {
  readonly name: string;
  readonly takes: (card: Card) => boolean;
  readonly show: (card: Card) => Shown;
}

export interface ContractPlatform {
  readonly name: PlatformName;
  /** Every way in which a card of ours gets before people's eyes. */
  readonly surfaces: readonly Surface[];
  /** What a phone's notification says. */
  readonly notification: (card: Card) => Reading;
  readonly dialog: (dialog: Dialog) => ShownDialog;
}
