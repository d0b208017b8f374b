import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { optionsOf } from "../slack/block-kit-elements.ts";
import { type Json, textAt } from "../slack/json.ts";

interface OverflowProps {
  readonly element: Json;
  readonly isBusy: boolean;
  readonly use: (value?: string) => void;
}

/** The menu behind the three dots. */
export function Overflow({ element, isBusy, use }: OverflowProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <button
        type="button"
        className="button plain overflow"
        ref={button}
        disabled={isBusy}
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <svg viewBox="0 0 16 4" width="16" height="4" aria-hidden="true">
          <circle cx="2" cy="2" r="1.6" />
          <circle cx="8" cy="2" r="1.6" />
          <circle cx="14" cy="2" r="1.6" />
        </svg>
      </button>
      {isOpen && (
        <Menu
          options={optionsOf(element)}
          opener={button.current}
          close={close}
          choose={(value) => {
            close();
            use(value);
          }}
        />
      )}
    </>
  );
}

interface MenuProps {
  readonly options: readonly Json[];
  readonly opener: HTMLElement | null;
  readonly close: () => void;
  readonly choose: (value: string | undefined) => void;
}

const STEP: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

function Menu({ options, opener, close, choose }: MenuProps) {
  const menu = useRef<HTMLSpanElement>(null);
  const end = useRef(close);
  end.current = close;

  useLayoutEffect(() => {
    if (menu.current === null || opener === null) return;
    place(menu.current, opener);
    menu.current.querySelector("button")?.focus();
  }, [opener]);

  useEffect(() => {
    const closeOutside = ({ target }: Event) => {
      const isInside = target instanceof Node && (menu.current?.contains(target) || opener?.contains(target));
      if (isInside !== true) end.current();
    };
    const follow = () => {
      if (menu.current !== null && opener !== null) place(menu.current, opener);
    };
    document.addEventListener("pointerdown", closeOutside);
    // Scrolling does not bubble: it is heard on the way down.
    document.addEventListener("scroll", follow, true);
    window.addEventListener("resize", follow);
    return () => {
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("scroll", follow, true);
      window.removeEventListener("resize", follow);
    };
  }, [opener]);

  return (
    <span
      className="menu"
      role="menu"
      tabIndex={-1}
      ref={menu}
      onKeyDown={(event) => {
        if (event.key === "Tab") return close();
        const step = STEP[event.key];
        if (event.key !== "Escape" && step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        if (step === undefined) return close();
        const items = [...event.currentTarget.querySelectorAll("button")];
        const now = items.findIndex((item) => item.matches(":focus"));
        items.at((now + step) % items.length)?.focus();
      }}
    >
      {options.map((option) => (
        <button
          type="button"
          role="menuitem"
          key={textAt(option, "value")}
          onClick={() => choose(textAt(option, "value"))}
        >
          {textAt(option, "text", "text")}
          <small>{textAt(option, "description", "text")}</small>
        </button>
      ))}
    </span>
  );
}

const GAP = 4;
const EDGE = 8;

/** Below what opened it, or above where there is no room below; never beyond the window's edges. */
function place(menu: HTMLElement, opener: HTMLElement): void {
  const { left, top, bottom } = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const hasRoomBelow = bottom + GAP + height + EDGE <= window.innerHeight;
  menu.style.top = `${hasRoomBelow ? bottom + GAP : Math.max(EDGE, top - GAP - height)}px`;
  menu.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE))}px`;
}
