/** The navigation: beside the page on a wide screen, in a drawer on a narrow one. */
import { ActionIcon } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { NavigationEntry } from "@/app/navigation";
import { navigation } from "@/app/router";
import { MenuIcon } from "@/design/icons";
import { prefetch } from "@/design/prefetch";
import { useNearestEnvironment } from "@/features/projects/place";
import { shellText } from "@/text/shell";
import classes from "./side-bar.module.css";

/** Wide screens never need it. */
const drawerModule = () => import("@/app/navigation-drawer");
const NavigationDrawer = lazy(async () => ({ default: (await drawerModule()).NavigationDrawer }));

const GROUPS = ["flags", "tenants", "operate"] as const;

export function SideBar({ project }: { project: string }) {
  return (
    <nav className={classes.side} aria-label={shellText.navigation}>
      <Entries project={project} />
    </nav>
  );
}

/** The button in the bar that opens the same navigation where there is no room beside the page. */
export function NavigationMenu({ project }: { project: string }) {
  const [opened, drawer] = useDisclosure(false);
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <ActionIcon
        className={classes.menu}
        variant="subtle"
        color="gray"
        size={34}
        aria-label={shellText.openNavigation}
        aria-expanded={opened}
        onClick={() => {
          setWanted(true);
          drawer.open();
        }}
        onPointerEnter={() => prefetch(drawerModule)}
      >
        <MenuIcon />
      </ActionIcon>
      {wanted && (
        <Suspense fallback={null}>
          <NavigationDrawer opened={opened} onClose={drawer.close}>
            <Entries project={project} onGo={drawer.close} />
          </NavigationDrawer>
        </Suspense>
      )}
    </>
  );
}

function Entries({ project, onGo }: { project: string; onGo?: () => void }) {
  const environment = useNearestEnvironment()?.key;
  if (environment === undefined) {
    return null;
  }
  return GROUPS.map((group) => ({
    group,
    entries: navigation.filter((entry) => entry.group === group),
  }))
    .filter(({ entries }) => entries.length > 0)
    .map(({ group, entries }) => (
      <section key={group} className={classes.group} aria-label={shellText.groups[group]}>
        <span className={classes.heading} aria-hidden="true">
          {shellText.groups[group]}
        </span>
        {entries.map((entry) => (
          <Entry
            key={entry.to}
            entry={entry}
            project={project}
            environment={environment}
            {...(onGo && { onGo })}
          />
        ))}
      </section>
    ));
}

interface EntryProps {
  entry: NavigationEntry;
  project: string;
  environment: string;
  onGo?: () => void;
}

function Entry({ entry, project, environment, onGo }: EntryProps) {
  const { icon: Icon, label, to, keys, within = [] } = entry;
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const isWithin = within
    .map((it) => it.replace("$project", project).replace("$environment", environment))
    .some((it) => path === it || path.startsWith(`${it}/`));
  return (
    <Link
      // Checked by a test: the entries are part of what the router's own types are made from.
      to={to as "/projects/$project/environments/$environment/flags"}
      params={{ project, environment }}
      className={classes.entry}
      activeOptions={{ includeSearch: false }}
      activeProps={{ "aria-current": "page" }}
      {...(isWithin && { "aria-current": "page" })}
      preload="intent"
      {...(onGo && { onClick: onGo })}
    >
      <Icon />
      <span className={classes.label}>{label}</span>
      <kbd className={classes.keys}>{keys}</kbd>
    </Link>
  );
}
