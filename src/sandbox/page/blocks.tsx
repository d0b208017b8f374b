import { isJson, type Json, objectsIn, textAt } from "../slack/json.ts";
import { Control, type Press } from "./controls.tsx";
import { StaticBlocks } from "./rich-text.tsx";

/** Everything of a message or dialog but inputs: what can be pressed is ours, the rest is the library's. */
export function Blocks({ blocks, press }: { readonly blocks: readonly Json[]; readonly press: Press }) {
  return (
    <div className="blocks">
      {keyed(blocks).map(({ key, block }) => (
        <OneBlock key={key} block={block} press={press} />
      ))}
    </div>
  );
}

/** By kind and order among its kind: every edit brings new block ids, and a button that somebody is about to press must stay. */
function keyed(blocks: readonly Json[]): readonly { readonly key: string; readonly block: Json }[] {
  const counts = new Map<string, number>();
  return blocks.map((block) => {
    const type = textAt(block, "type") ?? "";
    const order = counts.get(type) ?? 0;
    counts.set(type, order + 1);
    return { key: `${type} ${order}`, block };
  });
}

function OneBlock({ block, press }: { readonly block: Json; readonly press: Press }) {
  if (block["type"] === "actions") {
    return (
      <div className="actions">
        {objectsIn(block["elements"]).map((element) => (
          <Control key={textAt(element, "action_id")} element={element} press={press} />
        ))}
      </div>
    );
  }
  const accessory = block["accessory"];
  if (block["type"] === "section" && isJson(accessory) && accessory["type"] !== "image") {
    const { accessory: _, ...rest } = block;
    return (
      <div className="with-accessory">
        <StaticBlocks blocks={[rest]} />
        <Control element={accessory} press={press} />
      </div>
    );
  }
  return <StaticBlocks blocks={[block]} />;
}
