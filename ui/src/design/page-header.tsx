/** The top of a page: the way back up, what the page shows, and what can be done with it. */
import type { ReactNode } from "react";
import { commonText } from "@/text/common";
import classes from "./page-header.module.css";

interface PageHeaderProps {
  title: ReactNode;
  /** Links to the pages above this one, the highest first; none on a page of the navigation. */
  breadcrumbs?: readonly ReactNode[];
  /** Beside the title: states, badges. */
  status?: ReactNode;
  /** One line below the title. */
  description?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({
  title,
  breadcrumbs = [],
  status,
  description,
  actions,
}: PageHeaderProps) {
  return (
    <header className={classes.header}>
      {breadcrumbs.length > 0 && (
        <nav aria-label={commonText.breadcrumbs} className={classes.crumbs}>
          <ol>
            {breadcrumbs.map((crumb, level) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a level is what identifies a crumb
              <li key={level}>{crumb}</li>
            ))}
          </ol>
        </nav>
      )}
      <div className={classes.row}>
        <div className={classes.heading}>
          <h1 className={classes.title}>{title}</h1>
          {status}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      {description !== undefined && <div className={classes.description}>{description}</div>}
    </header>
  );
}
