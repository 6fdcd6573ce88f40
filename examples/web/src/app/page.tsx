import { type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "react-router";

interface PageProps {
  /** The heading, and the title of the window. */
  readonly title: string;
  readonly children: ReactNode;
}

/** A page, or what has become of one: with another title the focus goes to the heading, for whoever does not see it. */
export function Page({ title, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { key } = useLocation();
  const shown = useRef(key === "default" ? title : null);

  useEffect(() => {
    // The first page is the browser's to announce.
    if (shown.current !== title) heading.current?.focus();
    shown.current = title;
  }, [title]);

  return (
    <>
      <title>{`${title} – Latchkey example`}</title>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </>
  );
}
