/** A whole area that has nothing else to show: empty, refused, unreachable. */
import type { ReactNode } from "react";
import classes from "./notice.module.css";

interface NoticeProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Announced at once; for errors, not for empty lists. */
  alert?: boolean;
}

export function Notice({ icon, title, children, action, alert = false }: NoticeProps) {
  return (
    <div className={classes.notice} role={alert ? "alert" : undefined}>
      <span className={classes.icon}>{icon}</span>
      <h2 className={classes.title}>{title}</h2>
      {children !== undefined && <div className={classes.text}>{children}</div>}
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  );
}
