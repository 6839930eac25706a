/** The bar at the top and the page below it. */
import { UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { LivePill } from "@/app/live-pill";
import { ChoiceMenu } from "@/design/choice-menu";
import { ColorSchemeMenu } from "@/design/color-scheme-menu";
import { Logo } from "@/design/logo";
import type { Project } from "@/features/projects/projects";
import { AccountMenu } from "@/features/session/account-menu";
import type { Session } from "@/features/session/session";
import type { Live } from "@/live/use-live";
import { strings } from "@/text/strings";
import classes from "./shell.module.css";

interface ShellProps {
  session: Session;
  live: Live;
  projects: readonly Project[];
  project: string;
  onProject: (key: string) => void;
  onSignOut: () => void;
  children: ReactNode;
}

const CONTENT = "content";

export function Shell({
  session,
  live,
  projects,
  project,
  onProject,
  onSignOut,
  children,
}: ShellProps) {
  return (
    <>
      <UnstyledButton component="a" href={`#${CONTENT}`} className={classes.skip}>
        {strings.skipToContent}
      </UnstyledButton>
      <header className={classes.bar}>
        <div className={classes.inner}>
          <Link to="/" className={classes.home} aria-label={strings.product}>
            <Logo />
          </Link>
          <ProjectName projects={projects} project={project} onProject={onProject} />
          <div className={classes.tools}>
            <LivePill state={live.state} onRetry={live.retry} />
            <ColorSchemeMenu />
            <AccountMenu session={session} onSignOut={onSignOut} />
          </div>
        </div>
      </header>
      <main id={CONTENT} className={classes.page} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function ProjectName({
  projects,
  project,
  onProject,
}: Pick<ShellProps, "projects" | "project" | "onProject">) {
  const current = projects.find(({ key }) => key === project);
  if (projects.length < 2) {
    return <span className={classes.project}>{current?.name ?? project}</span>;
  }
  return (
    <span className={classes.project}>
      <ChoiceMenu
        label={strings.shell.project}
        choices={projects}
        value={project}
        onChange={onProject}
      />
    </span>
  );
}
