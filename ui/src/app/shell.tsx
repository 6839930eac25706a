/** The bar at the top, the navigation at the side, and the page. */
import { UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { EnvironmentChoice } from "@/app/environment-choice";
import { Keyboard } from "@/app/keyboard";
import { LivePill } from "@/app/live-pill";
import { NavigationMenu, SideBar } from "@/app/side-bar";
import { ChoiceMenu } from "@/design/choice-menu";
import { ColorSchemeMenu } from "@/design/color-scheme-menu";
import { SearchIcon } from "@/design/icons";
import { Logo } from "@/design/logo";
import { Toasts } from "@/design/toasts";
import type { Environment, Project } from "@/features/projects/projects";
import { AccountMenu } from "@/features/session/account-menu";
import type { Session } from "@/features/session/session";
import type { Live } from "@/live/use-live";
import { commonText } from "@/text/common";
import { shellText } from "@/text/shell";
import classes from "./shell.module.css";

interface ShellProps {
  session: Session;
  live: Live;
  projects: readonly Project[];
  project: string;
  environments: readonly Environment[];
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
  environments,
  onProject,
  onSignOut,
  children,
}: ShellProps) {
  const [asked, setAsked] = useState(0);
  return (
    <>
      <UnstyledButton component="a" href={`#${CONTENT}`} className={classes.skip}>
        {commonText.skipToContent}
      </UnstyledButton>
      <header className={classes.bar}>
        <div className={classes.inner}>
          <NavigationMenu project={project} />
          <Link to="/" className={classes.home} aria-label={commonText.product}>
            <Logo />
          </Link>
          <ProjectName projects={projects} project={project} onProject={onProject} />
          <EnvironmentChoice environments={environments} />
          <div className={classes.tools}>
            <UnstyledButton className={classes.search} onClick={() => setAsked((it) => it + 1)}>
              <SearchIcon />
              <span>{shellText.palette.button}</span>
              <kbd>{shellText.palette.keys}</kbd>
            </UnstyledButton>
            <LivePill state={live.state} onRetry={live.retry} />
            <ColorSchemeMenu />
            <AccountMenu session={session} onSignOut={onSignOut} />
          </div>
        </div>
      </header>
      <Keyboard
        project={project}
        environments={environments}
        asked={asked}
        onAsk={() => setAsked((it) => it + 1)}
      />
      <Toasts />
      <div className={classes.body}>
        <SideBar project={project} />
        <main id={CONTENT} className={classes.main} tabIndex={-1}>
          <div className={classes.page}>{children}</div>
        </main>
      </div>
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
        label={shellText.project}
        choices={projects}
        value={project}
        onChange={onProject}
      />
    </span>
  );
}
