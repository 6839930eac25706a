/** A few lines of code with a title, to be copied whole. */
import { CopyButton } from "@/design/copy-button";
import classes from "./snippet.module.css";

interface SnippetProps {
  title: string;
  code: string;
  /** "Copy the curl snippet". */
  label: string;
}

export function Snippet({ title, code, label }: SnippetProps) {
  return (
    <figure className={classes.snippet}>
      <figcaption className={classes.head}>
        <span>{title}</span>
        <CopyButton value={code} label={label} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by itself, so it must be reachable by keyboard */}
      <pre className={classes.code} tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
