/** Below a list that is read page by page: that more is coming, or why it is not. */
import { Button } from "@mantine/core";
import type { More } from "@/design/virtual-rows";
import { lists } from "@/text/lists";
import classes from "./virtual-rows.module.css";

interface ListEndProps {
  more: More;
  seeksEnd: boolean;
  shown: number;
  total: number | undefined;
}

export function ListEnd({ more, seeksEnd, shown, total }: ListEndProps) {
  if (more.failed) {
    return (
      <div className={classes.end} role="alert">
        <span>{lists.moreFailed}</span>
        <Button variant="default" size="compact-sm" onClick={more.load}>
          {lists.retry}
        </Button>
      </div>
    );
  }
  if (seeksEnd) {
    return (
      <div className={classes.end} role="status">
        {lists.seekingEnd(shown, total)}
      </div>
    );
  }
  return more.has ? (
    <div className={classes.end} aria-hidden="true">
      {lists.more}
    </div>
  ) : null;
}
