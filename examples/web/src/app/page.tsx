import { type ReactNode, useEffect, useRef } from "react";

interface PageProps {
  /** The heading, and the title of the window. */
  readonly title: string;
  readonly children: ReactNode;
}

/** Null before the first page, which the browser announces by itself. */
let latestTitle: string | null = null;

/** A page, or what has become of one: with another title the focus goes to the heading, for whoever does not see it. */
export function Page({ title, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (latestTitle !== null && latestTitle !== title) heading.current?.focus();
    latestTitle = title;
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
